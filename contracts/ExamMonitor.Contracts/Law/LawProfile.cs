namespace ExamMonitor.Contracts.Law;

/// <summary>From when a window runs.</summary>
public enum WindowStart
{
    /// <summary>From the end of the site-local day on which the session ended.</summary>
    BatchDayEnd,
}

/// <summary>One duty to keep footage, and where it is written.</summary>
/// <param name="Id">Unique within its profile, <c>[A-Za-z0-9._-]{1,64}</c>.</param>
/// <param name="Duties">Ids of the duties that it stands for, such as <c>RET-1</c>.</param>
/// <param name="Document">The regulation, by its own name and number.</param>
/// <param name="Clause">Place in it.</param>
/// <param name="Text">The regulation's own words.</param>
/// <param name="FootageClass">Footage that it speaks of.</param>
/// <param name="Window">How long at least; null keeps for ever.</param>
/// <param name="Start">From when.</param>
public sealed record LawRule(
    string Id,
    IReadOnlyList<string> Duties,
    string Document,
    string Clause,
    string Text,
    FootageClass FootageClass,
    CalendarPeriod? Window,
    WindowStart Start
);

/// <summary>The duties of one regulation, which a site picks by <paramref name="Id"/>.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Id">Such as <c>shandong-rules</c>; <c>[A-Za-z0-9._-]{1,64}</c>.</param>
/// <param name="Version">Grows with each change of its rules, from 1.</param>
/// <param name="Title">For a person.</param>
/// <param name="Rules">At least one.</param>
public sealed record LawProfile(string Schema, string Id, int Version, LocalText Title, IReadOnlyList<LawRule> Rules)
{
    /// <summary>Value of <see cref="Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/law-profile/1";
}
