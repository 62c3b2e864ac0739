namespace ExamMonitor.Retention;

/// <summary>How far time is trusted. Kept, signed, on the volume.</summary>
/// <param name="At">Trusted time, UTC: never ahead of what running time, an accepted pause or a person vouches for.</param>
/// <param name="UnseenLeft">How long a pause without a running agent may still be before a person must vouch for the clock.</param>
public sealed record TrustedTime(DateTimeOffset At, TimeSpan UnseenLeft)
{
    /// <summary>Pauses are made up for by four times as much running time.</summary>
    private const int RunningPerPause = 4;

    /// <summary>Takes time that this process measured: trust follows the wall clock, but never runs ahead of what was measured.</summary>
    /// <param name="wall">Wall clock, UTC.</param>
    /// <param name="measured">Monotonic time since the last step, ≥ 0.</param>
    /// <param name="allowance">Longest pause that is ever accepted unseen.</param>
    public TrustedTime AfterRunning(DateTimeOffset wall, TimeSpan measured, TimeSpan allowance)
    {
        var reach = Add(At, measured);
        var at =
            wall < At ? At
            : wall < reach ? wall
            : reach;
        var left = UnseenLeft + (measured * RunningPerPause);
        return new(at, left < allowance ? left : allowance);
    }

    /// <summary>
    /// Takes a pause in which no agent ran: accepted as a whole while it fits into <see cref="UnseenLeft"/>, else not at all.
    /// </summary>
    /// <param name="wall">Wall clock at the start, UTC.</param>
    public TrustedTime AfterPause(DateTimeOffset wall)
    {
        var pause = wall - At;
        return pause <= TimeSpan.Zero || pause > UnseenLeft ? this : new(wall, UnseenLeft - pause);
    }

    private static DateTimeOffset Add(DateTimeOffset at, TimeSpan by) =>
        DateTimeOffset.MaxValue - at > by ? at + by : DateTimeOffset.MaxValue;
}

/// <summary>What retention counts ages by at a moment.</summary>
/// <param name="Wall">Wall clock, UTC.</param>
/// <param name="Trusted">Trusted time, UTC; null when none is known.</param>
/// <param name="AgesTo">Ages count to here: the earlier of the two less the allowance, so that even a clock that was wrong by all that is
/// ever accepted lets nothing go too soon. Null keeps everything.</param>
/// <param name="Refused">By how much the wall clock is ahead of trusted time, when that is more than running late explains; null when it is
/// believed. A refused jump is an alarm: a person looks at the clock and vouches for it.</param>
public sealed record RetentionNow(DateTimeOffset Wall, DateTimeOffset? Trusted, DateTimeOffset? AgesTo, TimeSpan? Refused)
{
    /// <summary>
    /// By how much the wall clock is behind trusted time, when that is more than running late explains; null when it is not.
    /// </summary>
    public TimeSpan? Behind { get; init; }

    /// <summary>Whether a person vouched for this clock, and a second one must, too, before it counts.</summary>
    public bool WaitsForSecondPerson { get; init; }

    /// <summary>Whether wall clock and trusted time agree.</summary>
    public bool IsBelieved => Refused is null && Behind is null && Trusted is not null;
}
