using System.Globalization;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Agent.Api;

/// <summary>What a downloaded range says of itself, wherever it is carried: place, times, and what is missing in it. Pure.</summary>
internal static class DownloadLabel
{
    private const int MostHoles = 20;

    /// <summary>The label of a range.</summary>
    /// <param name="place">Such as <c>demo / R7 / C1</c>.</param>
    /// <param name="range">What was asked for.</param>
    /// <param name="segments">What is held of it, in order, at least one.</param>
    /// <param name="zone">Zone of the place.</param>
    public static MediaLabel Of(string place, TimeRange range, IReadOnlyList<StoredSegment> segments, TimeZoneInfo zone)
    {
        var held = HeldRange.Of(segments.Select(s => (s.StartUtc, s.EndUtc)), range.From, range.To);
        var (from, to) = (held.Start ?? range.From, held.End ?? range.To);
        var (en, zh) = (new List<string>(), new List<string>());
        if (held.Start is null)
            Say($"Nothing of it is held.", $"所要求的时段没有录像。");
        if (held.BeginsLate > TimeSpan.Zero)
            Say($"Begins {Seconds(held.BeginsLate)} s after the asked start.", $"比所要求的开始时间晚 {Seconds(held.BeginsLate)} 秒。");
        if (held.EndsEarly > TimeSpan.Zero)
            Say($"Ends {Seconds(held.EndsEarly)} s before the asked end.", $"比所要求的结束时间早 {Seconds(held.EndsEarly)} 秒。");
        if (held.Holes.Count > 0)
            Say(
                $"Holes, closed up here ({held.Holes.Count}): {Text(held.Holes)}.",
                $"缺失时段（{held.Holes.Count} 处，播放时已接合）：{Text(held.Holes)}。"
            );
        if (en.Count == 0)
            Say($"Nothing of it is missing.", $"所要求的时段完整无缺。");
        var title = $"{place} {Local(from):yyyy-MM-dd HH:mm:ss}–{Local(to):HH:mm:ss} {Local(from):zzz} ({zone.Id})";
        return new(
            from,
            Local(from),
            title,
            $"{string.Join(' ', en)} The cut falls on the key frame before. {string.Concat(zh)}切点为其前一关键帧。"
        );

        void Say(FormattableString english, FormattableString chinese)
        {
            en.Add(FormattableString.Invariant(english));
            zh.Add(FormattableString.Invariant(chinese));
        }

        DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

        // To the tenth: a hole of less than a second must not read as none.
        string Text(IReadOnlyCollection<FootageHole> all) =>
            string.Join(
                ", ",
                all.Take(MostHoles)
                    .Select(h => string.Create(CultureInfo.InvariantCulture, $"{Local(h.Start):HH:mm:ss.f}–{Local(h.End):HH:mm:ss.f}"))
            ) + (all.Count > MostHoles ? " …" : "");
    }

    private static long Seconds(TimeSpan time) => (long)Math.Round(time.TotalSeconds);
}
