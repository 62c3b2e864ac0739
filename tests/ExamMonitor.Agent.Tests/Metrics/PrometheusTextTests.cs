using System.Diagnostics.Metrics;
using ExamMonitor.Agent.Metrics;
using Xunit;

namespace ExamMonitor.Agent.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Fact]
    public void Write_CounterGaugeAndHistogram_AreInTheTextFormat()
    {
        using var meter = new Meter("ExamMonitor.Test." + Guid.NewGuid().ToString("N"));
        using var text = new PrometheusText();
        var pictures = meter.CreateCounter<long>("exam_monitor.test.pictures", description: "Pictures \"seen\"");
        pictures.Add(2, new KeyValuePair<string, object?>("camera", "C1"));
        pictures.Add(3, new KeyValuePair<string, object?>("camera", "C1"));
        meter.CreateObservableGauge("exam_monitor.test.rate", () => 1.5);
        meter.CreateHistogram<double>("exam_monitor.test.seconds").Record(0.25);
        var written = text.Write();
        Assert.Contains("# TYPE exam_monitor_test_pictures_total counter\nexam_monitor_test_pictures_total{camera=\"C1\"} 5\n", written, StringComparison.Ordinal);
        Assert.Contains("# TYPE exam_monitor_test_rate gauge\nexam_monitor_test_rate 1.5\n", written, StringComparison.Ordinal);
        Assert.Contains("exam_monitor_test_seconds_sum 0.25\nexam_monitor_test_seconds_count 1\n", written, StringComparison.Ordinal);
        Assert.Contains("exam_monitor_test_pictures_total{camera=\"C1\"} 5\n", text.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_GaugeWhoseSourceIsGone_ShowsNoOldValue()
    {
        using var meter = new Meter("ExamMonitor.Test." + Guid.NewGuid().ToString("N"));
        using var text = new PrometheusText();
        Measurement<int>[] values = [new(1, new KeyValuePair<string, object?>("camera", "C9"))];
        meter.CreateObservableGauge("exam_monitor.test.vanishing", () => values);
        Assert.Contains("C9", text.Write(), StringComparison.Ordinal);
        values = [];
        Assert.DoesNotContain("C9", text.Write(), StringComparison.Ordinal);
    }
}
