using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Law;

/// <summary>
/// A window in calendar years, months and days, written as an ISO 8601 duration without a time part, such as <c>P5Y</c>, <c>P6M</c>,
/// <c>P1Y6M</c>, <c>P180D</c>, <c>P2W</c>.
/// </summary>
/// <remarks>Months and days cannot be compared as such (P6M has 181 to 184 days): compare the dates that they lead to, see
/// <see cref="AddTo"/>.</remarks>
[JsonConverter(typeof(CalendarPeriodJsonConverter))]
[StructLayout(LayoutKind.Auto)]
public readonly record struct CalendarPeriod
{
    /// <summary>Largest number of any part.</summary>
    public const int MostOfOne = 9999;

    private const int DaysOfACycle = 146_097; // 400 years; the calendar repeats after them (and so do its weekdays).
    private static readonly DateOnly CycleStart = new(2000, 1, 1);

    private CalendarPeriod(int months, int days) => (Months, Days) = (months, days);

    /// <summary>Months, with 12 for each year, ≥ 0.</summary>
    public int Months { get; }

    /// <summary>Days, with 7 for each week, ≥ 0; added after the months.</summary>
    public int Days { get; }

    /// <summary>Whether it has no length.</summary>
    public bool IsZero => Months == 0 && Days == 0;

    /// <summary>Reads a period.</summary>
    /// <exception cref="FormatException">The text is none; says which form is meant.</exception>
    public static CalendarPeriod Parse(string text) =>
        TryParse(text, out var period)
            ? period
            : throw new FormatException(
                "A window is written as an ISO 8601 duration in years, months, weeks or days, such as P5Y, P6M or P180D."
            );

    /// <summary>
    /// Reads a period; false for anything else, also for signs, fractions, a time part, parts out of order and parts above
    /// <see cref="MostOfOne"/>.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CalendarPeriod period)
    {
        period = default;
        if (text is null || text.Length is < 3 or > 24 || text[0] != 'P')
            return false;
        var (at, last, months, days) = (1, -1, 0, 0);
        while (at < text.Length)
        {
            var from = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            if (at == from || at == text.Length || at - from > 4)
                return false;
            var number = int.Parse(text.AsSpan(from, at - from), NumberStyles.None, CultureInfo.InvariantCulture);
            var unit = "YMWD".IndexOf(text[at++], StringComparison.Ordinal);
            if (unit <= last)
                return false;
            last = unit;
            months += unit switch
            {
                0 => number * 12,
                1 => number,
                _ => 0,
            };
            days += unit switch
            {
                2 => number * 7,
                3 => number,
                _ => 0,
            };
        }

        period = new(months, days);
        return true;
    }

    /// <summary>
    /// The day that lies this period after <paramref name="day"/>: months first, ending on the last day of a month that is too short, then
    /// days.
    /// </summary>
    /// <returns>31 August + P6M = 28 (29) February. <see cref="DateOnly.MaxValue"/> when it lies beyond the calendar.</returns>
    public DateOnly AddTo(DateOnly day)
    {
        if (Months >= (((DateOnly.MaxValue.Year - day.Year) * 12) + DateOnly.MaxValue.Month - day.Month))
            return DateOnly.MaxValue;
        var later = day.AddMonths(Months);
        return later.DayNumber > DateOnly.MaxValue.DayNumber - Days ? DateOnly.MaxValue : later.AddDays(Days);
    }

    /// <summary>
    /// Whether it ends on the same day as <paramref name="other"/> or later, from whatever day both begin. Looks at each day of the 400
    /// years after which the calendar repeats.
    /// </summary>
    public bool IsNeverShorterThan(CalendarPeriod other)
    {
        if (Months >= other.Months && Days >= other.Days)
            return true;
        for (var i = 0; i < DaysOfACycle; i++)
        {
            if (AddTo(CycleStart.AddDays(i)) < other.AddTo(CycleStart.AddDays(i)))
                return false;
        }

        return true;
    }

    /// <summary>The shortest way to write it, such as <c>P1Y6M</c>; <c>P0D</c> when it has no length.</summary>
    public override string ToString()
    {
        if (IsZero)
            return "P0D";
        var (years, months) = Math.DivRem(Months, 12);
        return string.Create(CultureInfo.InvariantCulture, $"P{Part(years, 'Y')}{Part(months, 'M')}{Part(Days, 'D')}");
    }

    private static string Part(int number, char unit) => number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
}
