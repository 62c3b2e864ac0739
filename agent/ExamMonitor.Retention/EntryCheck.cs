using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention;

/// <summary>Whether a row of the index says of a segment what its ledger entry says. Pure.</summary>
/// <remarks>
/// A decision is made by the row. One flipped bit of a time lets footage go years too soon, and no check of the index sees it: the row is
/// whole, and false.
/// </remarks>
internal static class EntryCheck
{
    /// <summary>Whether the entry is that of the row: camera, number, path, times, size and hash.</summary>
    public static bool Agrees(StoredSegment row, ParsedEntry? entry) =>
        entry is { Kind: LedgerEntry.Segment, Start: { } start, End: { } end }
        && entry.Room == row.Room.Text
        && entry.Camera == row.Camera.Text
        && entry.Number == row.Number
        && entry.Path == row.Path
        && UnixMs.Of(start) == UnixMs.Of(row.StartUtc)
        && UnixMs.Of(end) == UnixMs.Of(row.EndUtc)
        && entry.Bytes == row.SizeBytes
        && entry.Sha256 == Convert.ToHexStringLower(row.Sha256.Span);
}
