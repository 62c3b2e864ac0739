namespace ExamMonitor.Capture.Children;

/// <summary>
/// When a child that says nothing counts as stuck: by the time that the machine gave it, not by the time on the wall. Not thread-safe.
/// </summary>
/// <remarks>
/// A child that is ready to run and gets no processor is slow through no fault of its own: that time does not count, so that load restarts
/// nothing. One that sleeps, is stopped or waits for something gets all of the time counted. One that only turns in a circle on a busy
/// machine is found by the bound on the wall.
/// </remarks>
/// <param name="limit">Longest silence in time that it was given.</param>
/// <param name="bound">Longest silence at all.</param>
public sealed class ChildPatience(TimeSpan limit, TimeSpan bound)
{
    private TimeSpan _given;
    private TimeSpan _silent;

    /// <summary>Twenty seconds of the machine's time, ten minutes on the wall.</summary>
    public static ChildPatience Usual() => new(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(10));

    /// <summary>Silence so far, on the wall.</summary>
    public TimeSpan Silent => _silent;

    /// <summary>It has said something.</summary>
    public void Restart() => (_given, _silent) = (TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Adds a stretch of silence.</summary>
    /// <param name="elapsed">On the wall.</param>
    /// <param name="starved">How long of it the child waited for a processor; more than <paramref name="elapsed"/> counts as all of
    /// it.</param>
    /// <returns>Whether it counts as stuck.</returns>
    public bool IsOver(TimeSpan elapsed, TimeSpan starved)
    {
        _silent += elapsed;
        if (elapsed > starved)
            _given += elapsed - starved;
        return _given >= limit || _silent >= bound;
    }

    /// <summary>Waits for what a child is to say.</summary>
    /// <typeparam name="T">What it says.</typeparam>
    /// <param name="answer">Its answer.</param>
    /// <param name="starved">How long it waited for a processor since the last call.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It is stuck.</exception>
    public async Task<T> WaitAsync<T>(Task<T> answer, Func<TimeSpan> starved, TimeProvider time, CancellationToken cancellationToken)
    {
        var last = time.GetTimestamp();
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var now = time.GetTimestamp();
            if (!answer.IsCompleted && IsOver(time.GetElapsedTime(last, now), starved()))
                throw new TimeoutException(FormattableString.Invariant($"No answer for {Silent.TotalSeconds:0} s"));
            last = now;
        }

        return await answer.ConfigureAwait(false);
    }
}
