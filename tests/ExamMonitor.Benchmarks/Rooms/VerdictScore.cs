using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Faults that were to be found.</summary>
internal sealed class Recall
{
    public int Events { get; private set; }

    public List<int> Latencies { get; } = [];

    public void Count(bool found, int latency)
    {
        Events++;
        if (found)
            Latencies.Add(latency);
    }

    public override string ToString()
    {
        Latencies.Sort();
        return Events == 0
            ? "-"
            : FormattableString.Invariant(
                $"{Latencies.Count}/{Events} = {(double)Latencies.Count / Events:0.000}, median {(Latencies.Count == 0 ? -1 : Latencies[Latencies.Count / 2])} s"
            );
    }
}

/// <summary>Scores settled verdicts against truth: a fault is found if it is reported within its grace and held for 80 % of the rest; each
/// rising edge of a fault where the truth is fine is a false alarm. No verdict for a station counts as found only while the camera is
/// reported unhealthy.</summary>
internal sealed class VerdictScore
{
    private const int HealthGrace = 15;
    private const int LightGrace = 20;
    private const int ObstructionGrace = 60;
    private const int Recovery = 25;

    public Dictionary<string, Recall> Recalls { get; } = [];

    public Dictionary<string, int> Alarms { get; } =
        new()
        {
            ["health"] = 0,
            ["covered"] = 0,
            ["lit"] = 0,
        };

    public double CameraHours { get; private set; }

    public List<string> Details { get; } = [];

    public Dictionary<(string Case, string What), (int Events, int Found, int Alarms)> ByCase { get; } = [];

    /// <summary>Counts one clip.</summary>
    /// <param name="clip">Name.</param>
    /// <param name="made">Case.</param>
    /// <param name="truth">Its spans.</param>
    /// <param name="verdicts">One a second.</param>
    public void Count(string clip, string made, IReadOnlyList<Span> truth, IReadOnlyList<CameraVerdict> verdicts)
    {
        Span? before = null;
        foreach (var span in truth)
        {
            var faulty =
                before is not null && (before.Camera != "ok" || before.Covered.Values.Contains(false) || before.Lit.Values.Contains(false));
            var quiet =
                span.Start
                + (
                    faulty ? Recovery
                    : span.Start == 0 ? 5
                    : 0
                );
            if (span.Camera == "ok")
                False(
                    clip,
                    made,
                    "health",
                    null,
                    quiet,
                    span.End,
                    t => verdicts[t].Health is [CameraHealth.Ok],
                    t => string.Join(',', verdicts[t].Health)
                );
            else if (span.Camera is { } wanted)
                Wanted(clip, made, "health", wanted, span, HealthGrace, t => verdicts[t].Health.Any(h => Sentences.Word(h) == wanted));
            foreach (var (id, value) in span.Covered)
                Station(clip, made, "covered", id, value, span, quiet, ObstructionGrace, verdicts, s => s.Covered);
            foreach (var (id, value) in span.Lit)
                Station(clip, made, "lit", id, value, span, quiet, LightGrace, verdicts, s => s.Lit);
            if (span.Camera == "ok")
                CameraHours += Math.Max(0, span.End - quiet) / 3600.0;
            before = span;
        }
    }

    private void Station(
        string clip,
        string made,
        string what,
        string id,
        bool value,
        Span span,
        int quiet,
        int grace,
        IReadOnlyList<CameraVerdict> verdicts,
        Func<StationVerdict, bool?> of
    )
    {
        StationVerdict? At(int t) => verdicts[t].Stations.FirstOrDefault(s => s.Station.Text == id);
        bool? Value(int t) => At(t) is { } s ? of(s) : null;
        if (value)
            False(
                clip,
                made,
                what,
                id,
                quiet,
                span.End,
                t => Value(t) == true,
                t => FormattableString.Invariant($"{Value(t)?.ToString() ?? "null"} {At(t)?.Reason} visible {At(t)?.Visible:0.00}")
            );
        else
            Wanted(
                clip,
                made,
                what,
                id,
                span,
                grace,
                t => Value(t) == false || (Value(t) is null && verdicts[t].Health is not [CameraHealth.Ok])
            );
    }

    private void Wanted(string clip, string made, string what, string which, Span span, int grace, Func<int, bool> hit)
    {
        int? first = null;
        int hits = 0,
            n = 0;
        for (var t = span.Start; t < span.End; t++)
        {
            var yes = hit(t);
            if (yes)
                first ??= t - span.Start;
            if (t < span.Start + grace)
                continue;
            n++;
            if (yes)
                hits++;
        }

        var found = first <= grace && hits >= 0.8 * n;
        var key = what + (span.Hard ? " hard" : string.Empty);
        if (!Recalls.TryGetValue(key, out var recall))
            Recalls[key] = recall = new();
        recall.Count(found, first ?? 0);
        Note(made, what, 1, found ? 1 : 0, 0);
        if (!found)
            Details.Add(FormattableString.Invariant($"MISS  {clip} {what} {which} first {first} held {hits}/{n}"));
    }

    private void False(string clip, string made, string what, string? which, int from, int to, Func<int, bool> fine, Func<int, string> said)
    {
        var was = false;
        for (var t = from; t < to; t++)
        {
            var bad = !fine(t);
            if (bad && !was)
            {
                Alarms[what]++;
                Note(made, what, 0, 0, 1);
                Details.Add(FormattableString.Invariant($"FALSE {clip} {what} {which} at {t}: {said(t)}"));
            }

            was = bad;
        }
    }

    private void Note(string made, string what, int events, int found, int alarms)
    {
        var (e, f, a) = ByCase.GetValueOrDefault((made, what));
        ByCase[(made, what)] = (e + events, f + found, a + alarms);
    }
}
