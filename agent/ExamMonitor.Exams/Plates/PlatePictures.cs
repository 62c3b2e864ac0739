using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Exams.Plates;

/// <summary>Takes pictures of a camera, one key frame after the other, at the size that is recorded.</summary>
/// <param name="rooms">Rooms.</param>
/// <param name="snapshot">Decodes.</param>
/// <param name="time">Clock.</param>
internal sealed class PlatePictures(RoomRegistry rooms, KeyFrameSnapshot snapshot, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Key frames closer than this show the same moment: somebody who passes hides the plate in both.</summary>
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1.5);

    /// <summary>Longest wait for all of them.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    /// <summary>Up to <paramref name="count"/> pictures, in order of time; fewer when no more come within 40 s.</summary>
    public async Task<IReadOnlyList<PlatePicture>> TakeAsync(RoomId room, CameraId id, int count, CancellationToken cancellationToken)
    {
        if (rooms.Find(room)?.Find(id) is not { } camera)
            return [];
        var taken = new List<PlatePicture>(count);
        var began = time.GetTimestamp();
        DateTimeOffset? last = null;
        while (taken.Count < count && time.GetElapsedTime(began) < Limit)
        {
            if (
                camera.Recorder.Live.Newest() is { } newest
                && newest.Fragment.StartUtc is var start
                && Recent(start)
                && (last is not { } before || start - before >= Apart || start < before)
            )
            {
                last = start;
                if (
                    await newest.Fragment.ReadAsync(cancellationToken).ConfigureAwait(false) is { } bytes
                    && await DecodeAsync(newest.Initialization.Bytes, bytes, cancellationToken).ConfigureAwait(false) is { } jpeg
                )
                    taken.Add(new(jpeg, start));
            }
            else
            {
                await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
            }
        }

        return taken;
    }

    /// <summary>What a camera that rests or is lost showed last says nothing of now.</summary>
    private bool Recent(DateTimeOffset at) => time.GetUtcNow() - at < Limit;

    private async Task<byte[]?> DecodeAsync(
        ReadOnlyMemory<byte> initialization,
        ReadOnlyMemory<byte> fragment,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await snapshot.JpegAsync(initialization, fragment, null, cancellationToken).ConfigureAwait(false);
        }
        catch (ChildProcessException)
        {
            // A picture less.
            return null;
        }
    }
}
