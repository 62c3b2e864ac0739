using System.Security.Cryptography;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using ExamMonitor.Retention.Scrubbing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What happened since the last look.</summary>
internal sealed class SurvivalSince
{
    public List<SurvivalWords> Lives { get; } = [];

    public List<SurvivalFault> Faults { get; } = [];

    public List<string> Notes { get; } = [];

    public bool Hashes => Notes.Exists(n => n.Contains("hashes.bin", StringComparison.Ordinal));

    public bool Index => Notes.Exists(n => n.Contains("index.db", StringComparison.Ordinal));

    public bool LostFootage => Lives.Exists(l => l.Troubled || l.Sentence is not null) || Faults.Exists(f => f.HurtsDisk);
}

/// <summary>
/// Opens the volume as the agent does after a life, and holds everything against what was committed; verifies with heads that were kept
/// outside.
/// </summary>
internal sealed class SurvivalCheck(string volume, string folder, SurvivalTruth truth, SurvivalReport report)
{
    private readonly List<string> _heads = [];
    private readonly List<(long From, long To)> _afterBrokenIndex = [];
    private long _entries;
    private double[] _before = new double[SurvivalSite.Cameras];

    /// <summary>
    /// Looks. A flipped byte of the index may say something false that no check sees: then a person has it made again, and everything must
    /// be there.
    /// </summary>
    public async Task RunAsync(DateTimeOffset at, SurvivalSince since, bool deep)
    {
        try
        {
            await LookAsync(at, since, deep || since.Index);
        }
        catch (SurvivalLieException e) when (since.Index)
        {
            report.Finding($"IndexMadeAgain {e.Message}");
            RemoveIndex(SurvivalSite.Options(volume, folder).IndexPath);
            since.Lives.Clear();
            await LookAsync(at, since, deep: true);
        }
    }

    private async Task LookAsync(DateTimeOffset at, SurvivalSince since, bool deep)
    {
        foreach (var finding in since.Lives.SelectMany(l => l.Findings))
            Explain(finding, since);
        var notEntered = deep && since.Faults.Count == 0 ? VerifyAsItLies() : [];
        var options = SurvivalSite.Options(volume, folder);
        var time = new SurvivalClock(at, 1);
        using (var ledger = new SurvivalLedger(volume, folder, time))
        {
            await using var archive = await OpenAsync(options, ledger, time, since);
            await archive.IndexChecked;
            while (archive.IndexDamage is { Rebuilding: true })
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            // As the agent's scrub does, which mends a cache that the start has no question for.
            if (deep || since.Hashes)
                _ = new LedgerScrubber(ledger.Log, f => ledger.Log.Report(f)).Run(new(), int.MaxValue, () => true);
            foreach (var finding in ledger.Log.Findings)
                Explain($"{finding.Kind} {finding.Subject}", since);
            var retention = SurvivalSite.Retain(archive, ledger.Log, time);
            foreach (
                var fault in retention
                    .FileFaults.Select(f => f.Text.En)
                    .Concat(retention.Problems)
                    .Append(retention.OlderCopy?.En)
                    .OfType<string>()
            )
                throw new SurvivalLieException(fault);
            report.Recovered += archive.RecoveredSegments;
            truth.ReadDestructions(ledger.Log);
            var (from, to) = (SurvivalSite.Epoch.AddYears(-10), SurvivalSite.Epoch.AddYears(20));
            var held = Enumerable
                .Range(0, SurvivalSite.Cameras)
                .SelectMany(i => archive.FindSegments(SurvivalSite.Room, SurvivalSite.Camera(i), from, to).Select(s => (i, s)))
                .ToList();
            if (notEntered.Find(p => !held.Exists(h => h.s.Path == p && h.s.Leaf is not null)) is { } strange)
                throw new SurvivalLieException($"{strange} had no entry after a kill, and the next start did not enter it");
            truth.Compare(held, at, ExamOf(since));
            (report.Held, report.Seen, report.Destroyed, report.InDuty, report.Entries) = (
                held.Count,
                truth.Seen,
                truth.Destroyed,
                truth.InDuty(at),
                ledger.Log.Size
            );
            NoteLosses(since);
            Keep(ledger.Log.Sign(at));
            NoteEntries(ledger.Log, since);
        }

        await LookAtFilesAsync(options, deep);
        if (deep)
            Verify();
    }

    /// <summary>What <c>verify</c> says with the heads that were kept outside.</summary>
    public void Verify()
    {
        var found = VerifyNow().Findings.Where(f => f.Kind != FindingKind.EnteredFromVolume || _afterBrokenIndex.Count == 0).ToList();
        report.Verifications++;
        if (found.Count > 0)
            throw new SurvivalLieException($"verify accuses: {string.Join('\n', found.Take(10))}");
    }

    /// <summary>
    /// A volume right after a kill: what no head signs yet is not proved, a file that each camera committed and did not enter any more has
    /// no entry, and nothing else is said.
    /// </summary>
    /// <returns>Files without an entry: the next start must enter them.</returns>
    private List<string> VerifyAsItLies()
    {
        if (_heads.Count == 0)
            return [];
        var all = VerifyNow()
            .Findings.Where(f => f.Kind is not (FindingKind.FileUnproved or FindingKind.DestructionUnproved))
            .Where(f => f.Kind != FindingKind.EnteredFromVolume || _afterBrokenIndex.Count == 0)
            .ToList();
        var unknown = all.Where(f => f.Kind == FindingKind.FileUnknown).Select(f => f.Subject).ToList();
        var found = unknown.Count > SurvivalSite.Cameras ? all : [.. all.Where(f => f.Kind != FindingKind.FileUnknown)];
        report.Verifications++;
        if (found.Count > 0)
            throw new SurvivalLieException($"verify accuses a volume whose agent was killed: {string.Join('\n', found.Take(10))}");
        return unknown;
    }

    /// <summary>
    /// What a kill left without an entry, and whose row the index lost by a flipped byte, is entered on the word of the volume alone:
    /// verify says so for good, and rightly. Nothing else is ever entered so.
    /// </summary>
    private void NoteEntries(LedgerLog log, SurvivalSince since)
    {
        for (var number = _entries; number < log.Size; number++)
        {
            if (LedgerEntry.Parse(log.Read(number)) is not { Entered: "volume" } entry)
                continue;
            if (!since.Index)
                throw new SurvivalLieException(
                    $"{entry.Path ?? entry.Kind} was entered on the word of the volume, and the index was whole"
                );
            _afterBrokenIndex.Add((_entries, log.Size));
        }

        _entries = log.Size;
    }

    private VerificationReport VerifyNow()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(folder, "ledger.key")));
        return ArchiveVerifier.Run(volume, new(key, SurvivalSite.Origin, KnownHeads: _heads), null, CancellationToken.None);
    }

    private static async Task<FootageArchive> OpenAsync(
        FootageOptions options,
        SurvivalLedger ledger,
        SurvivalClock time,
        SurvivalSince since
    )
    {
        try
        {
            return await FootageArchive.OpenAsync(options, ledger, time, NullLogger<FootageArchive>.Instance, CancellationToken.None);
        }
        catch (FootageException) when (since.Index)
        {
            // A flipped byte made the index one of a newer program, or of another volume: the sentence asks a person, who has it made
            // again.
            RemoveIndex(options.IndexPath);
            return await FootageArchive.OpenAsync(options, ledger, time, NullLogger<FootageArchive>.Instance, CancellationToken.None);
        }
    }

    public static void RemoveIndex(string path)
    {
        foreach (var ending in new[] { "", "-wal", "-shm" })
            File.Delete(path + ending);
    }

    /// <summary>What the product found must be what the fault did.</summary>
    private void Explain(string finding, SurvivalSince since)
    {
        var kind = finding.Split(' ')[0];
        var explained = kind switch
        {
            nameof(LedgerDamage.HashesChanged) or nameof(LedgerDamage.HashesMissing) => since.Hashes,
            nameof(LedgerDamage.EnteredFromVolume) or "file" => since.Index,
            _ => false,
        };
        if (!explained)
            throw new SurvivalLieException($"No fault explains what was found: {finding}");
        report.Finding(finding);
    }

    private static Contracts.Sessions.ExamSession? ExamOf(SurvivalSince since)
    {
        var moments = since
            .Lives.Where(l => l.From is not null)
            .SelectMany(l => new[] { l.From!.Value.AddSeconds(-5), l.To!.Value.AddSeconds(5) });
        var exams = moments.Select(SurvivalSite.SessionAt).Distinct().ToList();
        return exams is [{ } one] ? one : null;
    }

    private void NoteLosses(SurvivalSince since)
    {
        if (since.Lives.Count == 0)
            return;
        var now = Enumerable.Range(0, SurvivalSite.Cameras).Select(truth.SecondsOf).ToArray();
        var (handed, written) = (since.Lives.Sum(l => l.Handed), since.Lives.Sum(l => l.Written));
        var least = now.Zip(_before, (n, b) => n - b).Min();
        _before = now;
        report.Loss(handed - least, since.LostFootage);
        if (since.LostFootage)
            return;
        // Durations are rounded by the clip's frames (0.2 s) at the end of a run; a step of the clock ends one more.
        if (written - least > 0.5 * (since.Lives.Count + since.Faults.Count))
            throw new SurvivalLieException($"{written - least:0.000} s that were written are not held");
        if (handed - least > 1.5 * since.Lives.Count + since.Faults.Count)
            throw new SurvivalLieException(
                $"{handed - least:0.000} s that were handed over are not held: more than the fragments in flight"
            );
    }

    private void Keep(string head)
    {
        // The newest, and some of the past, as witnesses have them.
        if (_heads.Count > 12)
            _heads.RemoveAt(_heads.Count / 2);
        _heads.Add(head);
        foreach (var aside in Directory.GetFileSystemEntries(folder, "*.damaged-*"))
            File.Delete(aside);
    }

    private async Task LookAtFilesAsync(FootageOptions options, bool deep)
    {
        report.Checks++;
        if (deep)
            report.FullChecks++;
        var fsck = await FootageCare.CheckAsync(options, deep ? FsckDepth.Hash : FsckDepth.Size, null, CancellationToken.None);
        if (!fsck.IsWhole)
            throw new SurvivalLieException($"fsck finds: {string.Join('\n', fsck.Findings.Take(10))}");
        if (Directory.EnumerateFiles(volume, "*.part", SearchOption.AllDirectories).FirstOrDefault() is { } part)
            throw new SurvivalLieException($"{part} was left");
    }
}
