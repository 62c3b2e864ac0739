using System.Collections.Concurrent;
using ExamMonitor.Capture;
using ExamMonitor.Media;
using ExamMonitor.Recording;

namespace ExamMonitor.Agent.Api;

/// <summary>
/// Keeps the newest JPEG per camera and width, so that many viewers of one picture cost one decoding. Thread-safe; at most
/// <see cref="MaxEntries"/> pictures.
/// </summary>
/// <param name="snapshot">Decodes.</param>
internal sealed class SnapshotCache(KeyFrameSnapshot snapshot)
{
    private const int MaxEntries = 128;
    private readonly ConcurrentDictionary<(RoomId, CameraId, int?), (DateTimeOffset At, Lazy<Task<byte[]?>> Jpeg)> _pictures = new();

    /// <summary>The JPEG of a fragment's key frame; null when its bytes are gone.</summary>
    /// <param name="key">Camera and width.</param>
    /// <param name="initialization">Initialization segment.</param>
    /// <param name="fragment">Fragment that starts with a sync sample; the same start is the same picture.</param>
    /// <param name="cancellationToken">Stops the wait; the decoding goes on for others.</param>
    public async Task<byte[]?> JpegAsync(
        (RoomId, CameraId, int? Width) key,
        InitializationSegment initialization,
        LiveFragment fragment,
        CancellationToken cancellationToken
    )
    {
        if (_pictures.Count > MaxEntries)
            _pictures.Clear();
        var entry = _pictures.AddOrUpdate(key, _ => Fresh(), (_, old) => old.At == fragment.StartUtc && !Failed(old.Jpeg) ? old : Fresh());
        return await entry.Jpeg.Value.WaitAsync(cancellationToken).ConfigureAwait(false);

        (DateTimeOffset, Lazy<Task<byte[]?>>) Fresh() => (fragment.StartUtc, new(DecodeAsync));

        async Task<byte[]?> DecodeAsync() =>
            await fragment.ReadAsync(CancellationToken.None).ConfigureAwait(false) is { } bytes
                ? await snapshot.JpegAsync(initialization.Bytes, bytes, key.Width, CancellationToken.None).ConfigureAwait(false)
                : null;
    }

    private static bool Failed(Lazy<Task<byte[]?>> jpeg) =>
        jpeg is { IsValueCreated: true, Value: { IsCompleted: true } done } && (!done.IsCompletedSuccessfully || done.Result is null);
}
