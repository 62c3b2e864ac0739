using System.Globalization;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Floor.Views;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Floor.Lanes;

/// <summary>Lanes of one room on disk: a file per UTC day with one span per line, and one file with the open spans. Thread-safe.</summary>
/// <remarks>A crash loses at most what happened since <see cref="Flush"/> was last called; a torn last line is skipped when read.</remarks>
internal sealed class LaneStore
{
    private readonly Lock _gate = new();
    private readonly RoomId _room;
    private readonly string _folder;
    private readonly LaneTracker _tracker = new();

    /// <summary>Opens the lanes of a room; spans that were open when the agent last ended are closed at their last known moment.</summary>
    public LaneStore(string folder, RoomId room)
    {
        (_room, _folder) = (room, Path.Combine(folder, room.Text));
        Directory.CreateDirectory(_folder);
        if (!File.Exists(OpenPath))
            return;
        Append([.. ReadLines(OpenPath).Where(s => s.End > s.Start)]);
        File.Delete(OpenPath);
    }

    private string OpenPath => Path.Combine(_folder, "open.jsonl");

    /// <summary>Takes note of the claims at <paramref name="now"/>.</summary>
    public void Advance(DateTimeOffset now, IEnumerable<StationView> stations)
    {
        lock (_gate)
            Append(_tracker.Advance(now, stations));
    }

    /// <summary>Makes the open spans survive a crash.</summary>
    public void Flush()
    {
        lock (_gate)
            Secrets.WritePrivately(OpenPath, string.Concat(_tracker.Open.Select(Line)));
    }

    /// <summary>Everything known of a range, for people: a claim that held on is one span, whichever cameras it held by.</summary>
    public RoomLanes Read(DateTimeOffset from, DateTimeOffset to)
    {
        var spans = ReadSpans(from, to);
        return new(
            _room,
            from,
            to,
            [
                .. spans
                    .GroupBy(s => s.Station)
                    .OrderBy(g => g.Key.Text, StringComparer.Ordinal)
                    .Select(g => new StationLanes(g.Key, Of(g, Lane.Covered), Of(g, Lane.Lit), Of(g, Lane.Recorded))),
            ]
        );
    }

    /// <summary>Everything known of a range as it was noted, cut to it, in order of time.</summary>
    public IReadOnlyList<StationSpan> ReadSpans(DateTimeOffset from, DateTimeOffset to)
    {
        StationSpan[] open;
        lock (_gate)
            open = [.. _tracker.Open];
        var spans = new List<StationSpan>();
        for (var day = from.UtcDateTime.Date; day < to.UtcDateTime; day = day.AddDays(1))
            spans.AddRange(ReadLines(PathOf(day)));
        spans.AddRange(open);
        return
        [
            .. spans
                .Where(s => s.End > from && s.Start < to)
                .OrderBy(s => s.Start)
                .Select(s => s with { Start = s.Start < from ? from : s.Start, End = s.End > to ? to : s.End }),
        ];
    }

    private static List<LaneSpan> Of(IEnumerable<StationSpan> all, Lane lane)
    {
        var told = new List<LaneSpan>();
        StationSpan? last = null;
        foreach (var span in all.Where(s => s.Lane == lane))
        {
            var goesOn =
                last is not null
                && last.End == span.Start
                && last.Value == span.Value
                && string.Equals(last.Reason, span.Reason, StringComparison.Ordinal)
                && !(last.Cameras ?? []).SequenceEqual(span.Cameras ?? []);
            if (goesOn)
                told[^1] = told[^1] with { End = span.End };
            else
                told.Add(new(span.Start, span.End, span.Value, span.Reason));
            last = span;
        }

        return told;
    }

    private void Append(IReadOnlyList<StationSpan> spans)
    {
        foreach (var day in spans.GroupBy(s => s.Start.UtcDateTime.Date))
            File.AppendAllText(PathOf(day.Key), string.Concat(day.Select(Line)), new UTF8Encoding(false));
    }

    private string PathOf(DateTime day) => Path.Combine(_folder, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".jsonl");

    private static string Line(StationSpan span) => JsonSerializer.Serialize(span, ContractJson.Options) + "\n";

    private static IEnumerable<StationSpan> ReadLines(string path)
    {
        if (!File.Exists(path))
            yield break;
        foreach (var line in File.ReadLines(path))
        {
            if (Parse(line) is { } span)
                yield return span;
        }
    }

    private static StationSpan? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<StationSpan>(line, ContractJson.Options);
        }
        catch (JsonException)
        {
            // A line that a power cut tore; its span ends up unknown, which is the truth.
            return null;
        }
    }
}
