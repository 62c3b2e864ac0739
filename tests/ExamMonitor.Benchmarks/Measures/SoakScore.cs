using System.Globalization;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>Counts false alarms, and the faults of a source that were found within 15 s and held for 80 % of the rest.</summary>
/// <param name="from">Hour of the day at the start.</param>
/// <param name="faulty">Whether <see cref="SoakFaults"/> are in the source.</param>
internal sealed class SoakScore(double from, bool faulty)
{
    private const int Grace = 15;
    private const int Recovery = 40;
    private readonly Dictionary<string, (int Events, int Found, List<int> Latencies)> _faults = [];
    private HashSet<string> _said = [];
    private int _last = -1;
    private int _over = int.MinValue / 2;
    private (string Name, int Begun)? _fault;
    private int? _first;
    private (int Pictures, int Held) _rest;

    public int Alarms { get; private set; }

    /// <summary>What was found of the faults, for the last line; empty without any.</summary>
    public string Faults
    {
        get
        {
            Close();
            return string.Concat(
                _faults.Select(f =>
                    FormattableString.Invariant(
                        $"; {f.Key} found {f.Value.Found} of {f.Value.Events}, seen after {string.Join(' ', f.Value.Latencies.Select(l => l < 0 ? "-" : l.ToString(CultureInfo.InvariantCulture)))} s"
                    )
                )
            );
        }
    }

    /// <summary>Counts one picture.</summary>
    /// <param name="second">Since the start.</param>
    /// <param name="now">What is said to be wrong.</param>
    /// <param name="text">Its sentence.</param>
    public void Count(int second, HashSet<string> now, string? text)
    {
        var fault = faulty ? SoakFaults.At(second) : null;
        if (fault is null && _fault is not null)
            (_over, _) = (_last, Close());
        (_fault, _last) = (fault, second);
        if (fault is var (_, begun))
        {
            var held = now.Contains("frozen");
            if (held)
                _first ??= second - begun;
            if (second - begun >= Grace)
                _rest = (_rest.Pictures + 1, _rest.Held + (held ? 1 : 0));
        }
        else if (second - _over >= Recovery)
        {
            foreach (var one in now.Except(_said))
            {
                Alarms++;
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"{TimeSpan.FromSeconds(second):c} alarm: {one}; hour of the day {from + (second / 3600.0):0.00}; {text}"
                    )
                );
            }
        }

        // What is still said when a fault and its recovery are over is an alarm like any other.
        _said = fault is null && second - _over >= Recovery ? now : [];
    }

    private bool Close()
    {
        if (_fault is not var (name, begun))
            return false;
        var (events, found, latencies) = _faults.GetValueOrDefault(name, (0, 0, []));
        var within = _first <= Grace && _rest.Held >= 0.8 * _rest.Pictures;
        latencies.Add(_first ?? -1);
        _faults[name] = (events + 1, found + (within ? 1 : 0), latencies);
        Console.WriteLine(
            FormattableString.Invariant(
                $"{TimeSpan.FromSeconds(begun):c} {name}: {(within ? "found" : "MISSED")}, first said after {_first ?? -1} s, held {_rest.Held} of {_rest.Pictures} pictures"
            )
        );
        (_fault, _first, _rest) = (null, null, (0, 0));
        return within;
    }
}
