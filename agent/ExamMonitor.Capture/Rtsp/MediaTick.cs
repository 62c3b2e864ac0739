namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Lets the relays of all cameras go on together, some times a second, one after the other on one thread. Thread-safe.
/// </summary>
/// <remarks>
/// A camera sends a hundred small pieces a second. Woken for each of them, a relay spends most of its processor time on being woken.
/// Between two ticks the pieces wait in the system's buffer of the connection.
/// </remarks>
/// <param name="time">Clock.</param>
internal sealed class MediaTick(TimeProvider time)
{
    /// <summary>
    /// Time between two ticks: half of what <see cref="RtpTimeline"/> takes for even, and a thirtieth of what live video is behind.
    /// </summary>
    internal static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private List<TaskCompletionSource> _waiting = [];
    private ITimer? _timer;

    /// <summary>Completes at the next tick, on its thread: what follows must not block.</summary>
    public Task NextAsync()
    {
        // Without RunContinuationsAsynchronously: a hop to another thread for each relay is what is saved.
        var next = new TaskCompletionSource();
        lock (_gate)
        {
            _waiting.Add(next);
            // The first to wait after a tick sets the next one: how long the others take does not make the ticks rarer, and where nobody
            // waits there is none.
            if (_waiting.Count == 1)
                Arm();
        }

        return next.Task;
    }

    private void Arm()
    {
        _timer ??= time.CreateTimer(static tick => ((MediaTick)tick!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Every, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        List<TaskCompletionSource> woken;
        lock (_gate)
            (woken, _waiting) = (_waiting, new(_waiting.Count));
        foreach (var one in woken)
            one.SetResult();
    }
}
