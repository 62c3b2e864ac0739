using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>What the ledger is told of footage.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Number">Place among the camera's segments and gaps, from 1, without a hole.</param>
/// <param name="PreviousLeaf">Ledger number of the camera's entry with the number before; −1 for the first.</param>
/// <param name="StartUtc">UTC, ms.</param>
/// <param name="EndUtc">UTC, ms, exclusive.</param>
public abstract record FootageLeaf(
    RoomId Room,
    CameraId Camera,
    long Number,
    long PreviousLeaf,
    DateTimeOffset StartUtc,
    DateTimeOffset EndUtc
)
{
    /// <summary>
    /// Hash of the item's day line, lower-case hex; null where none is written. So the line is pinned whole, also the last of a file, which
    /// no other line is chained to.
    /// </summary>
    public string? Line { get; init; }

    /// <summary>Where this process knows it from.</summary>
    public LeafSource Source { get; init; }

    /// <summary>
    /// The ledger's <see cref="ILedgerSink.Generation"/> by which it was asked what is lost; null when it was not. No part of the entry.
    /// </summary>
    public int? Generation { get; init; }
}

/// <summary>Where a process knows footage from that it enters.</summary>
public enum LeafSource
{
    /// <summary>It wrote the footage itself.</summary>
    Written,

    /// <summary>An earlier process left it, by the word of the index.</summary>
    Start,

    /// <summary>It lay on the volume when the index was made again: nothing but the volume speaks for it.</summary>
    Volume,
}

/// <summary>A committed segment.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Number">See <see cref="FootageLeaf"/>.</param>
/// <param name="PreviousLeaf">See <see cref="FootageLeaf"/>.</param>
/// <param name="StartUtc">UTC, ms.</param>
/// <param name="EndUtc">UTC, ms, exclusive.</param>
/// <param name="Path">Relative to the volume, with <c>/</c>.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="Sha256">Hash of the file, lower-case hex.</param>
/// <param name="Recovered">Whether it was cut after a crash.</param>
public sealed record SegmentLeaf(
    RoomId Room,
    CameraId Camera,
    long Number,
    long PreviousLeaf,
    DateTimeOffset StartUtc,
    DateTimeOffset EndUtc,
    string Path,
    long SizeBytes,
    string Sha256,
    bool Recovered
) : FootageLeaf(Room, Camera, Number, PreviousLeaf, StartUtc, EndUtc);

/// <summary>A closed gap.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Number">See <see cref="FootageLeaf"/>.</param>
/// <param name="PreviousLeaf">See <see cref="FootageLeaf"/>.</param>
/// <param name="StartUtc">UTC, ms.</param>
/// <param name="EndUtc">UTC, ms, exclusive.</param>
/// <param name="Cause">Why.</param>
public sealed record GapLeaf(
    RoomId Room,
    CameraId Camera,
    long Number,
    long PreviousLeaf,
    DateTimeOffset StartUtc,
    DateTimeOffset EndUtc,
    GapCause Cause
) : FootageLeaf(Room, Camera, Number, PreviousLeaf, StartUtc, EndUtc);

/// <summary>Where the archive reports every segment and gap, after its row and its day line.</summary>
/// <remarks>
/// Called from the writers' threads, several at once. A crash between the entry and the index's note of it makes the archive ask again at
/// the next
/// start with the same <see cref="FootageLeaf.Number"/>: an implementation answers with the entry that it has and appends nothing.
/// An exception leaves the item waiting; it is tried again with the next commit.
/// </remarks>
public interface ILedgerSink
{
    /// <summary>Appends an entry and returns its ledger number, ≥ 0; a negative number means that no ledger is kept.</summary>
    long Append(FootageLeaf leaf);

    /// <summary>Grows when the ledger was opened anew under its users: entries may be lost, see <see cref="FindLost"/>.</summary>
    int Generation => 0;

    /// <summary>Entries of the ledger; null when it cannot be told.</summary>
    long? Entries => null;

    /// <summary>Of some files, those whose segment the ledger has, and no later entry that lets it go: they must stay.</summary>
    /// <param name="paths">Relative to the volume.</param>
    IReadOnlySet<string> Standing(IReadOnlyCollection<string> paths) => new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Highest number of a camera among the newest entries; null when they do not speak of it, or it cannot be told.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    long? NewestNumber(RoomId room, CameraId camera) => null;

    /// <summary>
    /// Every segment and gap that is entered, in the order of their entries: a new index is told which entry is whose. Read as it is asked
    /// for.
    /// </summary>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    IEnumerable<EnteredItem> Items() => [];

    /// <summary>Takes in that something is wrong: a problem, and an entry of its own. The same finding once.</summary>
    /// <param name="finding">What.</param>
    void Report(LedgerFinding finding) { }

    /// <summary>Whether the newest entry that the index knows of a camera is lost: a power cut took it, or it was put aside.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="lastLeaf">Its number by the index; −1 for none.</param>
    /// <returns>The newest that is there; null when nothing is lost.</returns>
    CameraPlace? FindLost(RoomId room, CameraId camera, long lastLeaf) => null;
}

/// <summary>Newest entry of a camera.</summary>
/// <param name="Number">Place among the camera's segments and gaps; 0 for none.</param>
/// <param name="Leaf">Number in the ledger; −1 for none.</param>
public sealed record CameraPlace(long Number, long Leaf);

/// <summary>A segment or gap as its entry says it.</summary>
/// <param name="Leaf">Number in the ledger.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Number">Place among the camera's segments and gaps.</param>
/// <param name="StartUtc">First instant.</param>
/// <param name="Sha256">Hash of the segment's file, lower-case hex; null for a gap.</param>
public sealed record EnteredItem(long Leaf, string Room, string Camera, long Number, DateTimeOffset StartUtc, string? Sha256);

/// <summary>No ledger.</summary>
internal sealed class NoLedger : ILedgerSink
{
    public long Append(FootageLeaf leaf) => -1;
}
