using System.Runtime.InteropServices;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;

namespace ExamMonitor.Recording.Writing;

/// <summary>Where a fragment lies in wall time. All times in ticks of 100 ns, UTC.</summary>
/// <param name="Start">Wall time of its first picture.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Hole">Wall time without media just before it, 0 for none.</param>
/// <param name="Shift">Correction of everything placed before in this run, ≤ 0.</param>
/// <param name="LateMs">Arrival minus <paramref name="End"/>, ms.</param>
/// <param name="Break">The run cannot go on with this fragment: a new line must begin with it. Null when it can.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Placement(long Start, long End, long Hole, long Shift, int LateMs, GapCause? Break);

/// <summary>Maps a run's media time to wall time. Pure: arrival times are arguments.</summary>
/// <remarks>
/// Rules, by the numbers of the constants below:
/// 1. The first fragment ends when it arrives. While a run settles, a fragment that arrives earlier than expected shows that those before
/// it were late (ffmpeg probes before it delivers), so all of them move back, together at most <see cref="MaxShift"/>. Nothing is placed
/// before the session that brought it was asked for.
/// 2. After that the line advances by media durations, slewed at most 500 ppm toward the arrivals. Lateness is the smallest of a window of
///    <see cref="Window"/>, since jitter only delays.
/// 3. A media clock that is plainly wrong (declared frame rate is not the delivered one) is not believed: the line follows the arrivals,
/// and no gap appears.
/// 4. Media that jumps ahead as arrivals do is a hole. Media that jumps alone, or back, or stands while time passes, breaks the line.
/// </remarks>
/// <param name="earliest">Before this instant nothing of the run can have been taken; null when that is not known.</param>
internal sealed class WallLine(DateTimeOffset? earliest = null)
{
    private const long Ms = TimeSpan.TicksPerMillisecond;
    private const long Resolution = 100 * Ms;
    private const long Tolerance = 500 * Ms;
    private const long MaxShift = 10_000 * Ms;
    private const long SettleMedia = 30_000 * Ms;
    private const long Window = 10_000 * Ms;
    private const long Hopeless = 30_000 * Ms;
    private const long SlewDivisor = 2_000; // 1 / 500 ppm

    private readonly long _earliest = earliest?.UtcTicks ?? long.MinValue;
    private long _first;
    private bool _begun;
    private bool _settled;
    private long _wallEnd;
    private long _mediaEnd90k;
    private long _lastArrival;
    private long _media;
    private long _shifted;
    private long _windowMedia;
    private long _windowLate = long.MaxValue;
    private long _windowPause;
    private long _late1 = long.MaxValue;
    private long _late2 = long.MaxValue;
    private long _owedSlew;

    /// <summary>End of what was placed last.</summary>
    public long End => _wallEnd;

    /// <summary>No shift from now on: what was placed is committed.</summary>
    public void Settle() => _settled = true;

    /// <summary>Places the next fragment. After a break the line is unchanged; the caller begins another.</summary>
    /// <param name="start">Media time of its first sample.</param>
    /// <param name="duration90k">Media duration, 1/90,000 s.</param>
    /// <param name="arrival">When its last byte arrived.</param>
    /// <param name="startsWithSync">Whether it can be played without what came before.</param>
    public Placement Place(Pts90k start, long duration90k, DateTimeOffset arrival, bool startsWithSync = true)
    {
        var arrived = arrival.UtcTicks;
        var duration = Ticks(duration90k);
        if (!_begun)
        {
            (_begun, _wallEnd, _lastArrival) = (true, arrived, arrived);
            _first = Math.Max(arrived - duration, Math.Min(_earliest, arrived - Ms));
            Advance(start, duration90k, duration);
            return new(_first, arrived, 0, 0, 0, null);
        }

        var hole = Ticks(start.Ticks - _mediaEnd90k);
        var passed = arrived - _lastArrival;
        if (BreakOf(hole, duration, passed) is { } cause)
            return new(0, 0, 0, 0, 0, cause);
        hole = hole < Resolution ? 0 : hole;
        var from = _wallEnd + hole;
        var to = from + duration;
        var shift = 0L;
        var late = arrived - to;
        if (late < 0 && !_settled && _shifted - late <= MaxShift && _first - _shifted + late >= _earliest)
            shift = late;
        else if (late < -Tolerance)
            to = Math.Max(from + Ms, arrived);
        else if (late < 0)
            to -= Math.Min(-late, duration / SlewDivisor);
        else if (Stalled(late, duration, passed))
        {
            // A line that ended before a key frame would lose all that comes until the next one.
            if (startsWithSync || late > Hopeless)
                return new(0, 0, 0, 0, 0, GapCause.Unknown);
        }
        else
            to += Correction(late, duration);
        (from, to, _shifted, _wallEnd, _lastArrival) = (from + shift, to + shift, _shifted - shift, to + shift, arrived);
        if (late < 0)
            BeginWindow();
        Advance(start, duration90k, duration);
        return new(from, to, hole, shift, (int)Math.Clamp((arrived - to) / Ms, int.MinValue, int.MaxValue), null);
    }

    private static GapCause? BreakOf(long hole, long duration, long passed)
    {
        if (passed < -Tolerance)
            return GapCause.Clock;
        if (hole < -Resolution)
            return GapCause.CameraClock;
        return hole > Tolerance && passed < (hole + duration) / 2 ? GapCause.CameraClock : null;
    }

    /// <summary>Whether time was lost that the media does not show: late for a whole window, and one pause explains it.</summary>
    private bool Stalled(long late, long duration, long passed)
    {
        var pause = passed - duration;
        if (pause > 2 * Tolerance && _windowLate <= Tolerance)
            BeginWindow();
        _windowLate = Math.Min(_windowLate, late);
        _windowPause = Math.Max(_windowPause, pause);
        _windowMedia += duration;
        if (late > Hopeless)
            return true;
        return _windowMedia >= Window && _windowLate > Tolerance && _windowPause > 2 * Tolerance && _windowPause > _windowLate / 2;
    }

    private long Correction(long late, long duration)
    {
        // Of the last three: one late fragment is jitter.
        var recent = Math.Min(late, Math.Min(_late1, _late2));
        (_late2, _late1) = (_late1, late);
        if (_windowMedia >= Window)
        {
            var smallest = _windowLate;
            BeginWindow();
            if (recent > Tolerance)
                return recent;
            _owedSlew = smallest;
        }

        var step = Math.Min(_owedSlew, duration / SlewDivisor);
        _owedSlew -= step;
        return step;
    }

    private void BeginWindow() =>
        (_windowMedia, _windowLate, _windowPause, _owedSlew, _late1, _late2) = (0, long.MaxValue, 0, 0, long.MaxValue, long.MaxValue);

    private void Advance(Pts90k start, long duration90k, long duration)
    {
        _mediaEnd90k = start.Ticks + duration90k;
        _media += duration;
        if (_media >= SettleMedia)
            _settled = true;
    }

    private static long Ticks(long ticks90k) => (long)((Int128)ticks90k * TimeSpan.TicksPerSecond / Pts90k.PerSecond);
}
