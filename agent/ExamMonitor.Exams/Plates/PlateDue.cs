namespace ExamMonitor.Exams.Plates;

/// <summary>
/// When a room's plates are looked at. Pure; told by the last check, so that one that was missed (machine off, asleep) is made up for at
/// once.
/// </summary>
internal static class PlateDue
{
    /// <summary>Cameras that rest between sessions are switched on this long before.</summary>
    public static readonly TimeSpan LookBefore = TimeSpan.FromMinutes(3);

    /// <summary>While nothing at all could be looked at (the lights are off), it is tried again after this.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Whether a check is due.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="today">Today's time of the check by the site's clock, UTC.</param>
    /// <param name="last">When the last one ended, UTC; null for never.</param>
    /// <param name="lastSawAnything">Whether it could look at any station's place.</param>
    public static bool IsDue(DateTimeOffset now, DateTimeOffset today, DateTimeOffset? last, bool lastSawAnything) =>
        now >= today && (last is not { } done || done < today || done > now || (!lastSawAnything && now - done >= Again));

    /// <summary>Whether cameras that rest between sessions must be awake for a check.</summary>
    /// <inheritdoc cref="IsDue"/>
    public static bool MustLook(DateTimeOffset now, DateTimeOffset today, DateTimeOffset? last, bool lastSawAnything) =>
        IsDue(now + LookBefore, today, last > now ? null : last, lastSawAnything);
}
