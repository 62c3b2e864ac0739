using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>Moments at which an evaluator looks: gaps with their cause, and stretches during which a station was not proved.
/// Pure.</summary>
internal static class WatchProblems
{
    private const int Most = 500;

    public static IReadOnlyList<(DateTimeOffset At, string Text)> Of(
        IReadOnlyDictionary<CameraId, Timeline> timelines, RoomLanes? lanes, DateTimeOffset from, DateTimeOffset to, Func<CameraId,
            string> name, IStringLocalizer<Strings> words)
    {
        var found = new List<(DateTimeOffset At, string Text)>();
        foreach (var (camera, line) in timelines)
            found.AddRange(line.Gaps.Where(g => g.Start < to && (g.End ?? to) > from)
                .Select(g => (Later(g.Start, from), $"{name(camera)}: {words["Cause" + g.Cause]}")));
        foreach (var station in lanes?.Stations ?? [])
        {
            foreach (var (spans, word) in new[] { (station.Covered, "Covered"), (station.Lit, "Lit"), (station.Recorded, "Recorded") })
                found.AddRange(spans.Where(s => s.Value == false)
                    .Select(s => (Later(s.Start, from), $"{words["Station"]} {station.Station}: {words[word + "No"]} ({s.Reason})")));
        }

        return [.. found.OrderBy(f => f.At).ThenBy(f => f.Text, StringComparer.Ordinal).Take(Most)];
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
