using System.Globalization;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>What was proved of a station from which moment on: its three lanes in one. Pure.</summary>
internal static class LaneMoments
{
    /// <summary>
    /// Moments at which it changes, in order: no as soon as one lane says no, yes only while all three say yes, else unknown.
    /// </summary>
    public static IReadOnlyList<(DateTimeOffset At, bool? Proved)> Of(StationLanes lanes, DateTimeOffset from, DateTimeOffset to)
    {
        IReadOnlyList<IReadOnlyList<LaneSpan>> all = [lanes.Recorded, lanes.Covered, lanes.Lit];
        var moments = all.SelectMany(l => l)
            .SelectMany(s => (DateTimeOffset[])[s.Start, s.End])
            .Where(t => t > from && t < to)
            .Append(from)
            .Distinct()
            .Order();
        var found = new List<(DateTimeOffset At, bool? Proved)>();
        foreach (var at in moments)
        {
            var values = all.Select(l => l.FirstOrDefault(s => s.Start <= at && s.End > at)?.Value).ToList();
            bool? proved =
                values.Contains(false) ? false
                : values.TrueForAll(v => v == true) ? true
                : null;
            if (found.Count == 0 || found[^1].Proved != proved)
                found.Add((at, proved));
        }

        return found;
    }

    /// <summary>The same for the page's script: seconds since 1970 and <c>yes</c>, <c>no</c> or <c>unknown</c>.</summary>
    public static string Text(IEnumerable<(DateTimeOffset At, bool? Proved)> moments) =>
        string.Join(
            ' ',
            moments.Select(m =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{m.At.ToUnixTimeMilliseconds() / 1000.0}:{m.Proved switch { true => "yes", false => "no", _ => "unknown" }}"
                )
            )
        );
}
