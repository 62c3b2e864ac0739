using ExamMonitor.Dashboard.Links;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Dashboard.Tests.State;

public sealed class InboxTests
{
    /// <summary>Twenty thousand messages of the largest size would be 80 GB.</summary>
    [Fact]
    public async Task TryWrite_FloodOfLargePayloads_HoldsNoMoreThanItsBytesAndTakesAgainWhatWasRead()
    {
        var inbox = new Inbox();
        var large = new MqttMessage("t", new byte[InboxReader.MaxPayloadBytes], Retain: false);
        Assert.Equal(Inbox.MostBytes / InboxReader.MaxPayloadBytes, Enumerable.Range(0, 100).Count(_ => inbox.TryWrite(large)));
        Assert.True(inbox.TryWrite(new("t", Array.Empty<byte>(), Retain: false)));
        var read = 0;
        await foreach (var message in inbox.ReadAllAsync(CancellationToken.None))
        {
            Assert.Equal(read < 16 ? large.Payload.Length : 0, message.Payload.Length);
            if (++read == 17)
                break;
        }

        Assert.True(inbox.TryWrite(large));
    }

    [Fact]
    public void TryWrite_FloodOfSmallOnes_EndsAtTheirNumberAndKeepsNoBytesOfTheRefused()
    {
        var inbox = new Inbox();
        var small = new MqttMessage("t", new byte[100], Retain: false);
        Assert.Equal(Inbox.MostMessages, Enumerable.Range(0, 1_000_000).Count(_ => inbox.TryWrite(small)));
        Assert.Equal(1_000_000 - Inbox.MostMessages, inbox.Lost);
    }
}
