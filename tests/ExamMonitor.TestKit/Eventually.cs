using System.Runtime.CompilerServices;

namespace ExamMonitor.TestKit;

/// <summary>
/// Waits for something outside the test's control (a process, a broker, a socket), by the real clock and with a deadline.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Polls until <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Cheap, and safe to ask again.</param>
    /// <param name="within">Deadline; null means a minute.</param>
    /// <param name="what">Filled in by the compiler: the condition's text, for the failure.</param>
    /// <exception cref="TimeoutException">It did not hold in time; the message shows the condition.</exception>
    public static Task TrueAsync(
        Func<bool> condition,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    ) => TrueAsync(() => Task.FromResult(condition()), within, what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, string)"/>
    public static async Task TrueAsync(
        Func<Task<bool>> condition,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    )
    {
        // Where no deadline is promised, only a failure takes that long: a computer that runs three projects at once is late, and right.
        var limit = within ?? TimeSpan.FromSeconds(60);
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }
    }
}
