using ExamMonitor.Capture;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Recording;

namespace ExamMonitor.Floor.Sound;

/// <summary>
/// Measures the sound of every segment once it is committed, one at a time; while no sound is heard also what has just arrived. What it
/// costs, or whether it fails, cannot reach the recording.
/// </summary>
/// <param name="rooms">Rooms.</param>
/// <param name="archive">Archive.</param>
/// <param name="sound">Decodes.</param>
/// <param name="store">Where it goes.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
/// <remarks>When it falls behind, the older segments of a camera are skipped and counted: what is told is how it is now.</remarks>
internal sealed partial class SoundService(
    RoomRegistry rooms,
    FootageArchive archive,
    FileSound sound,
    SoundStore store,
    TimeProvider time,
    ILogger<SoundService> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(6);
    private readonly Dictionary<(RoomId, CameraId), SoundProgress> _cameras = [];
    private long _measured;
    private long _skipped;

    /// <summary>Segments measured.</summary>
    public long Measured => Interlocked.Read(ref _measured);

    /// <summary>Segments that were not measured.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                foreach (var room in rooms.Rooms)
                foreach (var camera in room.Cameras)
                    await LookAsync(room.Id, camera, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task LookAsync(RoomId room, CameraRuntime camera, CancellationToken cancellationToken)
    {
        if (camera.Vitals().Stream?.AudioCodec is null)
            return;
        var key = (room, camera.Setup.Id);
        if (!_cameras.TryGetValue(key, out var progress))
            _cameras[key] = progress = new();
        try
        {
            var now = time.GetUtcNow();
            var fresh = archive.FindSegments(room, camera.Setup.Id, now - LookBack, now).Where(s => s.Id > progress.Newest).ToArray();
            if (fresh is [.., var segment])
            {
                if (progress.Newest > 0)
                    Interlocked.Add(ref _skipped, fresh.Length - 1);
                progress.BeginSegment(segment.Id);
                var seconds = await sound
                    .EachSecondAsync(Path.Combine(archive.VolumePath, segment.Path), cancellationToken)
                    .ConfigureAwait(false);
                store.Put(room, camera.Setup.Id, progress.TakeSegment(segment.StartUtc, segment.EndUtc, seconds), now);
                Interlocked.Increment(ref _measured);
            }
            else if (progress.IsDue(now) && camera.Recorder.Live.Since(progress.Until) is { } tail && tail.Length >= SoundProgress.Least)
            {
                progress.BeginLive(now);
                var seconds = await sound.EachSecondAsync(tail.PiecesAsync, cancellationToken).ConfigureAwait(false);
                store.Put(room, camera.Setup.Id, progress.TakeLive(tail.StartUtc, seconds), now);
            }
        }
#pragma warning disable CA1031 // Supervisor of a measurement: whatever fails here is said, and the next segment is tried.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _skipped);
            LogFailed(log, room, camera.Setup.Id, e.Message);
        }
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "{Room}/{Camera}: the sound of a segment was not measured: {Reason}")]
    private static partial void LogFailed(ILogger log, RoomId room, CameraId camera, string reason);
}
