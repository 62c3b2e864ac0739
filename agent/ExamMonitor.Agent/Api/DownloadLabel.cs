using System.Globalization;
using ExamMonitor.Capture;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Agent.Api;

/// <summary>What a downloaded range says of itself, wherever it is carried: place, times, and what is missing in it. Pure.</summary>
internal static class DownloadLabel
{
    private const int MostHoles = 20;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>The label of a range.</summary>
    /// <param name="place">Such as <c>demo / R7 / C1</c>.</param>
    /// <param name="range">What was asked for.</param>
    /// <param name="segments">What is held of it, in order, at least one.</param>
    /// <param name="zone">Zone of the place.</param>
    public static MediaLabel Of(string place, TimeRange range, IReadOnlyList<StoredSegment> segments, TimeZoneInfo zone)
    {
        var (from, to) = (Later(range.From, segments[0].StartUtc), Earlier(range.To, segments[^1].EndUtc));
        var holes = segments.Zip(segments.Skip(1), (a, b) => (From: a.EndUtc, To: b.StartUtc)).Where(h => h.To - h.From >= Least).ToArray();
        var (en, zh) = (new List<string>(), new List<string>());
        if (from - range.From >= Least) Say($"Begins {Seconds(from - range.From)} s after the asked start.", $"比所要求的开始时间晚 {Seconds(from - range.From)} 秒。");
        if (range.To - to >= Least) Say($"Ends {Seconds(range.To - to)} s before the asked end.", $"比所要求的结束时间早 {Seconds(range.To - to)} 秒。");
        if (holes.Length > 0) Say($"Holes, closed up here ({holes.Length}): {Text(holes)}.", $"缺失时段（{holes.Length} 处，播放时已接合）：{Text(holes)}。");
        if (en.Count == 0) Say($"Nothing of it is missing.", $"所要求的时段完整无缺。");
        var title = $"{place} {Local(from):yyyy-MM-dd HH:mm:ss}–{Local(to):HH:mm:ss} {Local(from):zzz} ({zone.Id})";
        return new(from, Local(from), title, $"{string.Join(' ', en)} The cut falls on the key frame before. {string.Concat(zh)}切点为其前一关键帧。");

        void Say(FormattableString english, FormattableString chinese)
        {
            en.Add(FormattableString.Invariant(english));
            zh.Add(FormattableString.Invariant(chinese));
        }

        DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone);

        string Text(IReadOnlyCollection<(DateTimeOffset From, DateTimeOffset To)> all) =>
            string.Join(", ", all.Take(MostHoles).Select(h => string.Create(CultureInfo.InvariantCulture, $"{Local(h.From):HH:mm:ss}–{Local(h.To):HH:mm:ss}"))) + (all.Count > MostHoles ? " …" : "");
    }

    private static long Seconds(TimeSpan time) => (long)Math.Round(time.TotalSeconds);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
