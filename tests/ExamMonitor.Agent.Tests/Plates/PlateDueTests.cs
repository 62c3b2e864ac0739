using ExamMonitor.Exams.Plates;
using Xunit;

namespace ExamMonitor.Agent.Tests.Plates;

public sealed class PlateDueTests
{
    private static readonly DateTimeOffset s_today = new(2026, 3, 2, 23, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-1, null, true, false)] // not yet time
    [InlineData(0, null, true, true)]
    [InlineData(300, null, true, true)] // the machine was off: made up for at once
    [InlineData(0, -1439, true, true)] // yesterday's
    [InlineData(5, 1, true, false)] // once a day
    [InlineData(600, 1, true, false)]
    [InlineData(59, 1, false, false)] // nothing could be looked at: again after an hour
    [InlineData(61, 1, false, true)]
    [InlineData(5, 60, true, true)] // a clock that was put back
    public void IsDue_ByTheLastCheck(int nowMinutes, int? lastMinutes, bool sawAnything, bool expected)
    {
        var now = s_today.AddMinutes(nowMinutes);
        Assert.Equal(expected, PlateDue.IsDue(now, s_today, lastMinutes is { } m ? s_today.AddMinutes(m) : null, sawAnything));
    }

    [Fact]
    public void MustLook_RestingCamerasWakeThreeMinutesBeforeAndRestAfterTheCheck()
    {
        var yesterday = s_today.AddHours(-24);
        Assert.False(PlateDue.MustLook(s_today.AddMinutes(-4), s_today, yesterday, true));
        Assert.True(PlateDue.MustLook(s_today.AddMinutes(-3), s_today, yesterday, true));
        Assert.True(PlateDue.MustLook(s_today.AddSeconds(20), s_today, yesterday, true));
        Assert.False(PlateDue.MustLook(s_today.AddMinutes(1), s_today, s_today.AddSeconds(40), true));
    }
}
