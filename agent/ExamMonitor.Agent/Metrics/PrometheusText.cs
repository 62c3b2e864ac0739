using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ExamMonitor.Agent.Metrics;

/// <summary>Collects this product's meters and writes them as Prometheus text (exposition format 0.0.4).</summary>
/// <remarks>Safe from any thread. At most <see cref="MaxSeries"/> series are kept; further ones are counted and dropped.</remarks>
internal sealed class PrometheusText : IDisposable
{
    private const int MaxSeries = 10_000;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Series> _series = new();

    /// <summary>Begins to listen to every meter whose name starts with <c>ExamMonitor</c>.</summary>
    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("ExamMonitor", StringComparison.Ordinal)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Take(i, v, tags));
        _listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Take(i, v, tags));
        _listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Take(i, v, tags));
        _listener.Start();
    }

    /// <summary>Everything that is known now.</summary>
    public string Write()
    {
        foreach (var key in _series.Where(s => s.Value.Observed).Select(s => s.Key)) _series.TryRemove(key, out _);
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.GroupBy(s => s.Key.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var first = family.First().Value;
            text.Append("# HELP ").Append(family.Key).Append(' ').Append(Escape(first.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(first.Type).Append('\n');
            foreach (var ((name, labels), series) in family.OrderBy(s => s.Key.Labels, StringComparer.Ordinal)) series.Write(text, name, labels);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (NameOf(instrument), Labels(tags));
        if (!_series.TryGetValue(key, out var series))
        {
            if (_series.Count >= MaxSeries) return;
            series = _series.GetOrAdd(key, _ => new Series(instrument));
        }

        series.Take(value);
    }

    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        var type = instrument.GetType().Name;
        return type.Contains("Counter", StringComparison.Ordinal) && !type.Contains("UpDown", StringComparison.Ordinal) && !name.EndsWith("_total", StringComparison.Ordinal)
            ? name + "_total"
            : name;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return string.Empty;
        var text = new StringBuilder("{");
        foreach (var (key, value) in tags)
        {
            if (text.Length > 1) text.Append(',');
            text.Append(key).Append("=\"").Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty)).Append('"');
        }

        return text.Append('}').ToString();
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private sealed class Series
    {
        private readonly Lock _gate = new();
        private readonly bool _adds;
        private readonly bool _histogram;
        private double _value;
        private long _count;

        public Series(Instrument instrument)
        {
            var type = instrument.GetType().Name;
            _histogram = type.StartsWith("Histogram", StringComparison.Ordinal);
            Observed = instrument.IsObservable;
            _adds = !Observed && !type.StartsWith("Gauge", StringComparison.Ordinal);
            Type = _histogram ? "summary" : type.Contains("UpDown", StringComparison.Ordinal) || type.Contains("Gauge", StringComparison.Ordinal) ? "gauge" : "counter";
            Help = instrument.Description ?? instrument.Name;
        }

        public bool Observed { get; }

        public string Type { get; }

        public string Help { get; }

        public void Take(double value)
        {
            lock (_gate)
            {
                _value = _adds ? _value + value : value;
                _count++;
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                if (_histogram) text.Append(name).Append("_sum").Append(labels).Append(' ').Append(Number(_value)).Append('\n')
                    .Append(name).Append("_count").Append(labels).Append(' ').Append(Number(_count)).Append('\n');
                else text.Append(name).Append(labels).Append(' ').Append(Number(_value)).Append('\n');
            }
        }

        private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }
}
