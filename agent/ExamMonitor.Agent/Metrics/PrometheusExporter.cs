using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Prometheus;

namespace ExamMonitor.Agent.Metrics;

/// <summary>Collects this product's meters and hands them to prometheus-net, which writes the text of a scrape.</summary>
/// <remarks>
/// prometheus-net's own adapter puts the meter's name before each instrument's; ours keep their names. Safe from any thread. At most
/// <see cref="MaxSeries"/> series are kept; further ones are dropped.
/// </remarks>
internal sealed class PrometheusExporter : IDisposable
{
    private const int MaxSeries = 10_000;
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly MetricFactory _factory;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private long _scrape;

    /// <summary>Begins to listen to every meter whose name starts with <c>ExamMonitor</c>.</summary>
    public PrometheusExporter()
    {
        _factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("ExamMonitor", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Take(i, v, tags));
        _listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Take(i, v, tags));
        _listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Take(i, v, tags));
        _listener.Start();
    }

    /// <summary>Media type of what <see cref="WriteAsync"/> writes.</summary>
    public static string MediaType => "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes everything that is known now, in the text format of Prometheus.</summary>
    public async Task WriteAsync(Stream to, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _scrape++;
            _listener.RecordObservableInstruments();

            // What is asked for at a scrape and did not answer is gone; its last value would be no measurement.
            foreach (var (key, series) in _series)
            {
                if (key.Instrument.IsObservable && series.Scrape != _scrape && _series.TryRemove(key, out var gone))
                    gone.Remove();
            }

            await _registry.CollectAndExportAsTextAsync(to, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _one.Dispose();
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (names, values) = (new string[tags.Length], new string[tags.Length]);
        for (var i = 0; i < tags.Length; i++)
            (names[i], values[i]) = (tags[i].Key, Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? string.Empty);
        var key = (instrument, string.Join('\n', values));
        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= MaxSeries)
                return;
            series = _series.GetOrAdd(key, _ => Make(instrument, names, values));
        }

        series.Scrape = Volatile.Read(ref _scrape);
        series.Take(value);
    }

    private Series Make(Instrument instrument, string[] names, string[] values)
    {
        var type = instrument.GetType().Name;
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');

        // prometheus-net writes a help text as it is; the format wants one line, its backslashes escaped.
        var help = (instrument.Description ?? instrument.Name).Replace("\\", @"\\", StringComparison.Ordinal).ReplaceLineEndings(" ");
        if (type.StartsWith("Histogram", StringComparison.Ordinal))
        {
            var summary = _factory.CreateSummary(name, help, names);
            return new(summary.WithLabels(values).Observe, () => summary.RemoveLabelled(values));
        }

        if (type.Contains("UpDown", StringComparison.Ordinal) || type.Contains("Gauge", StringComparison.Ordinal))
        {
            var gauge = _factory.CreateGauge(name, help, names);
            var child = gauge.WithLabels(values);
            return new(
                instrument.IsObservable || type.Contains("Gauge", StringComparison.Ordinal) ? child.Set : child.Inc,
                () => gauge.RemoveLabelled(values)
            );
        }

        var counter = _factory.CreateCounter(name.EndsWith("_total", StringComparison.Ordinal) ? name : name + "_total", help, names);
        var count = counter.WithLabels(values);
        return new(instrument.IsObservable ? count.IncTo : count.Inc, () => counter.RemoveLabelled(values));
    }

    private sealed class Series(Action<double> take, Action remove)
    {
        private long _scrape;

        public long Scrape
        {
            get => Volatile.Read(ref _scrape);
            set => Volatile.Write(ref _scrape, value);
        }

        public void Take(double value) => take(value);

        public void Remove() => remove();
    }
}
