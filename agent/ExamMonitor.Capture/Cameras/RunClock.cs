namespace ExamMonitor.Capture;

/// <summary>
/// Wall time of one run: monotonic clock plus one offset, slewed toward the wall clock by at most 500 ppm. Never goes backward, never
/// jumps. Thread-safe.
/// </summary>
internal sealed class RunClock
{
    /// <summary>A wall clock that is further away than this has stepped.</summary>
    public static readonly TimeSpan LargestStep = TimeSpan.FromMilliseconds(500);

    private const double SlewRate = 500e-6;
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _origin;
    private readonly long _started;
    private long _corrected;
    private TimeSpan _slew;

    public RunClock(TimeProvider time)
    {
        _time = time;
        _origin = time.GetUtcNow();
        _started = _corrected = time.GetTimestamp();
    }

    /// <summary>When it began, by the wall clock of then.</summary>
    public DateTimeOffset Origin => _origin;

    /// <summary>Now, in the run's wall time.</summary>
    public DateTimeOffset Now()
    {
        lock (_gate)
            return _origin + _time.GetElapsedTime(_started) + _slew;
    }

    /// <summary>Compares with the wall clock, and slews a small difference.</summary>
    /// <returns>The step when the wall clock has stepped, else null.</returns>
    public TimeSpan? Correct()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var difference = _time.GetUtcNow() - (_origin + _time.GetElapsedTime(_started, now) + _slew);
            if (difference.Duration() > LargestStep)
                return difference;
            var most = _time.GetElapsedTime(_corrected, now) * SlewRate;
            _slew +=
                difference > most ? most
                : difference < -most ? -most
                : difference;
            _corrected = now;
            return null;
        }
    }
}
