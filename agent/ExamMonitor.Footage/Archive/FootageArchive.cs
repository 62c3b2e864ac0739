#pragma warning disable MA0025, CA1065, CA1822 // The body follows; the shape stands.
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Footage;

/// <summary>The archive of one volume: writers, index, playback. One process at a time holds it (a lock file says so). Safe from any thread.</summary>
public sealed class FootageArchive : IAsyncDisposable
{
    private FootageArchive()
    {
    }

    /// <summary>Id in <c>volume.json</c>.</summary>
    public Guid VolumeId => throw new NotImplementedException();

    /// <summary>Ends faulted with a <see cref="FootageFatalException"/> when the process must stop; never ends otherwise.</summary>
    public Task Failure => throw new NotImplementedException();

    /// <summary>Checks the volume, opens or remakes the index, and recovers what the last process left.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="ledger">Where segments and gaps are reported; null for nowhere.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="WrongVolumeException">The volume is missing, strange, or in use by another process.</exception>
    /// <exception cref="FootageException">The index cannot be opened.</exception>
    public static Task<FootageArchive> OpenAsync(
        FootageOptions options, ILedgerSink? ledger, TimeProvider time, ILogger<FootageArchive> logger, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The camera's writer, always the same one. The first call makes the camera known: from then on, time without footage is a gap.</summary>
    public CameraRecorder Recorder(RoomId room, CameraId camera) => throw new NotImplementedException();

    /// <summary>What is held of a camera in [<paramref name="from"/>, <paramref name="to"/>). An unknown camera holds nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not after <paramref name="from"/>, or more than 31 days are asked for.</exception>
    public Timeline GetTimeline(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to) => throw new NotImplementedException();

    /// <summary>Facts of a camera for its status.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="today">Site midnight, UTC.</param>
    public CameraFootage GetFacts(RoomId room, CameraId camera, DateTimeOffset today) => throw new NotImplementedException();

    /// <summary>Committed segments that touch the range, in order of time.</summary>
    public IReadOnlyList<StoredSegment> FindSegments(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to) => throw new NotImplementedException();

    /// <summary>A committed segment; null when there is none of that id, or it was let go.</summary>
    public StoredSegment? FindSegment(long id) => throw new NotImplementedException();

    /// <summary>Opens a segment's file, seekable; the stream stays whole even when the segment is destroyed meanwhile. Null when the file is gone.</summary>
    public Stream? OpenSegment(StoredSegment segment) => throw new NotImplementedException();

    /// <summary>HLS playlist of a range, addresses relative to <c>…/playlist.m3u8</c>; null when nothing is held of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="to"/> is not after <paramref name="from"/>, or more than 24 hours are asked for.</exception>
    public string? RangePlaylist(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to) => throw new NotImplementedException();

    /// <summary>Free bytes of the volume; null when they cannot be told, which means "no space for new promises".</summary>
    public long? FreeBytes() => throw new NotImplementedException();

    /// <summary>Ends every run (cause <see cref="GapCause.Agent"/>), commits, and closes.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
