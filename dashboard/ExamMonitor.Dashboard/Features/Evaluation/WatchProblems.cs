using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>
/// Moments at which an evaluator looks: gaps with their cause, and stretches during which stations were not proved. What was not measured
/// is no proof, and is told as well. Pure.
/// </summary>
internal static class WatchProblems
{
    private const int Most = 500;

    /// <summary>Newer moments are known a tick late; that is nothing to look at.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<(DateTimeOffset At, string Text)> Of(
        IReadOnlyDictionary<CameraId, Timeline> timelines,
        RoomLanes? lanes,
        DateTimeOffset from,
        DateTimeOffset to,
        Func<CameraId, string> name,
        IStringLocalizer<Strings> words
    )
    {
        var found = new List<(DateTimeOffset At, string Text)>();
        foreach (var (camera, line) in timelines)
        {
            found.AddRange(
                line.Gaps.Where(g => g.Start < to && (g.End ?? to) > from)
                    .Select(g => (Later(g.Start, from), $"{name(camera)}: {GapWords.Of(g.Cause, g.Destroyed, words)}"))
            );
        }

        var stretches = (lanes?.Stations ?? []).SelectMany(s => Stretches(s, from, to));
        // What befell many stations at once is one thing to look at.
        found.AddRange(
            stretches
                .GroupBy(s => (At: s.At.ToUnixTimeSeconds(), s.Word, s.Reason))
                .Select(g =>
                    (
                        g.Min(s => s.At),
                        $"{words["Station"]} {string.Join(", ", g.Select(s => s.Station.Text).Distinct(StringComparer.Ordinal))}: {words[g.Key.Word]}"
                            + (ReasonText.Of(g.Key.Reason, words) is { } reason ? " " + reason : "")
                    )
                )
        );
        return [.. found.OrderBy(f => f.At).ThenBy(f => f.Text, StringComparer.Ordinal).Take(Most)];
    }

    private static IEnumerable<(DateTimeOffset At, StationId Station, string Word, string? Reason)> Stretches(
        StationLanes lanes,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        foreach (var (spans, word) in new[] { (lanes.Recorded, "Recorded"), (lanes.Covered, "Covered"), (lanes.Lit, "Lit") })
        {
            var at = from;
            foreach (var span in spans.OrderBy(s => s.Start))
            {
                if (span.Start - at > Tick)
                    yield return (at, lanes.Station, word + "Unknown", null);
                if (span.Value != true)
                    yield return (Later(span.Start, from), lanes.Station, word + (span.Value is null ? "Unknown" : "No"), span.Reason);
                at = Later(at, span.End);
            }

            if (to - at > Tick)
                yield return (at, lanes.Station, word + "Unknown", null);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
