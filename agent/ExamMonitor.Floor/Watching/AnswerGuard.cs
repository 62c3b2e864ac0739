using ExamMonitor.Capture.Children;

namespace ExamMonitor.Floor.Watching;

/// <summary>
/// Finds a measuring process that hangs: worse than one that crashed, for nobody would start it again. A slow machine is no hang.
/// </summary>
/// <param name="waitingSince">Timestamp since when a picture has waited for an answer; null when none does.</param>
/// <param name="starved">How long the process waited for a processor since the last call.</param>
/// <param name="time">Clock.</param>
internal sealed class AnswerGuard(Func<long?> waitingSince, Func<TimeSpan> starved, TimeProvider time)
{
    /// <summary>Pause between two looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ChildPatience _patience = ChildPatience.Usual();

    /// <summary>Looks until the process hangs.</summary>
    /// <param name="looked">Called at each look.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TimeoutException">It hangs.</exception>
    public async Task RunAsync(Action looked, CancellationToken cancellationToken)
    {
        long? waiting = null;
        var last = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(Every, time, cancellationToken).ConfigureAwait(false);
            var (now, since, wait) = (time.GetTimestamp(), waitingSince(), starved());
            looked();
            // Another picture waits, or none: it has answered since the last look.
            if (since is null || since != waiting)
                _patience.Restart();
            else if (_patience.IsOver(time.GetElapsedTime(last, now), wait))
                throw new TimeoutException(
                    FormattableString.Invariant($"The measuring process did not answer for {_patience.Silent.TotalSeconds:0} s.")
                );
            (waiting, last) = (since, now);
        }
    }
}
