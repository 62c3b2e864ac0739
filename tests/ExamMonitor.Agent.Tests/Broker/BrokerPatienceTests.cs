using ExamMonitor.Messaging;
using Xunit;

namespace ExamMonitor.Agent.Tests.Broker;

/// <summary>How long a broker may take to start on a machine that is busy.</summary>
public sealed class BrokerPatienceTests
{
    [Theory]
    [InlineData(0, 21)]
    [InlineData(1, 42)]
    [InlineData(5, 126)]
    [InlineData(1000, 126)]
    public void StartsWithin_AfterChildrenThatNeverAnswered_GivesTheNextMoreTime(int neverAnswered, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BrokerChild.StartsWithin(neverAnswered));
}
