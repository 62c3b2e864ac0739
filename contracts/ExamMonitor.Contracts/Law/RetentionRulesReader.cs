using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.Law;

/// <summary>Combines law profiles and a site's choice.</summary>
public static class RetentionRulesReader
{
    /// <summary>Window of exam footage for a site that picked no profile.</summary>
    public const string DefaultWindow = "P5Y";

    private static readonly TimeSpan LongestMargin = TimeSpan.FromHours(24);

    /// <summary>Combines the product's own profiles.</summary>
    /// <inheritdoc cref="Combine(SiteRetention, IReadOnlyList{LawProfileReading})"/>
    public static RetentionRulesReading Combine(SiteRetention site) =>
        Combine(site, [.. site.Profiles.Distinct(StringComparer.Ordinal).Select(LawProfiles.Find)]);

    /// <summary>
    /// Combines profiles that were read. A profile that could not be used, an unknown time zone and a window that is no window keep for
    /// ever; a site's shorter window is refused.
    /// </summary>
    /// <param name="site">The site's choice; its <see cref="SiteRetention.Profiles"/> are not looked at.</param>
    /// <param name="profiles">Profiles; none gives the default.</param>
    public static RetentionRulesReading Combine(SiteRetention site, IReadOnlyList<LawProfileReading> profiles)
    {
        var findings = new List<LawFinding>();
        var rules = new List<SourcedRule>();
        foreach (var reading in profiles)
        {
            findings.AddRange(reading.Findings);
            if (reading.Profile is not { } profile)
                rules.Add(ForEver("unreadable", $"the profile \"{reading.Name}\" could not be used"));
            else
                rules.AddRange(
                    profile
                        .Rules.Where(r => r.FootageClass == FootageClass.Exam)
                        .Select(r => new SourcedRule(profile.Id, profile.Version, r))
                );
        }

        if (rules.Count == 0)
            rules.Add(
                new(
                    "default",
                    1,
                    Rule(
                        "exam-5-years",
                        "产品默认值 (default of the product)",
                        "未选择法规配置 (no profile chosen)",
                        CalendarPeriod.Parse(DefaultWindow)
                    )
                )
            );
        if (site.ExamWindow is { } text && Lengthening(text, rules, findings) is { } own)
            rules.Add(own);
        if (!SiteZone.TryOf(site.TimeZone, out _))
        {
            findings.Add(
                Error(
                    "timeZone",
                    new(
                        $"\"{site.TimeZone}\" is no time zone of this system, so that no day's end is known and everything is kept.",
                        $"系统不识别时区“{site.TimeZone}”，无法确定日期，因此永久保存。"
                    ),
                    new("Write an IANA name such as Asia/Shanghai.", "请填写 IANA 时区名称，例如 Asia/Shanghai。")
                )
            );
            rules.Add(ForEver("unreadable", $"the time zone \"{site.TimeZone}\" is not known"));
            site = site with { TimeZone = "UTC" };
        }

        return new(
            new(
                rules,
                IdleDays(site, findings),
                Margin("marginBefore", site.MarginBefore, findings),
                Margin("marginAfter", site.MarginAfter, findings),
                site.TimeZone
            ),
            findings
        );
    }

    /// <summary>A rule that keeps for ever, and why.</summary>
    internal static SourcedRule ForEver(string profile, string why) => new(profile, 1, Rule("keep", "–", why, null));

    private static LawRule Rule(string id, string document, string clause, CalendarPeriod? window) =>
        new(id, ["RET-1"], document, clause, "–", FootageClass.Exam, window, WindowStart.BatchDayEnd);

    private static SourcedRule? Lengthening(string text, List<SourcedRule> rules, List<LawFinding> findings)
    {
        if (!CalendarPeriod.TryParse(text, out var window) || window.IsZero)
        {
            findings.Add(
                Error(
                    "examWindow",
                    new(
                        $"\"{(text.Length <= 24 ? text : text[..24] + "…")}\" is no window with a length, so that exam footage is kept for ever.",
                        "保存期限填写有误，因此考试录像将永久保存。"
                    ),
                    new("Write an ISO 8601 duration such as P7Y, or leave it out.", "请填写 ISO 8601 时长，例如 P7Y，或不填。")
                )
            );
            return ForEver("site", "the site's window could not be read");
        }

        var longer = rules.FirstOrDefault(r => r.Rule.Window is { } law && !window.IsNeverShorterThan(law));
        if (longer is null)
            return new("site", 1, Rule("longer", "本单位规定", "examWindow", window));
        findings.Add(
            Error(
                "examWindow",
                new(
                    $"{window} is shorter than the law allows: {longer.Rule.Document} {longer.Rule.Clause} asks for {longer.Rule.Window} (profile {longer.Profile}). The law's window stays in force.",
                    $"{window} 短于法规要求：{longer.Rule.Document} {longer.Rule.Clause} 要求 {longer.Rule.Window}（配置 {longer.Profile}）。仍按法规期限执行。"
                ),
                new(
                    "A site may lengthen a window, never shorten it: write a longer one, or leave it out.",
                    "只能延长、不得缩短保存期限：请填写更长的期限，或不填。"
                )
            )
        );
        return null;
    }

    private static int? IdleDays(SiteRetention site, List<LawFinding> findings)
    {
        if (site.IdleDays is null or (>= 1 and <= 3650))
            return site.IdleDays;
        findings.Add(
            Error(
                "idleDays",
                new(
                    $"{site.IdleDays} is no number of days from 1 to 3650; idle footage is kept as long as space allows.",
                    $"{site.IdleDays} 不在 1 至 3650 天之间；空闲录像在空间允许时一直保存。"
                ),
                new("Write a number of days, or leave it out.", "请填写天数，或不填。")
            )
        );
        return null;
    }

    private static TimeSpan Margin(string name, TimeSpan value, List<LawFinding> findings)
    {
        if (value >= TimeSpan.Zero && value <= LongestMargin)
            return value;
        findings.Add(
            Error(
                name,
                new("A margin lies between 0 and 24 hours; 24 hours are used.", "余量应在 0 至 24 小时之间；按 24 小时执行。"),
                new("Write it as hh:mm:ss, such as 00:30:00.", "请按 hh:mm:ss 填写，例如 00:30:00。")
            )
        );
        return LongestMargin;
    }

    private static LawFinding Error(string path, LocalText problem, LocalText mend) =>
        new(FindingLevel.Error, "retention", 0, path, problem, mend);
}
