using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

[Collection(nameof(Alone))]
public sealed class AnnouncedLengthTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Broker_HundredStrangersAnnouncing256MiB_TakesNoMemoryForThem()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var n = 0; n < 100; n++)
        {
            await using var raw = await RawClient.OpenAsync(broker.Port);
            await raw.SendAsync([0x10, 0xFF, 0xFF, 0xFF, 0x7F]);
            Assert.True(await raw.IsClosedAsync());
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 32L * 1024 * 1024);
    }

    public void Dispose() => _folder.Dispose();
}
