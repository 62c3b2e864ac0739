namespace ExamMonitor.Agent.Metrics;

/// <summary>Makes the meters: they are looked up when somebody asks, and nobody else asks for them.</summary>
/// <param name="exporter">Listens.</param>
/// <param name="meter">What the agent measures of itself.</param>
internal sealed class MeterPart(PrometheusExporter exporter, AgentMeter meter) : IHostedService
{
    /// <summary>What is written at a scrape.</summary>
    public PrometheusExporter Exporter => exporter;

    /// <summary>What is measured.</summary>
    public AgentMeter Meter => meter;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
