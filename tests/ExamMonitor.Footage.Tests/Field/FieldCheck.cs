using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Recording;

namespace ExamMonitor.Footage.Tests.Field;

/// <summary>Says what is untrue of what an archive tells about a time line.</summary>
internal static class FieldCheck
{
    private const double ClaimTolerance = 0.5;
    private const double PlaylistTolerance = 1;

    /// <summary>Every complaint; none when all invariants hold.</summary>
    public static IReadOnlyList<string> Of(FieldTimeLine line, FieldOutcome outcome, FootageArchive archive)
    {
        var (from, to) = (outcome.StartUtc, outcome.StartUtc.AddSeconds(line.Seconds));
        var timeline = archive.GetTimeline(ArchiveBench.Room, outcome.Camera, from, to);
        var proven = archive
            .GetProven(ArchiveBench.Room, outcome.Camera, from, to)
            .Select(s => ((s.Start - from).TotalSeconds, (s.End - from).TotalSeconds))
            .ToList();
        return
        [
            .. Claimed(line, outcome, proven),
            .. Sums(line, from, to, timeline, proven),
            .. Playlist(outcome, archive.RangePlaylist(ArchiveBench.Room, outcome.Camera, from, to.AddSeconds(5))),
            .. Causes(line, from, to, timeline),
            .. Told(line, outcome),
        ];
    }

    // Bytes kept ⇒ time claimed: a picture stands until the next of its session, unless that is longer than any should stand.
    private static IEnumerable<string> Claimed(FieldTimeLine line, FieldOutcome outcome, List<(double From, double To)> proven)
    {
        var longest = new FootageOptions
        {
            VolumePath = "/",
            IndexPath = "/",
            Site = SiteId.Of("S1"),
        }
            .LongestSample
            .TotalSeconds;
        var truth = 0.0;
        foreach (var session in outcome.Kept.GroupBy(k => k.Session).Select(g => g.SelectMany(k => k.Truths).Order().ToList()))
        {
            var stood = session.Zip(session.Skip(1), (before, at) => at - before).Where(stands => stands <= longest).Sum();
            // The last one stands as long as the one before.
            truth += stood + (1.0 / line.Fps);
        }

        var claimed = proven.Sum(p => p.To - p.From);
        if (Math.Abs(claimed - truth) > ClaimTolerance)
            yield return string.Create(CultureInfo.InvariantCulture, $"kept {truth:0.00} s, claimed {claimed:0.00} s");
    }

    private static IEnumerable<string> Sums(
        FieldTimeLine line,
        DateTimeOffset from,
        DateTimeOffset to,
        Contracts.Api.Timeline timeline,
        List<(double From, double To)> proven
    )
    {
        var gaps = timeline.Gaps.Sum(g =>
            Math.Max(0, ((g.End is { } end && end < to ? end : to) - (g.Start > from ? g.Start : from)).TotalSeconds)
        );
        var sum = gaps + proven.Sum(p => p.To - p.From);
        if (Math.Abs(sum - line.Seconds) > 0.1)
            yield return string.Create(CultureInfo.InvariantCulture, $"proven and gaps are {sum:0.000} s of {line.Seconds} s");
    }

    private static IEnumerable<string> Playlist(FieldOutcome outcome, string? playlist)
    {
        if (playlist is null)
            yield break;
        var (clock, number, worst) = (default(DateTimeOffset?), 0, 0.0);
        foreach (var text in playlist.Split('\n'))
        {
            if (text.StartsWith("#EXT-X-PROGRAM-DATE-TIME:", StringComparison.Ordinal))
                clock = DateTimeOffset.Parse(text[25..], CultureInfo.InvariantCulture);
            if (!text.StartsWith("#EXTINF:", StringComparison.Ordinal) || clock is not { } at)
                continue;
            var (length, offset) = (double.Parse(text[8..^1], CultureInfo.InvariantCulture), 0.0);
            // A part is some whole fragments.
            for (
                ;
                number < outcome.Kept.Count && offset + outcome.Kept[number].Seconds <= length + 0.01;
                offset += outcome.Kept[number++].Seconds
            )
            {
                var kept = outcome.Kept[number];
                for (var i = 0; i < kept.Truths.Length; i++)
                    worst = Math.Max(worst, Math.Abs((at - outcome.StartUtc).TotalSeconds + offset + kept.Offsets[i] - kept.Truths[i]));
            }

            clock = at.AddSeconds(length);
        }

        if (number < outcome.Kept.Count)
            yield return $"{outcome.Kept.Count} fragments kept, {number} in the playlist";
        if (worst > PlaylistTolerance)
            yield return string.Create(CultureInfo.InvariantCulture, $"a picture is {worst:0.00} s off in the playlist");
    }

    private static IEnumerable<string> Causes(FieldTimeLine line, DateTimeOffset from, DateTimeOffset to, Contracts.Api.Timeline timeline)
    {
        foreach (var gap in timeline.Gaps)
        {
            var (start, end) = ((gap.Start - from).TotalSeconds, ((gap.End ?? to) - from).TotalSeconds);
            if (end - start < 0.3 || start < 1 || end > line.Seconds - 1)
                continue;
            var middle = (Math.Max(start, 0) + Math.Min(end, line.Seconds)) / 2;
            var injected = line.Events.LastOrDefault(e => e.At <= middle + 0.5);
            var expected = injected?.Kind switch
            {
                FieldKind.PauseTold or FieldKind.PauseUntold => GapCause.Camera,
                FieldKind.Reconnect or FieldKind.OtherSize => GapCause.Network,
                FieldKind.Loss => GapCause.Network,
                FieldKind.NoKeyFrame => GapCause.Camera,
                _ => default(GapCause?),
            };
            if (gap.Cause != expected)
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"gap of {end - start:0.00} s at {start:0.00} s has cause {gap.Cause}, injected was {injected?.Kind.ToString() ?? "nothing"}"
                );
        }
    }

    private static IEnumerable<string> Told(FieldTimeLine line, FieldOutcome outcome)
    {
        var steps = line.Events.Count(e => e.Kind is FieldKind.ReportStep or FieldKind.TimeStep);
        if (outcome.Steps > steps)
            yield return $"{outcome.Steps} steps of the clock told, {steps} injected";
        if (steps > 0 && outcome.Steps == 0 && line.Events.All(e => e.Kind is FieldKind.ReportStep or FieldKind.TimeStep))
            yield return "a step of the clock was not told";
        if (outcome.Kept.Any(k => k is { HasLoss: true, Broken: false }))
            yield return "a fragment with lost packets was not told as broken";
        if (outcome.Kept.Any(k => k.Broken) && line.Events.All(e => e.Kind != FieldKind.Loss))
            yield return "a fragment was told as broken, and nothing was lost";
    }
}
