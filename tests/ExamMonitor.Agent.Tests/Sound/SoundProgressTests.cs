using ExamMonitor.Capture;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Sound;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sound;

/// <summary>How soon sound is heard once a microphone is mended, and that nothing counts twice.</summary>
public sealed class SoundProgressTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly SoundSecond QuietRoom = new(-58, -45, 0);
    private static readonly SoundSecond Dead = new(-120, -120, 0);
    private readonly SoundProgress _progress = new();
    private DateTimeOffset _at = Start;

    private AudioState Segment(SoundSecond second, int seconds)
    {
        var (from, to) = (_at, _at = _at.AddSeconds(seconds));
        return _progress.TakeSegment(from, to, Enumerable.Repeat(second, seconds).ToList());
    }

    /// <summary>What arrived since the last look, if it is looked at.</summary>
    private AudioState? Live(SoundSecond second, DateTimeOffset now)
    {
        if (!_progress.IsDue(now))
            return null;
        _progress.BeginLive(now);
        var from = _progress.Until > now.AddSeconds(-20) ? _progress.Until : now.AddSeconds(-20);
        return _progress.TakeLive(from, Enumerable.Repeat(second, (int)(now - from).TotalSeconds).ToList());
    }

    [Fact]
    public void Live_MicrophoneMended_IsHeardWithinTenSecondsWithoutACommit()
    {
        for (var i = 0; i < 6; i++)
            Segment(Dead, 60);
        Assert.Equal(AudioState.Silent, Live(Dead, _at));
        // Mended right after a look; the segment would be committed 90 s later.
        var heard = Enumerable.Range(1, 90).First(s => Live(QuietRoom, _at.AddSeconds(s)) == AudioState.Present);
        Assert.InRange(heard, 3, 10);
        Assert.False(_progress.IsDue(_at.AddSeconds(60)));
    }

    [Fact]
    public void Live_BeforeTheFirstSegment_KnowsAQuietRoom()
    {
        Assert.True(_progress.IsDue(Start));
        Assert.Equal(AudioState.Present, Live(QuietRoom, Start.AddSeconds(4)));
    }

    [Fact]
    public void TakeSegment_PartlyMeasuredBefore_CountsEachSecondOnce()
    {
        for (var i = 0; i < 4; i++)
            Segment(Dead, 60);
        Assert.Equal(AudioState.Unknown, Live(Dead, _at.AddSeconds(20)));
        Assert.Equal(AudioState.Unknown, Segment(Dead, 59));
        Assert.Equal(AudioState.Silent, Segment(Dead, 1));
    }

    [Fact]
    public void TakeSegment_AfterTheClockWentBack_IsMeasured()
    {
        Live(Dead, Start.AddHours(1));
        Assert.Equal(AudioState.Present, Segment(QuietRoom, 60));
        Assert.Equal(_at, _progress.Until);
    }

    [Fact]
    public void IsDue_JustMeasured_WaitsTenSeconds()
    {
        Live(Dead, Start);
        Assert.False(_progress.IsDue(Start.AddSeconds(9)));
        Assert.True(_progress.IsDue(Start.AddSeconds(10)));
        Assert.True(_progress.IsDue(Start.AddSeconds(-1)));
    }
}
