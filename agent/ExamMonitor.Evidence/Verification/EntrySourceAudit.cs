using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Footage that another process entered than the one that wrote it.</summary>
/// <param name="Start">Segments and gaps that an earlier process left, by the word of the index.</param>
/// <param name="Volume">Segments and gaps that nothing but the volume speaks for.</param>
/// <param name="Recovered">Segments that were cut after a crash.</param>
public sealed record EntrySources(long Start, long Volume, long Recovered);

/// <summary>
/// Who speaks for each entry of footage: the process that wrote it, the index, or nothing but the volume; and whether its bytes were
/// entered
/// before.
/// </summary>
/// <remarks>Memory is 8 bytes of each segment's hash; what those let suspect is looked up in the entries.</remarks>
internal sealed class EntrySourceAudit
{
    private const int MostNames = 20;

    private readonly HashSet<ulong> _hashes = [];
    private readonly HashSet<TreeHash> _suspects = [];
    private readonly List<string> _names = [];
    private long _first;

    /// <summary>How many.</summary>
    public EntrySources Sources { get; private set; } = new(0, 0, 0);

    /// <summary>Takes an entry, in order.</summary>
    public void Take(ParsedEntry entry, long number)
    {
        if (entry.Kind is not (LedgerEntry.Segment or LedgerEntry.Gap))
            return;
        if (entry.Recovered == true)
            Sources = Sources with { Recovered = Sources.Recovered + 1 };
        if (entry.Entered == "start")
            Sources = Sources with { Start = Sources.Start + 1 };
        else if (entry.Entered is not null)
            TakeFromVolume(entry, number);
        if (HeldSegment.TryRead(entry, number, out _, out var segment) && !_hashes.Add(ShortOf(segment.Sha256)))
            _suspects.Add(segment.Sha256);
    }

    /// <summary>What is wrong.</summary>
    /// <param name="lines">All entries again; asked for only when bytes seem to stand in two of them.</param>
    public IEnumerable<VerificationFinding> Check(Func<IEnumerable<ReadOnlyMemory<byte>>> lines)
    {
        if (Sources.Volume > 0)
        {
            var more = Sources.Volume > _names.Count ? Text($" and {Sources.Volume - _names.Count} more") : string.Empty;
            yield return new(
                FindingKind.EnteredFromVolume,
                _names[0],
                Text(
                    $"Since entry {_first}, {Sources.Volume} segments or gaps were entered that nothing but the volume speaks for: {string.Join(", ", _names)}{more}. Whoever could write to the volume can have put them there."
                )
            );
        }

        if (_suspects.Count == 0)
            yield break;
        var (first, number) = (new Dictionary<TreeHash, (string Path, long Number)>(), -1L);
        foreach (var line in lines())
        {
            number++;
            if (
                LedgerEntry.Parse(line.Span) is not { Kind: LedgerEntry.Segment } entry
                || !HeldSegment.TryRead(entry, number, out var path, out var segment)
                || !_suspects.Contains(segment.Sha256)
                || first.TryAdd(segment.Sha256, (path, number))
                || first[segment.Sha256].Path == path
            )
                continue;
            yield return new(
                FindingKind.Replayed,
                path,
                Text(
                    $"Entry {number} enters the very bytes of entry {first[segment.Sha256].Number} ({first[segment.Sha256].Path}): old footage shown as new."
                )
            );
        }
    }

    private void TakeFromVolume(ParsedEntry entry, long number)
    {
        if (Sources.Volume == 0)
            _first = number;
        Sources = Sources with { Volume = Sources.Volume + 1 };
        if (_names.Count < MostNames)
            _names.Add(entry.Path ?? Text($"gap {entry.Room}/{entry.Camera} of {entry.Start:u}"));
    }

    private static ulong ShortOf(TreeHash hash) => BitConverter.ToUInt64(hash.ToArray(), 0);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
