using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>Clips, gaps, order and day lines against the entries of the ledger.</summary>
internal sealed class PackFootageAudit(PackReading reading, PackReport report, PackFacts facts)
{
    /// <summary>Sessions are planned to the second, segments end where they end.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, ParsedEntry> _entries = [];
    private readonly HashSet<long> _listed = [.. facts.Clips.Select(c => c.Entry), .. facts.Gaps.Select(g => g.Entry)];
    private readonly HashSet<string> _destroyed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hashes = new(StringComparer.Ordinal);
    private readonly ILookup<long, PackMissing> _missing = facts.Missing.ToLookup(m => m.Entry);

    /// <summary>Segments and gaps of the pack, by number of the entry.</summary>
    public IReadOnlyDictionary<long, ParsedEntry> Entries => _entries;

    public void Run(CancellationToken cancellationToken)
    {
        foreach (var number in facts.Entries)
        {
            if (!reading.TryEntry(number, out _, out var parsed))
                continue;
            if (parsed is { Kind: LedgerEntry.Segment or LedgerEntry.Gap })
                _entries[number] = parsed;
            if (parsed?.Sha256 is { } sha256)
                _hashes.Add(sha256);
            if (parsed is { Kind: LedgerEntry.Destruction, Facts: { } said } && said.GetValueOrDefault("path") is { } path)
                _destroyed.Add(path);
        }

        foreach (var clip in facts.Clips)
            CheckClip(clip, cancellationToken);
        foreach (var (number, entry) in _entries.OrderBy(e => e.Key))
            CheckListed(number, entry);
        foreach (var gap in facts.Gaps.Where(g => !_entries.TryGetValue(g.Entry, out var entry) || !IsThat(g, entry)))
            report.Add(
                PackFindingKind.GapChanged,
                $"{gap.Room}/{gap.Camera} {UtcJsonConverter.ToText(gap.Start)}",
                "The gap is listed with another time, camera or cause than in the ledger."
            );
        foreach (var camera in facts.Scope.SelectMany(s => s.Cameras.Select(c => (s.Room, Camera: c))).Distinct())
            CheckOrder(camera.Room, camera.Camera);
        CheckDayLines();
    }

    /// <summary>Whether an entry touches what was asked for.</summary>
    private bool IsAskedFor(ParsedEntry entry) =>
        facts.Scope.Any(s =>
            s.Room.Text == entry.Room && s.Cameras.Any(c => c.Text == entry.Camera) && entry.Start < s.To && entry.End > s.From
        );

    private static bool IsThat(PackGap gap, ParsedEntry entry) =>
        entry.Kind == LedgerEntry.Gap
        && entry.Room == gap.Room.Text
        && entry.Camera == gap.Camera.Text
        && entry.Start == gap.Start
        && entry.End == gap.End
        && entry.Cause == gap.Cause;

    private void CheckClip(PackClip clip, CancellationToken cancellationToken)
    {
        if (
            !_entries.TryGetValue(clip.Entry, out var entry)
            || entry.Kind != LedgerEntry.Segment
            || clip.Path != PackFormat.Clips + entry.Path
            || entry.Room != clip.Room.Text
            || entry.Camera != clip.Camera.Text
            || entry.Start != clip.Start
            || entry.End != clip.End
            || entry.Sha256 != clip.Sha256
            || entry.Bytes != clip.Bytes
        )
        {
            report.Add(
                PackFindingKind.ClipMislabelled,
                clip.Path,
                "The pack states another camera, time or content of the clip than its entry."
            );
            return;
        }

        if (!reading.Source.Files.ContainsKey(clip.Path))
        {
            report.Add(PackFindingKind.ClipMissing, clip.Path, "The clip is not in the pack.");
            return;
        }

        var actual = reading.Hash(clip.Path, cancellationToken);
        if (actual == entry.Sha256)
            report.ProvedClips++;
        else if (_hashes.Contains(actual))
            report.Add(PackFindingKind.ClipSwapped, clip.Path, "Its bytes are those of another clip: clips were exchanged.");
        else
            report.Add(PackFindingKind.ClipChanged, clip.Path, "Its bytes are not those that the ledger holds.");
    }

    private void CheckListed(long number, ParsedEntry entry)
    {
        if (!IsAskedFor(entry))
            return;
        var where = $"{entry.Room}/{entry.Camera} {UtcJsonConverter.ToText(entry.Start ?? default)}";
        if (entry.Kind == LedgerEntry.Gap)
        {
            if (!_listed.Contains(number))
                report.Add(PackFindingKind.GapMissing, where, "The ledger holds a gap here that the pack does not list.");
            return;
        }

        if (_listed.Contains(number))
            return;
        var excuse = _missing[number].FirstOrDefault();
        if (excuse is { Why: "second-tier" or "absent" } || (excuse is { Why: "destroyed" } && IsDestroyed(entry.Path)))
            return;
        report.Add(
            PackFindingKind.ClipMissing,
            PackFormat.Clips + entry.Path,
            "The ledger holds a clip here that is not in the pack, and nothing says why."
        );
    }

    private bool IsDestroyed(string? path) => path is not null && _destroyed.Contains(path);

    /// <summary>Numbers of neighbours differ by one, and each names the entry before: nothing lies between.</summary>
    private void CheckOrder(RoomId room, CameraId camera)
    {
        var chain = _entries.Where(e => e.Value.Room == room.Text && e.Value.Camera == camera.Text).OrderBy(e => e.Value.Number).ToList();
        var asked = facts.Scope.Where(s => s.Room == room && s.Cameras.Contains(camera)).ToList();
        var where = $"{room}/{camera}";
        for (var i = 1; i < chain.Count; i++)
        {
            var (before, after) = (chain[i - 1], chain[i]);
            // Between two sessions of one pack the chain may be left out.
            if (after.Value.Number == before.Value.Number + 1 && after.Value.Previous == before.Key)
                continue;
            if (!asked.Exists(s => before.Value.Start < s.To && after.Value.End > s.From))
                continue;
            report.Add(
                PackFindingKind.OrderBroken,
                where,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Entry {after.Key} does not follow entry {before.Key}: something between was left out."
                )
            );
        }

        if (chain is [{ Value: { Number: > 1 } first }, ..] && asked.Exists(s => first.Start > s.From && first.Start < s.To))
            report.Add(PackFindingKind.OrderBroken, where, "The first entries of the time that was asked for were left out.");
        foreach (var scope in asked)
            NoteUncovered(where, scope, [.. chain.Select(e => e.Value).Where(e => e.Start < scope.To && e.End > scope.From)]);
    }

    /// <summary>
    /// A gap stands in the ledger when it has ended: before a camera's first entry and after its last one nothing is said at all.
    /// </summary>
    private void NoteUncovered(string where, PackScope scope, List<ParsedEntry> entries)
    {
        var (first, last) = entries.Count > 0 ? (entries.Min(e => e.Start!.Value), entries.Max(e => e.End!.Value)) : (scope.To, scope.To);
        if (first > scope.From + Tolerance)
            report.Uncovered.Add(new(where, scope.From, first));
        if (last < scope.To - Tolerance)
            report.Uncovered.Add(new(where, last, scope.To));
    }

    private void CheckDayLines()
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        var pinned = _entries.Values.Select(e => e.Line).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var path in reading.Source.Files.Keys.Where(f => f.StartsWith("days/", StringComparison.Ordinal)))
        {
            foreach (var line in (reading.Text(path) ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var hash = HashOf(line);
                there.Add(hash);
                if (!pinned.Contains(hash))
                    report.Add(PackFindingKind.DayLinesChanged, path, "A day line is not one that the ledger pins.");
            }
        }

        foreach (var entry in _entries.Values.Where(e => e.Line is { } line && !there.Contains(line)).Take(1))
            report.Add(
                PackFindingKind.DayLinesChanged,
                $"days/ {entry.Room}/{entry.Camera}",
                string.Create(CultureInfo.InvariantCulture, $"The day line of number {entry.Number} is not there.")
            );
    }

    /// <summary>Hash of a day line without its first member, as its entry pins it.</summary>
    private static string HashOf(string line)
    {
        const int first = 78;
        var content =
            line.StartsWith("{\"previous\":\"", StringComparison.Ordinal) && line.Length > first + 1 && line[first] == ','
                ? "{" + line[(first + 1)..]
                : line;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
    }
}
