using ExamMonitor.Capture;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Sound;

/// <summary>
/// How far one camera's sound was measured, and whether it is time for more. Pure but for its own counts; not thread-safe.
/// </summary>
/// <remarks>
/// While sound is heard, a segment at its commit is enough. Otherwise somebody may be mending a microphone right now: what has arrived
/// since the last look is measured every ten seconds, and not a second time when its segment is committed.
/// </remarks>
internal sealed class SoundProgress
{
    /// <summary>Least media worth a decoder: what three seconds of ten are found in.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(4);

    /// <summary>What has just arrived is at most this much ahead of the newest committed segment.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LiveEvery = TimeSpan.FromSeconds(10);
    private readonly SoundJudge _judge = new();
    private DateTimeOffset? _liveAt;

    /// <summary>Newest segment that was begun; 0 before the first.</summary>
    public long Newest { get; private set; }

    /// <summary>Wall time up to which all was measured, UTC.</summary>
    public DateTimeOffset Until { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Whether what has just arrived is to be measured.</summary>
    /// <param name="now">UTC; a clock that went back asks at once.</param>
    public bool IsDue(DateTimeOffset now) =>
        _judge.State != AudioState.Present && (_liveAt is not { } at || at > now || now - at >= LiveEvery);

    /// <summary>Notes that it is being measured; one that fails is tried again as late as one that does not.</summary>
    public void BeginLive(DateTimeOffset now) => _liveAt = now;

    /// <summary>Takes the seconds of what has just arrived.</summary>
    /// <param name="start">Wall time of the first, UTC.</param>
    /// <param name="seconds">In their order.</param>
    public AudioState TakeLive(DateTimeOffset start, IReadOnlyList<SoundSecond> seconds)
    {
        Until = start.AddSeconds(seconds.Count);
        return _judge.Take(seconds);
    }

    /// <summary>Notes that a segment is being measured: one that cannot be decoded is not tried again.</summary>
    public void BeginSegment(long id) => Newest = id;

    /// <summary>Takes the seconds of a committed segment, without those that were measured before.</summary>
    /// <param name="start">Wall time of the first, UTC.</param>
    /// <param name="end">End of the segment, UTC.</param>
    /// <param name="seconds">In their order.</param>
    public AudioState TakeSegment(DateTimeOffset start, DateTimeOffset end, IReadOnlyList<SoundSecond> seconds)
    {
        // Far beyond the end it cannot have been measured: the clock went back.
        var known = Until > end + Ahead ? 0 : (int)Math.Clamp(Math.Ceiling((Until - start).TotalSeconds), 0, seconds.Count);
        if (end > Until || known == 0)
            Until = end;
        return _judge.Take(seconds.Skip(known));
    }
}
