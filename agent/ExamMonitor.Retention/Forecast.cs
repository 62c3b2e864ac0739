using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Retention;

/// <summary>What a plan of cameras needs.</summary>
/// <param name="BytesPerWeek">Exam footage that a week adds.</param>
/// <param name="Windows">For each window, the longest first: bytes that the volume holds at the most.</param>
public sealed record CapacityNeed(double BytesPerWeek, IReadOnlyList<(CalendarPeriod Window, double Bytes)> Windows);

/// <summary>A camera of a forecast.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="BytesPerHour">Measured over at least <see cref="Forecast.LeastMeasured"/>; null when less was measured.</param>
public sealed record MeasuredCamera(RoomId Room, CameraId Camera, double? BytesPerHour);

/// <summary>What a forecast is made of.</summary>
/// <param name="Today">Site-local day.</param>
/// <param name="FreeBytes">Free bytes; null when the probe failed.</param>
/// <param name="HeldBytes">Bytes of all footage held: as idle footage gives way, free and held bytes together are what duties can
/// have.</param>
/// <param name="Cameras">Cameras.</param>
/// <param name="Sessions">Sessions, past and to come, not called off.</param>
/// <param name="Rules">Rules in force.</param>
public sealed record ForecastInput(
    DateOnly Today,
    long? FreeBytes,
    long HeldBytes,
    IReadOnlyList<MeasuredCamera> Cameras,
    IReadOnlyList<ExamSession> Sessions,
    RetentionRules Rules
);

/// <summary>A day of a forecast.</summary>
/// <param name="Day">Site-local day.</param>
/// <param name="DutyBytes">Bytes that are under a duty at its end.</param>
public sealed record ForecastPoint(DateOnly Day, double DutyBytes);

/// <summary>The answer.</summary>
/// <param name="IsKnown">False when a camera with sessions was measured too little, when the probe failed, or when no session is known:
/// then the absence of a date is no comfort.</param>
/// <param name="BreachOn">First site-local day on which the volume cannot hold its duty; null when none comes within
/// <see cref="Forecast.HorizonDays"/>, or it is not known.</param>
/// <param name="CapacityBytes">Bytes that duties can have; null when the probe failed.</param>
/// <param name="Points">One every eleven days from today to the end of the horizon: fewer than 400.</param>
public sealed record ForecastAnswer(bool IsKnown, DateOnly? BreachOn, long? CapacityBytes, IReadOnlyList<ForecastPoint> Points)
{
    /// <summary>Whether the breach is so near that it must be warned of.</summary>
    public bool Warns(DateOnly today, int warnDays) => BreachOn is { } day && day.DayNumber - today.DayNumber <= warnDays;
}

/// <summary>When the volume cannot hold its duty any more. Pure; the formula stands in docs/retention.md.</summary>
public static class Forecast
{
    /// <summary>How far it looks, days.</summary>
    public const int HorizonDays = 12 * 365;

    /// <summary>Footage of a camera below which nothing is said of it.</summary>
    public static readonly TimeSpan LeastMeasured = TimeSpan.FromHours(1);

    private const int DaysPerPoint = 11;
    private const int PatternDays = 364;

    /// <summary>What a plan of cameras needs: cameras × bit rate × hours, kept for each window.</summary>
    /// <param name="cameras">Cameras, ≥ 1.</param>
    /// <param name="mbps">Megabits (10⁶) a second of one camera, above 0.</param>
    /// <param name="hoursPerWeek">Exam hours a week with their margins, 0 to 168.</param>
    /// <param name="windows">Windows; none takes the default of five years.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static CapacityNeed Calculate(int cameras, double mbps, double hoursPerWeek, IReadOnlyList<CalendarPeriod> windows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cameras, 1);
        if (!(mbps > 0) || double.IsInfinity(mbps))
            throw new ArgumentOutOfRangeException(nameof(mbps), mbps, "A bit rate lies above 0 Mbit/s.");
        if (!(hoursPerWeek is >= 0 and <= 168))
            throw new ArgumentOutOfRangeException(nameof(hoursPerWeek), hoursPerWeek, "A week has 0 to 168 hours.");
        var perWeek = cameras * mbps * 1e6 / 8 * 3600 * hoursPerWeek;
        var list = windows.Count > 0 ? windows : [CalendarPeriod.Parse(RetentionRulesReader.DefaultWindow)];
        return new(perWeek, [.. list.Select(w => (w, Bytes: perWeek / 7 * LongestDays(w))).OrderByDescending(w => w.Bytes)]);
    }

    /// <summary>
    /// Bytes that a session needs: its length with the margins × the rates of its room's cameras; null when one of them was measured too
    /// little, or there is none.
    /// </summary>
    public static double? BytesOf(ExamSession session, IReadOnlyList<MeasuredCamera> cameras, RetentionRules rules)
    {
        var rates = cameras.Where(c => c.Room == session.Room).Select(c => c.BytesPerHour).ToList();
        if (rates.Count == 0 || rates.Contains(null))
            return null;
        return rates.Sum() * (session.End - session.Start + rules.MarginBefore + rules.MarginAfter).TotalHours;
    }

    /// <summary>Adds up day by day what duties need, and compares it with what the volume has.</summary>
    public static ForecastAnswer Of(ForecastInput input)
    {
        var calendar = new SiteCalendar(SiteZone.Of(input.Rules.TimeZone));
        var changes = new SortedDictionary<int, double>();
        long? capacity = input.FreeBytes is { } free ? free + input.HeldBytes : null;
        var known = capacity is not null && input.Sessions.Count > 0;
        var perDay = 0.0;
        var lastKnown = input.Today.DayNumber;
        foreach (var session in input.Sessions)
        {
            if (BytesOf(session, input.Cameras, input.Rules) is not { } bytes)
            {
                known = false;
                continue;
            }

            var day = calendar.BatchDayOf(session.End);
            Add(changes, day.DayNumber, bytes, input.Rules.LimitFor(day).LastKept);
            lastKnown = Math.Max(lastKnown, day.DayNumber);
            if (day.DayNumber > input.Today.DayNumber - PatternDays && day.DayNumber <= input.Today.DayNumber)
                perDay += bytes;
        }

        // Behind the schedule, exams are taken to go on as in the year before, or, for a young site, as the schedule has them.
        var first = input.Sessions.Count == 0 ? input.Today.DayNumber : input.Sessions.Min(s => calendar.BatchDayOf(s.End).DayNumber);
        perDay =
            perDay > 0
                ? perDay / Math.Clamp(input.Today.DayNumber - first + 1, 7, PatternDays)
                : changes.Values.Where(v => v > 0).Sum() / Math.Max(7, lastKnown - first + 1);
        var horizon = input.Today.DayNumber + HorizonDays;
        for (var day = lastKnown + 1; day <= horizon && perDay > 0; day++)
            Add(changes, day, perDay, input.Rules.LimitFor(DateOnly.FromDayNumber(day)).LastKept);
        return Walk(input.Today.DayNumber, horizon, changes, capacity, known);
    }

    private static ForecastAnswer Walk(int today, int horizon, SortedDictionary<int, double> changes, long? capacity, bool known)
    {
        var points = new List<ForecastPoint>();
        var duty = changes.TakeWhile(c => c.Key < today).Sum(c => c.Value);
        DateOnly? breach = null;
        for (var day = today; day <= horizon; day++)
        {
            duty += changes.GetValueOrDefault(day);
            if (breach is null && capacity is { } most && duty > most)
                breach = DateOnly.FromDayNumber(day);
            if ((day - today) % DaysPerPoint == 0)
                points.Add(new(DateOnly.FromDayNumber(day), Math.Max(0, duty)));
        }

        return new(known, known ? breach : null, capacity, points);
    }

    private static void Add(SortedDictionary<int, double> changes, int day, double bytes, DateOnly? lastKept)
    {
        changes[day] = changes.GetValueOrDefault(day) + bytes;
        if (lastKept is { } last)
            changes[last.DayNumber + 1] = changes.GetValueOrDefault(last.DayNumber + 1) - bytes;
    }

    /// <summary>Days that the longest of such windows has, with the day that it begins on.</summary>
    private static int LongestDays(CalendarPeriod window) =>
        Enumerable
            .Range(0, 1461)
            .Max(i => window.AddTo(new DateOnly(2000, 1, 1).AddDays(i)).DayNumber - new DateOnly(2000, 1, 1).AddDays(i).DayNumber + 1);
}
