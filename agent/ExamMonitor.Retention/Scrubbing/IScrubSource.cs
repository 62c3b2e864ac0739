using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;

namespace ExamMonitor.Retention.Scrubbing;

/// <summary>What a scrub reads.</summary>
public interface IScrubSource
{
    /// <summary>Held segments after a number of the index, in order, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<StoredSegment> After(long id, int limit);

    /// <summary>
    /// Whether a segment's file still belongs here: destroyed meanwhile, or held on the archive tier alone, it is no finding.
    /// </summary>
    bool IsHeld(long id);

    /// <summary>Its file; null when it is gone.</summary>
    Stream? Open(StoredSegment segment);

    /// <summary>Hash that its entry in the ledger names, lower-case hex; null when it has no entry yet.</summary>
    string? Expected(StoredSegment segment);

    /// <summary>
    /// Whether its line in <c>day.jsonl</c> is the one that was written. A segment without a ledger entry may still lack its line.
    /// </summary>
    bool HasItsDayLine(StoredSegment segment) => true;
}

/// <summary>The archive and its ledger. The ledger's word counts, not the index's: whoever changes a file might change its row.</summary>
/// <param name="archive">Archive.</param>
/// <param name="log">Ledger.</param>
public sealed class ArchiveScrubSource(FootageArchive archive, LedgerLog log) : IScrubSource
{
    private readonly DayLineReader _days = new(archive.Context.Volume);

    /// <summary>Segments since a time whose line in <c>day.jsonl</c> is missing or another: a look that reads no footage.</summary>
    /// <param name="since">UTC.</param>
    public IEnumerable<StoredSegment> WithoutDayLine(DateTimeOffset since) =>
        archive
            .Context.Index.Read(q => q.Cameras())
            .SelectMany(c => archive.FindSegments(c.Room, c.Camera, since, DateTimeOffset.MaxValue))
            .Where(s => !HasItsDayLine(s));

    /// <inheritdoc/>
    public bool HasItsDayLine(StoredSegment segment) => segment.Leaf is null || _days.Fits(segment);

    /// <inheritdoc/>
    public IReadOnlyList<StoredSegment> After(long id, int limit) => archive.SegmentsAfter(id, limit);

    /// <inheritdoc/>
    public bool IsHeld(long id) => archive.FindSegment(id) is { IsRemote: false };

    /// <inheritdoc/>
    public Stream? Open(StoredSegment segment) => archive.OpenSegment(segment);

    /// <inheritdoc/>
    public string? Expected(StoredSegment segment) =>
        segment.Leaf is { } leaf && leaf >= 0 && leaf < log.Size
            ? LedgerEntry.Parse(log.Read(leaf)) is { } entry && entry.Path == segment.Path
                ? entry.Sha256
                : string.Empty
            : null;
}
