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

    /// <summary>Pictures arrive some hundredths of a second early or late: 97 % of the seconds are enough, in both directions.</summary>
    [Fact]
    public void Vote_WithNinetySevenHundredthsOfItsSeconds_IsRaisedAndCleared()
    {
        var vote = new Vote(1, 1);
        vote.Count(At(0), 0.96, true);
        Assert.False(vote.Raised);
        vote.Forget();
        vote.Count(At(1), 0.97, true);
        Assert.True(vote.Raised);
        // A level of 1 from here on.
        vote.Count(At(2), 1, true);
        vote.Count(At(3), 0.96, false);
        Assert.True(vote.Raised);
        vote.Count(At(4), 1, true);
        vote.Count(At(5), 0.97, false);
        Assert.False(vote.Raised);
    }

    [Fact]
    public void Vote_SettledElsewhere_IsRaisedSinceThenUntilItIsCleared()
    {
        var vote = new Vote(60, 8);
        vote.Settle(At(5));
        Assert.Equal((true, At(5)), (vote.Raised, vote.Since));
        vote.Settle(At(9));
        Assert.Equal(At(5), vote.Since);
        for (var s = 10; s < 17; s++)
            vote.Count(At(s), 1, false);
        Assert.True(vote.Raised);
        vote.Count(At(17), 1, false);
        Assert.Equal((false, null), (vote.Raised, vote.Since));
    }
}
