using ExamMonitor.Contracts.Law;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>Makes the site's choice of retention from the configuration.</summary>
internal static class SiteRetentionSetup
{
    /// <summary>The site's choice as configured.</summary>
    public static SiteRetention Of(AgentOptions options) =>
        new()
        {
            Profiles = options.Retention.Profiles,
            ExamWindow = options.Retention.ExamWindow,
            IdleDays = options.Retention.IdleDays == 0 ? null : options.Retention.IdleDays,
            MarginBefore = TimeSpan.FromMinutes(options.Schedule.MarginBeforeMinutes),
            MarginAfter = TimeSpan.FromMinutes(options.Schedule.MarginAfterMinutes),
            TimeZone = options.TimeZone,
        };
}
