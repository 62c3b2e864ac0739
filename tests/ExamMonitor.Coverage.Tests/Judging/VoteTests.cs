using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class VoteTests
{
    private static DateTimeOffset At(double s) => DateTimeOffset.UnixEpoch.AddSeconds(s);

    [Fact]
    public void Vote_WithEvidenceForItsOnset_IsRaisedSinceTheFirstEvidence()
    {
        var vote = new Vote(6, 8);
        for (var s = 0; s < 6; s++)
        {
            Assert.False(vote.Raised);
            vote.Count(At(s), 1, true);
        }

        Assert.True(vote.Raised);
        Assert.Equal(At(0), vote.Since);
    }

    [Fact]
    public void Vote_WithoutOpinion_Stays()
    {
        var vote = new Vote(2, 8);
        vote.Count(At(0), 1, true);
        for (var s = 1; s < 100; s++)
            vote.Count(At(s), 1, null);
        Assert.False(vote.Raised);
        vote.Count(At(100), 1, true);
        Assert.True(vote.Raised);
        for (var s = 101; s < 200; s++)
            vote.Count(At(s), 1, null);
        Assert.True(vote.Raised);
    }

    [Fact]
    public void Vote_AcrossAGap_CountsAtMostTwoSeconds()
    {
        var vote = new Vote(6, 8);
        vote.Count(At(0), 1, true);
        vote.Count(At(3600), 3600, true);
        Assert.False(vote.Raised);
    }

    [Fact]
    public void Vote_OnceRaised_NeedsItsWholeClearingTime()
    {
        var vote = new Vote(1, 8);
        vote.Count(At(0), 1, true);
        for (var s = 1; s <= 7; s++)
            vote.Count(At(s), 1, false);
        Assert.True(vote.Raised);
        vote.Count(At(8), 1, false);
        Assert.False(vote.Raised);
        Assert.Null(vote.Since);
    }
}
