namespace ExamMonitor.TestKit;

/// <summary>A clock that stands until a test moves it. Thread safe.</summary>
/// <remarks>Wall clock and monotonic clock move together in <see cref="Advance"/>; <see cref="StepWallClock"/> moves the wall clock alone,
/// as an operator or NTP would.</remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _utc;
    private long _ticks;

    /// <summary>Starts at <paramref name="start"/>; null means 2026-03-02T01:00:00Z, a Monday, nine o'clock in Shanghai.</summary>
    public ManualTimeProvider(DateTimeOffset? start = null) => _utc = start ?? new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Timers that are armed: lets a test wait until the code under test waits.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _utc;
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_gate)
            return _ticks;
    }

    /// <summary>Moves both clocks forward, stopping at each timer that falls due on the way, in order.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long end;
        lock (_gate)
            end = _ticks + by.Ticks;
        while (TakeDue(end) is { } timer)
            timer.Fire();
    }

    /// <summary>Moves the wall clock alone; no timer fires.</summary>
    public void StepWallClock(TimeSpan by)
    {
        lock (_gate)
            _utc += by;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeDue(long end)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(t => t.DueTicks);
            var reached = next is not null && next.DueTicks <= end ? Math.Max(next.DueTicks, _ticks) : end;
            _utc += TimeSpan.FromTicks(reached - _ticks);
            _ticks = reached;
            if (next is null || next.DueTicks > end)
                return null;
            if (next.PeriodTicks > 0)
                next.DueTicks += next.PeriodTicks;
            else
                _timers.Remove(next);
            return next;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public long DueTicks { get; set; }

        public long PeriodTicks { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                owner._timers.Remove(this);
                PeriodTicks = period > TimeSpan.Zero ? period.Ticks : 0;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                DueTicks = owner._ticks + Math.Max(0, dueTime.Ticks);
                owner._timers.Add(this);
                if (dueTime > TimeSpan.Zero)
                    return true;
                if (PeriodTicks == 0)
                    owner._timers.Remove(this);
                else
                    DueTicks += PeriodTicks;
            }

            // A real timer that is due at once fires on another thread, never inside the call that made it.
            ThreadPool.QueueUserWorkItem(static t => t.Fire(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
