using ExamMonitor.Messaging;
using Xunit;

namespace ExamMonitor.Agent.Tests.Broker;

/// <summary>How long a broker may take to start on a machine that is busy.</summary>
public sealed class BrokerPatienceTests
{
    [Theory]
    [InlineData(0, 14)]
    [InlineData(1, 28)]
    [InlineData(5, 84)]
    [InlineData(1000, 84)]
    public void StartsWithin_AfterChildrenThatNeverAnswered_GivesTheNextMoreTime(int neverAnswered, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BrokerChild.StartsWithin(neverAnswered));
}
