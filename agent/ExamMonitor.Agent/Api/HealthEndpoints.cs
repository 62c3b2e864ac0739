using ExamMonitor.Agent.Metrics;

namespace ExamMonitor.Agent.Api;

/// <summary>For whoever supervises the agent.</summary>
internal static class HealthEndpoints
{
    /// <summary>The process runs.</summary>
    public static IResult Live() => Results.Text("live\n");

    /// <summary>The agent works: its archive is open and every camera was tried.</summary>
    public static IResult Ready(AgentReadiness readiness)
    {
        var reasons = readiness.Reasons();
        return reasons.Count == 0
            ? Results.Text("ready\n")
            : Results.Json(new { ready = false, reasons }, ContractJson.Options, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Prometheus text.</summary>
    public static IResult Metrics(PrometheusExporter exporter) =>
        Results.Stream(to => exporter.WriteAsync(to, CancellationToken.None), PrometheusExporter.MediaType);
}
