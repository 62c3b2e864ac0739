using System.Globalization;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Retention;

/// <summary>Lets segments go, in an order that can be cut off anywhere and gone on with.</summary>
/// <remarks>
/// Order, for a few hundred segments at a time: (1) the index notes where the ledger ends → (2) ledger entries, on the disk under a signed
/// head → (3) register lines,
/// flushed → (4) one index transaction: rows become garbage rows → (5) unlink → (6) folder flush → (7) garbage rows removed.
/// A crash before (4) leaves the segments whole: the next sweep decides anew, finds the entries of (2) behind the note of (1), and enters
/// none twice.
/// A crash after (4) leaves garbage rows, which <see cref="FinishGarbage"/> or the next start finishes. Not safe from several threads.
/// </remarks>
internal sealed class Destroyer(ArchiveContext context, IRetentionLedger ledger)
{
    private const string NoteName = "destroying";

    private readonly DestructionLog _register = new(context.Volume);
    private Dictionary<string, DestructionRecord>? _entered;

    /// <summary>Lets go of segments whose decisions were just made.</summary>
    /// <exception cref="IOException">Where it stopped is found again by the next call.</exception>
    public void Destroy(IReadOnlyList<(StoredSegment Segment, RetentionDecision Decision)> discards, string by)
    {
        if (discards.Count == 0)
            return;
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        var entered = _entered ?? ReadEntered([.. discards.Select(d => d.Segment)]);
        // Until the rows are gone, the ledger is read again: an exception may come after an entry was made.
        _entered = null;
        var records = Enter(discards, entered, by);
        var registers = records
            .GroupBy(r => r.Folder, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => _register.Append(f.Key, f), StringComparer.Ordinal);
        var nowMs = context.NowMs;
        context.Index.Write(t =>
        {
            for (var i = 0; i < discards.Count; i++)
            {
                var segment = discards[i].Segment;
                t.Discard(t.Queries.Camera(segment.Room, segment.Camera)!.No, segment, records[i].Code, nowMs);
                t.AddDestruction(records[i]);
            }

            foreach (var (folder, (lines, sha256)) in registers)
                t.SetRetentionFile($"{folder}/{DestructionLog.FileName}", lines, sha256);
        });
        if (entered.Keys.All(p => records.Exists(r => r.Path == p)))
            _entered = new(StringComparer.Ordinal);
        Unlink([.. discards.Select(d => d.Segment.Path)]);
    }

    /// <summary>Finishes what a destruction that was cut off left behind.</summary>
    public void FinishGarbage()
    {
        // Files without a segment are a writer's own and may be in use; what lies on the archive tier alone waits for its own ledger entry.
        var waiting = context.Index.Read(q => q.Garbage()).Where(g => g.Segment is not null && g.Reason != GarbageRow.OnArchiveTier);
        var paths = GarbageCheck.Deletable(context, waiting).ConvertAll(g => g.Path);
        if (paths.Count == 0)
            return;
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        Unlink(paths);
    }

    private void Unlink(List<string> paths)
    {
        foreach (var path in paths)
        {
            context.LiveFiles.Forget(path);
            context.Volume.Delete(path);
        }

        foreach (var folder in paths.Select(p => p[..p.LastIndexOf('/')]).Distinct(StringComparer.Ordinal))
            context.Volume.FlushFolder(folder);
        context.Index.Write(t =>
        {
            foreach (var path in paths)
                t.DropGarbage(path);
        });
    }

    private List<DestructionRecord> Enter(
        IReadOnlyList<(StoredSegment Segment, RetentionDecision Decision)> discards,
        Dictionary<string, DestructionRecord> entered,
        string by
    )
    {
        if (entered.Count == 0)
            context.Index.Write(t => t.SetRetentionFact(NoteName, ledger.Size.ToString(CultureInfo.InvariantCulture)));
        var at = context.Time.GetUtcNow();
        var records = new List<DestructionRecord>();
        foreach (var (segment, decision) in discards)
        {
            // What was entered before a crash stands as it was entered: the register says what the ledger says.
            if (entered.TryGetValue(segment.Path, out var known))
            {
                records.Add(known);
                continue;
            }

            var record = DestructionRecord.Of(segment, decision, at, by);
            records.Add(record with { Ledger = ledger.Append(DestructionRecord.Kind, record.Room, record.Camera, record.ToFacts()) });
        }

        ledger.CommitDestruction();
        context.Logger.Destroying(records.Count, records[0].Path, records[^1].Path);
        return records;
    }

    /// <summary>Entries that were made, and whose segments still have their rows.</summary>
    private Dictionary<string, DestructionRecord> ReadEntered(List<StoredSegment> segments)
    {
        var entered = new Dictionary<string, DestructionRecord>(StringComparer.Ordinal);
        var note = context.Index.Read(q => q.RetentionFact(NoteName));
        if (note is null)
        {
            // A new index: what an older one had begun stands in the register.
            foreach (
                var line in segments
                    .Select(s => s.Path[..s.Path.LastIndexOf('/')])
                    .Distinct(StringComparer.Ordinal)
                    .SelectMany(_register.Read)
            )
            {
                // A line that somebody wrote by hand lets nothing go: its segment is entered as any other.
                if (
                    segments.Exists(s => s.Path == line.Path && Convert.ToHexStringLower(s.Sha256.Span) == line.Sha256)
                    && LineVouchers.IsEntered(line, ledger)
                )
                    entered[line.Path] = line;
            }

            return entered;
        }

        var number = long.Parse(note, CultureInfo.InvariantCulture);
        foreach (var entry in ledger.ReadFrom(number))
        {
            if (
                entry is not null
                && DestructionRecord.Of(entry, number) is { } record
                && context.Index.Read(q => q.Segment(record.Segment)) is { } row
                && row.Path == record.Path
                && Convert.ToHexStringLower(row.Sha256.Span) == record.Sha256
            )
            {
                entered.TryAdd(record.Path, record);
            }

            number++;
        }

        return entered;
    }
}
