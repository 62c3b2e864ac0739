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
    private bool _armed;

    /// <summary>Completes at the next tick, on its thread: what follows must not block.</summary>
    public Task NextAsync()
    {
        // Without RunContinuationsAsynchronously: a hop to another thread for each relay is what is saved.
        var next = new TaskCompletionSource();
        lock (_gate)
        {
            _waiting.Add(next);
            if (!_armed)
                Arm();
        }

        return next.Task;
    }

    private void Arm()
    {
        _armed = true;
        _timer ??= time.CreateTimer(static tick => ((MediaTick)tick!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Every, Timeout.InfiniteTimeSpan);
    }

    private void Tick()
    {
        List<TaskCompletionSource> woken;
        lock (_gate)
        {
            (woken, _waiting) = (_waiting, new(_waiting.Count));
            // Armed before the relays go on: how long they take does not make the ticks rarer.
            _armed = false;
            Arm();
        }

        foreach (var one in woken)
            one.SetResult();
        lock (_gate)
        {
            if (_waiting.Count > 0 || !_armed)
                return;
            _armed = false;
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
