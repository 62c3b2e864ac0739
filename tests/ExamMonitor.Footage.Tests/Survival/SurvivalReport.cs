using System.Globalization;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What a loop of kills and faults left.</summary>
internal sealed class SurvivalReport
{
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _findings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _sentences = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _inside = new(StringComparer.Ordinal);
    private readonly List<double> _losses = [];
    private readonly List<double> _diskLosses = [];

    public int Lives { get; set; }

    public int Kills { get; set; }

    public int Faults => _faults.Values.Sum();

    public int Checks { get; set; }

    public int Verifications { get; set; }

    public int FullChecks { get; set; }

    public long Held { get; set; }

    public long Seen { get; set; }

    public long Destroyed { get; set; }

    public long InDuty { get; set; }

    public long Recovered { get; set; }

    public long Entries { get; set; }

    public double Days { get; set; }

    public int Exams { get; set; }

    public int Sweeps { get; set; }

    public void Fault(SurvivalFault fault) => Count(_faults, fault.Kind.ToString());

    public void Sentence(string text) => Count(_sentences, text.Length > 100 ? text[..100] + "…" : text);

    /// <summary>Counts in the midst of what a life was killed.</summary>
    public void Inside(string work) => Count(_inside, work);

    /// <summary>How many lives were killed in the midst of a piece of work.</summary>
    public int KilledInside(string work) => _inside.GetValueOrDefault(work);

    public void Finding(string text) => Count(_findings, text.Split(' ')[0]);

    /// <summary>Notes what was lost at once in lives of this kind.</summary>
    public void Loss(double seconds, bool ofDisk) => (ofDisk ? _diskLosses : _losses).Add(Math.Max(0, seconds));

    public IReadOnlyList<string> Lines(TimeSpan took)
    {
        List<string> lines =
        [
            Row(
                $"lives",
                $"{Lives}, {Kills} killed, {Lives - Kills} ended with one sentence; {Days:0} days of the site, {Exams} lives in an exam"
            ),
            Row($"killed inside", $"{string.Join(", ", _inside.Select(i => $"{i.Key} {i.Value}"))}"),
            Row($"faults", $"{Faults}: {string.Join(", ", _faults.Select(f => $"{f.Key} {f.Value}"))}"),
            Row(
                $"segments",
                $"{Seen} committed, {Recovered} of them recovered by the look after a kill; {Held} held, {Destroyed} destroyed lawfully, {InDuty} under duty and held"
            ),
            Row($"lost by kills", $"{Spread(_losses)} of {_losses.Count} looks (fragments last 1 s)"),
            Row($"lost by disks", $"{Spread(_diskLosses)} of {_diskLosses.Count} looks: what a disk did not take, or gave back cut"),
            Row($"looked at", $"{Checks} times opened and held against what was committed; fsck each time, with hashes {FullChecks} times"),
            Row(
                $"verify",
                $"{Verifications} times with the heads kept outside: nothing changed, missing, unknown, forked or unlawful; {Entries} entries"
            ),
            Row(
                $"found, explained",
                $"{(_findings.Count == 0 ? "nothing" : string.Join(", ", _findings.Select(f => $"{f.Key} {f.Value}")))}"
            ),
            Row($"time", $"{took.TotalSeconds:0} s"),
        ];
        lines.AddRange(_sentences.Select(s => Row($"said", $"{s.Value} × {s.Key}")));
        return lines;
    }

    private static string Spread(List<double> losses)
    {
        if (losses.Count == 0)
            return "nothing";
        losses.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"median {losses[losses.Count / 2]:0.000} s, most {losses[^1]:0.000} s");
    }

    private static string Row(FormattableString name, FormattableString text) =>
        $"{name.ToString(CultureInfo.InvariantCulture), -17}{text.ToString(CultureInfo.InvariantCulture)}";

    private static void Count(SortedDictionary<string, int> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
}
