using ExamMonitor.Retention;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>A clock that jumps, stands and goes back, within processes and between them.</summary>
internal static class ClockCase
{
    /// <summary>Null when all is well.</summary>
    public static string? Check(int seed)
    {
        var random = new Random(seed);
        var allowance = TimeSpan.FromDays(3);
        var real = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var offset = TimeSpan.Zero;
        var state = new TrustedTime(real, allowance);
        var jumps = TimeSpan.Zero;
        for (var i = 0; i < 60; i++)
        {
            // While it runs, the clock may be set to anything.
            var measured = TimeSpan.FromMinutes(random.Next(0, 3000));
            if (random.Next(3) == 0)
                offset = TimeSpan.FromDays((random.NextDouble() - 0.3) * Math.Pow(10, random.Next(0, 5)));
            real += measured;
            state = state.AfterRunning(real + offset, measured, allowance);
            if (random.Next(4) == 0)
            {
                var pause = TimeSpan.FromHours(random.Next(0, 48));
                real += pause;
                var before = state.At;
                state = state.AfterPause(real + offset);
                if (state.At > before)
                    jumps += (state.At - before) - pause is { Ticks: > 0 } ahead ? ahead : TimeSpan.Zero;
            }

            if (state.At > real + jumps)
                return $"step {i}: trusted {state.At:O} is ahead of {real:O} by more than the {jumps} that pauses were believed for";
            if (state.UnseenLeft > allowance || state.UnseenLeft < TimeSpan.Zero)
                return $"step {i}: {state.UnseenLeft} left";
        }

        return null;
    }
}
