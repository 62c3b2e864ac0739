using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Law;

/// <summary>A rule together with where it comes from.</summary>
/// <param name="Profile">Profile id; <c>site</c> for the site's own lengthening, <c>default</c> for the window without a profile.</param>
/// <param name="Version">Version of the profile.</param>
/// <param name="Rule">The rule.</param>
public sealed record SourcedRule(string Profile, int Version, LawRule Rule)
{
    /// <summary>Short name for ledger and register, such as <c>shandong-rules/video-6-months@1</c>.</summary>
    [JsonIgnore]
    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Profile}/{Rule.Id}@{Version}");
}

/// <summary>How long footage of a session is kept.</summary>
/// <param name="By">The rule that keeps it longest.</param>
/// <param name="LastKept">Last site-local day on which it is kept, with the whole of that day; null keeps for ever.</param>
public sealed record RetentionLimit(SourcedRule By, DateOnly? LastKept);

/// <summary>The rules of a site, as they hold together: the longest wins, by date.</summary>
/// <param name="Exam">Rules for exam footage, at least one.</param>
/// <param name="IdleDays">Days that idle footage is kept at most; null keeps it as long as space allows.</param>
/// <param name="MarginBefore">Footage before a session's start that belongs to it.</param>
/// <param name="MarginAfter">Footage after a session's end that belongs to it.</param>
/// <param name="TimeZone">IANA name of the site's time zone, known to this system.</param>
public sealed record RetentionRules(
    IReadOnlyList<SourcedRule> Exam,
    int? IdleDays,
    TimeSpan MarginBefore,
    TimeSpan MarginAfter,
    string TimeZone
)
{
    /// <summary>Whether nothing of exam footage is ever let go, because a rule keeps for ever or there is none.</summary>
    [JsonIgnore]
    public bool KeepsForEver => Exam.Count == 0 || Exam.Any(r => r.Rule.Window is null or { IsZero: true });

    /// <summary>
    /// Until when exam footage of a batch day is kept. Rules are compared by the day that each of them leads to from this very day.
    /// </summary>
    public RetentionLimit LimitFor(DateOnly batchDay)
    {
        if (Exam.Count == 0)
            return new(Unknown, null);
        SourcedRule? best = null;
        var last = DateOnly.MinValue;
        foreach (var rule in Exam)
        {
            if (rule.Rule.Window is not { IsZero: false } window)
                return new(rule, null);
            var end = window.AddTo(batchDay);
            if (best is null || end > last)
                (best, last) = (rule, end);
        }

        return new(best!, last == DateOnly.MaxValue ? null : last);
    }

    /// <summary>The window in force as text: the longest from <paramref name="today"/>; null when it is for ever.</summary>
    public string? WindowText(DateOnly today) => LimitFor(today) is { LastKept: not null } limit ? limit.By.Rule.Window.ToString() : null;

    /// <summary>Stands where no rule can be read.</summary>
    internal static SourcedRule Unknown { get; } = RetentionRulesReader.ForEver("unknown", "no rule could be read");
}

/// <summary>Rules made of a site's choice, with what was wrong about it.</summary>
/// <param name="Rules">Always usable: whatever is wrong keeps longer, never shorter.</param>
/// <param name="Findings">Errors and warnings.</param>
public sealed record RetentionRulesReading(RetentionRules Rules, IReadOnlyList<LawFinding> Findings);
