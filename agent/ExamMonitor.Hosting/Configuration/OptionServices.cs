using ExamMonitor.Contracts.Law;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>Registers the configuration, section by section: a part takes the sections that are its own.</summary>
internal static class OptionServices
{
    /// <summary>Registers the site's time zone and every section of a configuration that was read without an error.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration; <see cref="ConfigurationFile"/> has checked every value.</param>
    public static IServiceCollection AddAgentOptions(this IServiceCollection services, AgentOptions options)
    {
        var zone = SiteZone.Of(options.TimeZone);
        return services
            .AddSingleton(zone)
            .AddSingleton(new SiteCalendar(zone))
            .AddSingleton(options.Footage)
            .AddSingleton(options.Broker)
            .AddSingleton(options.Api)
            .AddSingleton(options.Schedule)
            .AddSingleton(options.Ledger)
            .AddSingleton(options.Retention)
            .AddSingleton(options.Tier)
            .AddSingleton(options.Watch)
            .AddSingleton(options.Plates)
            .AddSingleton(options.Metrics);
    }
}
