namespace ExamMonitor.Contracts.Law;

/// <summary>What a site chose about keeping footage, as it was written.</summary>
public sealed record SiteRetention
{
    /// <summary>Ids of law profiles; empty keeps exam footage for the default of five years.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>
    /// A longer window for exam footage, ISO 8601, such as <c>P7Y</c>; null adds nothing. A shorter one than the law's is an error and
    /// changes nothing.
    /// </summary>
    public string? ExamWindow { get; init; }

    /// <summary>Days that idle footage is kept at most, 1 to 3,650; null keeps it as long as space allows.</summary>
    public int? IdleDays { get; init; }

    /// <summary>Footage before a session's start that belongs to it, 0 to 24 h.</summary>
    public TimeSpan MarginBefore { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Footage after a session's end that belongs to it, 0 to 24 h.</summary>
    public TimeSpan MarginAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>IANA name of the site's time zone.</summary>
    public string TimeZone { get; init; } = "Asia/Shanghai";
}
