using System.Runtime.InteropServices;

namespace ExamMonitor.Media;

/// <summary>
/// Media time in ticks of 1/90,000 s, relative to the start of a run. Not a wall time and not a duration of anybody's clock.
/// </summary>
/// <param name="Ticks">Ticks; may be negative.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Pts90k(long Ticks) : IComparable<Pts90k>
{
    /// <summary>Ticks per second.</summary>
    public const int PerSecond = 90_000;

    /// <summary>Converts from another timescale, rounding toward negative infinity.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timescale"/> is zero.</exception>
    public static Pts90k FromTimescale(long value, uint timescale)
    {
        ArgumentOutOfRangeException.ThrowIfZero(timescale);
        var scaled = (Int128)value * PerSecond;
        var quotient = scaled / timescale;
        return new((long)(scaled < 0 && quotient * timescale != scaled ? quotient - 1 : quotient));
    }

    /// <summary>As a duration since the start of the run.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks((long)((Int128)Ticks * TimeSpan.TicksPerSecond / PerSecond));

    /// <inheritdoc/>
    public int CompareTo(Pts90k other) => Ticks.CompareTo(other.Ticks);

    /// <summary>Ticks from <paramref name="right"/> to <paramref name="left"/>.</summary>
    public static long operator -(Pts90k left, Pts90k right) => left.Ticks - right.Ticks;

    /// <summary>Order in media time.</summary>
    public static bool operator <(Pts90k left, Pts90k right) => left.Ticks < right.Ticks;

    /// <summary>Order in media time.</summary>
    public static bool operator >(Pts90k left, Pts90k right) => left.Ticks > right.Ticks;

    /// <summary>Order in media time.</summary>
    public static bool operator <=(Pts90k left, Pts90k right) => left.Ticks <= right.Ticks;

    /// <summary>Order in media time.</summary>
    public static bool operator >=(Pts90k left, Pts90k right) => left.Ticks >= right.Ticks;

    /// <summary>Difference in ticks.</summary>
    public static long Subtract(Pts90k left, Pts90k right) => left - right;
}
