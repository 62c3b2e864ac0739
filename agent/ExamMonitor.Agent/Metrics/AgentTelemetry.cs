using ExamMonitor.Hosting.Configuration;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace ExamMonitor.Agent.Metrics;

/// <summary>Sends the same metrics to a collector, where one is configured.</summary>
internal static class AgentTelemetry
{
    /// <summary>Registers the export; does nothing without an endpoint.</summary>
    public static void Export(IServiceCollection services, MetricsSection options)
    {
        if (options.OtlpEndpoint is not { } endpoint)
            return;
        services
            .AddSingleton(_ =>
                Sdk.CreateMeterProviderBuilder().AddMeter("ExamMonitor.*").AddOtlpExporter(o => o.Endpoint = new Uri(endpoint)).Build()
            )
            .AddHostedService<Starter>();
    }

    /// <summary>A provider works from the moment it is made, and nobody else asks for it.</summary>
    private sealed class Starter(MeterProvider provider) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            provider.ForceFlush(2000);
            return Task.CompletedTask;
        }
    }
}
