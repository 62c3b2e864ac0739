using System.Collections.Concurrent;
using ExamMonitor.Capture;
using ExamMonitor.Media;

namespace ExamMonitor.Agent.Api;

/// <summary>
/// Keeps the newest JPEG per camera and width, so that many viewers of one picture cost one decoding. Thread-safe; at most
/// <see cref="MaxEntries"/> pictures.
/// </summary>
/// <param name="snapshot">Decodes.</param>
internal sealed class SnapshotCache(KeyFrameSnapshot snapshot)
{
    private const int MaxEntries = 128;
    private readonly ConcurrentDictionary<(RoomId, CameraId, int?), (DateTimeOffset At, Lazy<Task<byte[]>> Jpeg)> _pictures = new();

    /// <summary>The JPEG of a fragment's key frame.</summary>
    /// <param name="key">Camera and width.</param>
    /// <param name="initialization">Initialization segment.</param>
    /// <param name="fragment">Fragment that starts with a sync sample.</param>
    /// <param name="at">Time of the fragment: the same time is the same picture.</param>
    /// <param name="cancellationToken">Stops the wait; the decoding goes on for others.</param>
    public async Task<byte[]> JpegAsync(
        (RoomId, CameraId, int? Width) key,
        InitializationSegment initialization,
        Fragment fragment,
        DateTimeOffset at,
        CancellationToken cancellationToken
    )
    {
        if (_pictures.Count > MaxEntries)
            _pictures.Clear();
        var entry = _pictures.AddOrUpdate(
            key,
            _ => Fresh(),
            (_, old) => old.At == at && old.Jpeg is not { IsValueCreated: true, Value.IsFaulted: true } ? old : Fresh()
        );
        return await entry.Jpeg.Value.WaitAsync(cancellationToken).ConfigureAwait(false);

        (DateTimeOffset, Lazy<Task<byte[]>>) Fresh() =>
            (at, new(() => snapshot.JpegAsync(initialization.Bytes, fragment.Bytes, key.Width, CancellationToken.None)));
    }
}
