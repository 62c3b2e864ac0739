using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Exams.Readiness;

/// <summary>
/// When a room is asked whether it is ready. Pure; told by what was checked last, so that a check that was missed (machine off, asleep) is
/// made up for at once.
/// </summary>
internal static class ReadinessDue
{
    /// <summary>Before a session's start: the first check.</summary>
    public static readonly TimeSpan First = TimeSpan.FromHours(24);

    /// <summary>Before a session's start: the second.</summary>
    public static readonly TimeSpan Second = TimeSpan.FromHours(1);

    private static readonly TimeSpan AfterNo = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InTheLastHour = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Cameras that record only during sessions are switched on this long before a check, so that there is something to see.
    /// </summary>
    public static readonly TimeSpan LookBefore = TimeSpan.FromMinutes(3);

    /// <summary>Whether a check is due.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="start">Start of the room's next session; null when there is none.</param>
    /// <param name="last">When that session was last checked, UTC; null for never.</param>
    /// <param name="lastWasYes">How that check ended.</param>
    public static bool IsDue(DateTimeOffset now, DateTimeOffset? start, DateTimeOffset? last, bool lastWasYes)
    {
        if (start is not { } at || now >= at || now < at - First)
            return false;
        if (last is not { } checkedAt || checkedAt > now)
            return true;
        if (!lastWasYes && now - checkedAt >= AfterNo)
            return true;
        return now >= at - Second && (checkedAt < at - Second || now - checkedAt >= InTheLastHour);
    }

    /// <summary>
    /// Whether a No that a person was given is to be asked again: while its session has not ended, or for a day without one.
    /// </summary>
    /// <param name="now">UTC.</param>
    /// <param name="answer">Newest answer of the room.</param>
    /// <param name="askedAt">When the person asked, UTC.</param>
    public static bool MustFollow(DateTimeOffset now, RoomReadiness answer, DateTimeOffset askedAt) =>
        !answer.Ready && now - answer.Ts >= AfterNo && now < (answer.SessionEnd ?? askedAt + First);

    /// <summary>Whether cameras that rest between sessions must be awake for a check.</summary>
    /// <inheritdoc cref="IsDue"/>
    public static bool MustLook(DateTimeOffset now, DateTimeOffset? start, DateTimeOffset? last, bool lastWasYes)
    {
        if (start is not { } at || now >= at)
            return false;
        if (now >= at - Second - LookBefore)
            return true;
        return now >= at - First - LookBefore && (last is null || last < at - First || !lastWasYes);
    }
}
