using System.Threading.Channels;
using ExamMonitor.Agent.Cameras;
using ExamMonitor.Capture;

namespace ExamMonitor.Agent.Watching;

/// <summary>A picture that waits to be measured.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Picture">Picture; whoever takes it from the channel disposes it.</param>
internal sealed record WaitingPicture(RoomId Room, CameraId Camera, AnalysisPicture Picture);

/// <summary>Between the cameras and the measuring process: holds at most two pictures per camera; when full, the oldest picture is dropped and counted.</summary>
internal sealed class WatchChannel : IPictureTaker
{
    private readonly Channel<WaitingPicture> _channel;
    private long _dropped;
    private long _taken;

    /// <summary>Makes a channel.</summary>
    /// <param name="cameras">Number of cameras, ≥ 1.</param>
    public WatchChannel(int cameras) => _channel = Channel.CreateBounded<WaitingPicture>(
        new BoundedChannelOptions(Math.Max(1, cameras) * 2) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
        old =>
        {
            Interlocked.Increment(ref _dropped);
            old.Picture.Dispose();
        });

    /// <summary>Pictures that nobody measured.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Pictures that were handed over.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <inheritdoc/>
    public void Offer(RoomId room, CameraId camera, AnalysisPicture picture)
    {
        if (!_channel.Writer.TryWrite(new(room, camera, picture))) picture.Dispose();
    }

    /// <summary>The next picture; waits for one.</summary>
    public async ValueTask<WaitingPicture> TakeAsync(CancellationToken cancellationToken)
    {
        var waiting = await _channel.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _taken);
        return waiting;
    }
}
