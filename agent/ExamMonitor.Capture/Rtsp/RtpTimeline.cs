using System.Runtime.InteropServices;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>Where a packet lies.</summary>
/// <param name="Media">Media time since the session's start, ticks of the track's clock.</param>
/// <param name="StepSeconds">The camera's time stepped just before it by this, forward positive; null when it did not.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlacedPacket(long Media, double? StepSeconds);

/// <summary>
/// Turns a camera's RTP times into media time that runs as wall time does. Pure: arrivals are arguments. Not thread-safe.
/// </summary>
/// <remarks>
/// The camera's time only orders and spaces pictures; where they lie is told by their arrival. Rules:
/// 1. The first packet lies where it arrives. A burst at the start (pictures that the camera had kept) shows that it was late:
/// <c>_lead</c>.
/// 2. While the camera's time passes as the arrivals do, it is followed exactly. A network only delays: media behind its arrival is no
/// error.
/// 3. Media that jumps alone, ahead of anything that can have been taken, or back beyond what reordered pictures explain, is a step of
/// the camera's
///    clock: the media time goes on as the arrivals do, and the step is told.
/// 4. A pause that the media does not show, and that no burst makes up for, is a hole: the media time follows the arrivals.
/// 5. A time that stands, or runs at another rate, is drawn to the arrivals, at most at half or four times its speed.
/// </remarks>
/// <param name="rate">Ticks per second.</param>
/// <param name="isPicture">Whether packets with a marker end a picture, and pictures may be reordered.</param>
internal sealed class RtpTimeline(int rate, bool isPicture)
{
    private const long Second = TimeSpan.TicksPerSecond;
    private static readonly long StandsApart = TimeSpan.FromMilliseconds(10).Ticks;
    private static readonly long StandsLong = TimeSpan.FromSeconds(2).Ticks;
    private static readonly long Settles = TimeSpan.FromSeconds(3).Ticks;
    private static readonly long WindowLength = TimeSpan.FromMilliseconds(700).Ticks;

    /// <summary>
    /// What is owed is caught up with at this speed and its own: slower than half the rate no camera's clock was seen to run.
    /// </summary>
    private const int MostDraw = 3;

    private const int MostBacks = 3;
    private readonly long _least = Math.Max(1, rate / 1000);
    private readonly long _dead = rate / 10;
    private readonly long _longestLead = 10L * rate;
    private readonly long _slightLead = rate * 3L / 10;
    private bool _begun;
    private long _began;
    private uint _lastTime;
    private bool _lastMarker;
    private long _lastArrival;
    private long _last;
    private long _top;
    private long _lead;
    private long _owed;
    private long _window;
    private long _windowLate = long.MaxValue;
    private bool _stands;
    private long _standsSince;
    private int _backs;

    /// <summary>Media time of the newest instant that was placed, ticks.</summary>
    public long Top => _top;

    /// <summary>Whether the camera's time has stood for two seconds of pictures.</summary>
    public bool Stands => _stands && _lastArrival - _standsSince >= StandsLong;

    /// <summary>Ticks of media between the last packet and another's time.</summary>
    public long Span(uint time) => unchecked((int)(time - _lastTime));

    /// <summary>Places the next packet.</summary>
    /// <param name="time">Its RTP time.</param>
    /// <param name="marker">Its marker bit.</param>
    /// <param name="arrival">Monotonic, since the session's start, ticks of 100 ns.</param>
    /// <param name="follows">Media that is known to have come in one burst with it, ticks of the track's clock.</param>
    public PlacedPacket Place(uint time, bool marker, long arrival, long follows = 0)
    {
        if (!_begun)
            return Begin(time, marker, arrival);
        var passed = arrival - _lastArrival;
        var delta = Span(time);
        if (delta == 0 && !(isPicture && _lastMarker && (passed >= StandsApart || _stands)))
        {
            _lastMarker |= marker;
            return new(_last, null);
        }

        var clock = ToMedia(arrival) + _lead;
        // Sound has no order but one: single packets stamped too early are jitter of the stamp, and say nothing of those that follow.
        if (!isPicture && delta < 0 && delta > -rate && _backs++ < MostBacks)
            return new(Math.Max(_top, _last + Math.Max(ToMedia(passed), _least)), null);
        _backs = 0;
        if (delta == 0 && !_stands)
            _standsSince = _lastArrival;
        _stands = delta == 0;
        double? step = null;
        if (delta == 0)
            _last = Math.Max(_top + _least, clock);
        else if (IsReordered(delta))
            _last += delta;
        else
            (_last, step) = Advance(delta, ToMedia(passed), clock, arrival, follows);
        _top = Math.Max(_top, _last);
        (_lastTime, _lastMarker, _lastArrival) = (time, marker, arrival);
        return new(_last, step);
    }

    private PlacedPacket Begin(uint time, bool marker, long arrival)
    {
        (_begun, _began, _window) = (true, arrival, arrival);
        (_lastTime, _lastMarker, _lastArrival) = (time, marker, arrival);
        _last = _top = ToMedia(arrival);
        return new(_last, null);
    }

    // Pictures of a stream with B frames come in the order of decoding: back by a few pictures, never far.
    private bool IsReordered(long delta) => isPicture && delta < 0 && delta > -rate * 3 / 10 && _last + delta > _top - (rate / 2);

    private (long Media, double? Step) Advance(long delta, long passed, long clock, long arrival, long follows)
    {
        var went = Math.Max(passed, _least);
        // What is drawn from is the newest picture, not the reordered one before.
        var next = _last + delta;
        var ahead = next - clock;
        if (delta < 0)
            return (_top + went, Step(delta - passed));
        if (delta - passed > rate && ahead > rate / 2 && !IsBurst(arrival, ahead))
            return (_top + went, Step(delta - passed));
        if (passed - delta > rate && follows < (passed - delta) / 2)
        {
            Restart(arrival);
            return (Math.Max(clock, _top + _least), null);
        }

        return (ahead > 0 ? Early(next, delta, passed, ahead, arrival) : Late(next, delta, passed, -ahead, arrival), null);
    }

    // At the start a camera may send what it kept: much media in no time.
    private bool IsBurst(long arrival, long ahead) => arrival - _began < Settles && _lead + ahead <= _longestLead && ahead < 3L * rate;

    private long Early(long next, long delta, long passed, long ahead, long arrival)
    {
        Restart(arrival);
        // A first picture that was a little late needs no burst behind it: even spacing is worth more than a fraction of a second.
        if ((passed < delta / 4 || _lead + ahead <= _slightLead) && IsBurst(arrival, ahead))
        {
            _lead += ahead;
            return next;
        }

        // A camera's clock that runs a little fast: up to 1,000 ppm it is followed.
        var drift = Math.Min(ahead, passed / 1000);
        _lead += drift;
        ahead -= drift;
        return ahead <= _dead ? next : next - Math.Min(ahead, delta / 2);
    }

    private long Late(long next, long delta, long passed, long late, long arrival)
    {
        // What the network held back comes at once and late: the first of it says nothing of the camera's rate.
        if (passed > rate)
        {
            Restart(arrival);
            return next;
        }

        _windowLate = Math.Min(_windowLate, late);
        if (arrival - _window >= WindowLength)
        {
            var smallest = _windowLate;
            Restart(arrival);
            _lead -= Math.Min(smallest, ToMedia(WindowLength) / 2000);
            _owed = smallest > _dead ? smallest : 0;
        }

        var drawn = Math.Min(_owed, MostDraw * delta);
        _owed -= drawn;
        return next + drawn;
    }

    private void Restart(long arrival) => (_window, _windowLate, _owed) = (arrival, long.MaxValue, 0);

    private double? Step(long ticks) => Math.Abs(ticks) >= rate / 2 ? (double)ticks / rate : null;

    private long ToMedia(long ticks) => (long)((Int128)ticks * rate / Second);
}
