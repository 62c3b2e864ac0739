using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using ExamMonitor.Agent.Metrics;
using Xunit;

namespace ExamMonitor.Agent.Tests.Metrics;

public sealed class PrometheusExporterTests
{
    private static async Task<string> ScrapeAsync(PrometheusExporter exporter)
    {
        using var text = new MemoryStream();
        await exporter.WriteAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    [Fact]
    public async Task Scrape_CounterGaugeAndHistogram_AreInTheTextFormat()
    {
        using var meter = new Meter("ExamMonitor.Test." + Guid.NewGuid().ToString("N"));
        using var exporter = new PrometheusExporter();
        var pictures = meter.CreateCounter<long>("exam_monitor.test.pictures", description: "Pictures \"seen\"");
        pictures.Add(2, new KeyValuePair<string, object?>("camera", "C1"));
        pictures.Add(3, new KeyValuePair<string, object?>("camera", "C1"));
        meter.CreateObservableGauge("exam_monitor.test.rate", () => 1.5);
        meter.CreateHistogram<double>("exam_monitor.test.seconds").Record(0.25);
        var written = await ScrapeAsync(exporter);
        Assert.Contains(
            "# TYPE exam_monitor_test_pictures_total counter\nexam_monitor_test_pictures_total{camera=\"C1\"} 5\n",
            written,
            StringComparison.Ordinal
        );
        Assert.Contains("# TYPE exam_monitor_test_rate gauge\nexam_monitor_test_rate 1.5\n", written, StringComparison.Ordinal);
        Assert.Contains("exam_monitor_test_seconds_sum 0.25\nexam_monitor_test_seconds_count 1\n", written, StringComparison.Ordinal);
        Assert.Contains("exam_monitor_test_pictures_total{camera=\"C1\"} 5\n", await ScrapeAsync(exporter), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_GaugeWhoseSourceIsGone_ShowsNoOldValue()
    {
        using var meter = new Meter("ExamMonitor.Test." + Guid.NewGuid().ToString("N"));
        using var exporter = new PrometheusExporter();
        Measurement<int>[] values = [new(1, new KeyValuePair<string, object?>("camera", "C9"))];
        meter.CreateObservableGauge("exam_monitor.test.vanishing", () => values);
        Assert.Contains("C9", await ScrapeAsync(exporter), StringComparison.Ordinal);
        values = [];
        Assert.DoesNotContain("C9", await ScrapeAsync(exporter), StringComparison.Ordinal);
        values = [new(2, new KeyValuePair<string, object?>("camera", "C9"))];
        Assert.Contains("{camera=\"C9\"} 2", await ScrapeAsync(exporter), StringComparison.Ordinal);
    }

    /// <summary>Read by the parser of Prometheus' own Python client (Debian: python3-prometheus-client).</summary>
    [Fact]
    public async Task Scrape_WithAwkwardLabels_IsReadByAForeignParser()
    {
        using var meter = new Meter("ExamMonitor.Test." + Guid.NewGuid().ToString("N"));
        using var exporter = new PrometheusExporter();
        meter
            .CreateCounter<long>("exam_monitor.test.odd", description: "back\\slash\nand line")
            .Add(7, new KeyValuePair<string, object?>("room", "考场 \"7\"\\\n"));
        meter.CreateUpDownCounter<int>("exam_monitor.test.open").Add(-2);
        var start = new ProcessStartInfo(
            "/usr/bin/python3",
            [
                "-c",
                "import sys,json\nfrom prometheus_client.parser import text_string_to_metric_families as p\njson.dump([[s.name,s.labels,s.value] for f in p(sys.stdin.read()) for s in f.samples],sys.stdout)",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["PYTHONUTF8"] = "1";
        using var python = System.Diagnostics.Process.Start(start)!;
        await python.StandardInput.WriteAsync(await ScrapeAsync(exporter));
        python.StandardInput.Close();
        var samples = JsonDocument
            .Parse(await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))
            .RootElement.EnumerateArray()
            .ToList();
        var odd = Assert.Single(samples, s => s[0].GetString() == "exam_monitor_test_odd_total");
        Assert.Equal(("考场 \"7\"\\\n", 7), (odd[1].GetProperty("room").GetString(), odd[2].GetDouble()));
        Assert.Equal(-2, Assert.Single(samples, s => s[0].GetString() == "exam_monitor_test_open")[2].GetDouble());
    }
}
