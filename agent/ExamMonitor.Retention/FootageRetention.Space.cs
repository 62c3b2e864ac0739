using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Retention;

/// <content>Space: what there is, what is promised, until when it lasts.</content>
public sealed partial class FootageRetention
{
    /// <summary>Footage of the newest days that rates are measured over.</summary>
    private static readonly TimeSpan MeasuredOver = TimeSpan.FromDays(3);

    /// <summary>
    /// Rate that the reserve counts for a camera that was measured too little: 8 Mbit/s. Nothing else is ever counted with it.
    /// </summary>
    private const double AssumedBytesPerHour = 3.6e9;

    /// <summary>Free space against what the sessions of this site-local day still need. Asks the disk each time.</summary>
    public SpaceState Space() =>
        SpaceState.Judge(_archive.FreeBytes(), ReserveBytes(), Math.Max(_headroom, _context.Reserve.ResumeAtBytes));

    /// <summary>Measured bytes per hour of each camera, over the last three days of footage that it has.</summary>
    public IReadOnlyList<MeasuredCamera> MeasureCameras() =>
        _context.Index.Read(q =>
            q.Cameras()
                .Select(c =>
                {
                    var to = c.LastEndMs ?? 0;
                    var (bytes, ms) = q.Measured(c.No, to - (long)MeasuredOver.TotalMilliseconds, to + 1);
                    return new MeasuredCamera(
                        c.Room,
                        c.Camera,
                        ms >= Forecast.LeastMeasured.TotalMilliseconds ? bytes * 3_600_000.0 / ms : null
                    );
                })
                .ToList()
        );

    /// <summary>When the volume cannot hold its duty any more.</summary>
    public ForecastAnswer ForecastDuty()
    {
        var facts = Facts;
        if (facts.Rules is not [.., { Rules: var rules }] || facts.Sessions is null)
            return new(false, null, null, []);
        var held = _context.Index.Read(q => q.Cameras()).Sum(c => c.SizeBytes);
        var sessions = facts.Sessions.Where(s => s.Counts(rules.MarginBefore)).Select(s => s.Session).ToList();
        return Forecast.Of(
            new(
                new SiteCalendar(SiteZone.Of(rules.TimeZone)).DayOf(_context.Time.GetUtcNow()),
                _archive.FreeBytes(),
                held,
                MeasureCameras(),
                sessions,
                rules
            )
        );
    }

    /// <summary>Whether the forecast must be warned of.</summary>
    public bool Warns(ForecastAnswer forecast) => forecast.Warns(Calendar().DayOf(_context.Time.GetUtcNow()), _options.WarnDays);

    private long ReserveBytes()
    {
        var facts = Facts;
        if (facts.Rules is not [.., { Rules: var rules }] || facts.Sessions is null)
            return 0;
        var now = _context.Time.GetUtcNow();
        var calendar = Calendar();
        var today = calendar.DayOf(now);
        var sessions = facts
            .Sessions.Where(s =>
                s.ReplacedAt is null
                && !s.Session.Cancelled
                && s.Session.End + rules.MarginAfter > now
                && s.Session.Start - rules.MarginBefore < calendar.LawfulFrom(today)
            )
            .ToList();
        if (sessions.Count == 0)
            return 0;
        var cameras = MeasureCameras();
        return (long)
            Math.Min(
                long.MaxValue / 4,
                sessions.Sum(s =>
                {
                    var from = s.Session.Start - rules.MarginBefore;
                    var hours = (s.Session.End + rules.MarginAfter - (from > now ? from : now)).TotalHours;
                    return cameras.Where(c => c.Room == s.Session.Room).Sum(c => c.BytesPerHour ?? AssumedBytesPerHour) * hours;
                })
            );
    }
}
