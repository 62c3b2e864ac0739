using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Components;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Geometry of the forecast: days to the right, bytes upward, in drawing units. Pure.</summary>
internal sealed class ForecastPicture
{
    public const double Width = 900;
    public const double Height = 300;
    public const double Left = 78;
    public const double Top = 16;
    public const double Right = 16;
    public const double Bottom = 34;

    private readonly DateOnly _first;
    private readonly double _days;

    /// <summary>Frames the days, the room that footage has, and the need; days may come in any order.</summary>
    /// <param name="forecast">At least one day.</param>
    public ForecastPicture(CapacityForecast forecast)
    {
        Days = [.. forecast.Days.OrderBy(d => d.Day)];
        _first = Days[0].Day;
        _days = Math.Max(1, Days[^1].Day.DayNumber - _first.DayNumber);

        // What others put onto the volume is no room for footage; without a measured free space there is no line at all.
        Room = forecast.FreeBytes is { } free ? free + forecast.DutyBytes + forecast.IdleBytes : null;
        var most = Math.Max(Math.Max(Days.Max(d => d.DutyBytes), Room ?? 0), 1);
        Step = StepOf(most);
        MostBytes = Math.Ceiling(most * 1.05 / Step) * Step;
    }

    public IReadOnlyList<ForecastDay> Days { get; }

    /// <summary>Bytes that footage may take: what it takes now and what is free; null when free space is not known.</summary>
    public long? Room { get; }

    /// <summary>Top of the picture, bytes.</summary>
    public double MostBytes { get; }

    /// <summary>Distance of two lines, bytes.</summary>
    public double Step { get; }

    public double X(DateOnly day) => Left + (Math.Clamp((day.DayNumber - _first.DayNumber) / _days, 0, 1) * (Width - Left - Right));

    public double Y(double bytes) => Height - Bottom - (Math.Clamp(bytes / MostBytes, 0, 1) * (Height - Top - Bottom));

    /// <summary>Outline of the need, closed along the bottom.</summary>
    public string Area()
    {
        var path = new StringBuilder();
        path.Append(CultureInfo.InvariantCulture, $"M{N(X(Days[0].Day))} {N(Y(0))}");
        foreach (var d in Days)
            path.Append(CultureInfo.InvariantCulture, $"L{N(X(d.Day))} {N(Y(d.DutyBytes))}");
        return path.Append(CultureInfo.InvariantCulture, $"L{N(X(Days[^1].Day))} {N(Y(0))}Z").ToString();
    }

    /// <summary>Heights of the lines across, bytes, from 0 upward.</summary>
    public IEnumerable<double> Lines() => Enumerable.Range(0, (int)Math.Round(MostBytes / Step) + 1).Select(i => i * Step);

    /// <summary>About six days to write below.</summary>
    public IEnumerable<DateOnly> Ticks() => Enumerable.Range(0, 6).Select(i => _first.AddDays((int)Math.Round(_days * i / 5))).Distinct();

    private static string N(double value) => PlanGeometry.N(value);

    // 1, 2, 5, 10 … of a binary unit, so that three to six lines are drawn.
    private static double StepOf(double most)
    {
        double unit = 1L << 20;
        while (unit * 1024 <= most)
            unit *= 1024;
        foreach (var step in (double[])[0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500])
        {
            if (most / (unit * step) <= 6)
                return unit * step;
        }

        return unit * 1000;
    }
}
