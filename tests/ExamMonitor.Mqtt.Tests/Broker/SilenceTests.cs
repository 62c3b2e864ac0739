using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>Clients that fall silent, and sessions that are kept, by the time that the broker measures.</summary>
public sealed class SilenceTests : IDisposable
{
    private const string Will = OwnBroker.Root + "/agents/a/state";

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Client_SilentForOneAndAHalfKeepAlives_IsLetGoAndItsWillIsPublished()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["retained"], time: _time);
        await using var reader = await broker.ConnectAsync(OwnBroker.Reader, "wall");
        var told = 0;
        reader.Subscribe(Will, _ => Interlocked.Increment(ref told));
        await using var silent = await LoginAsync(broker, keepAlive: 10);

        // One second a step, as the broker looks; whoever says something meanwhile is not silent.
        await StepAsync(TimeSpan.FromSeconds(14));
        await silent.SendAsync([0xC0, 0x00]);
        Assert.Equal(0xD0, (await silent.ReadPacketAsync()).Type);
        await StepAsync(TimeSpan.FromSeconds(14));
        Assert.Equal(0, Volatile.Read(ref told));
        await StepAsync(TimeSpan.FromSeconds(4));
        Assert.True(await silent.IsClosedAsync());
        await Eventually.TrueAsync(() => Volatile.Read(ref told) == 1);
    }

    [Fact]
    public async Task Client_WithoutKeepAliveOrAtASetClock_IsNotLetGo()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["retained"], time: _time);
        await using var one = await LoginAsync(broker, keepAlive: 0);
        await StepAsync(TimeSpan.FromSeconds(120));
        _time.StepWallClock(TimeSpan.FromDays(1826));
        await StepAsync(TimeSpan.FromSeconds(12));
        await one.SendAsync([0xC0, 0x00]);
        Assert.Equal(0xD0, (await one.ReadPacketAsync()).Type);
    }

    /// <summary>A session of 60 s: kept at 50 s, gone at 70 s.</summary>
    [Theory]
    [InlineData(50, 1)]
    [InlineData(70, 0)]
    public async Task Session_IsKeptForAsLongAsItsClientAsked(int seconds, int present)
    {
        await using var broker = await OwnBroker.StartAsync(_folder["retained"], time: _time);
        Assert.Equal(0, await SessionPresentAsync(broker));
        await Eventually.TrueAsync(() => broker.Running.IsAway("kept"));
        await StepAsync(TimeSpan.FromSeconds(seconds));
        Assert.Equal(present, await SessionPresentAsync(broker));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<int> SessionPresentAsync(OwnBroker broker)
    {
        await using var client = await RawClient.OpenAsync(broker.Port);
        await client.SendAsync(RawClient.ConnectKeeping(OwnBroker.Reader, "kept", seconds: 60));
        var (type, body) = await client.ReadPacketAsync();
        Assert.Equal((0x20, 0), (type, body[1]));
        return body[0] & 1;
    }

    private static async Task<RawClient> LoginAsync(OwnBroker broker, ushort keepAlive)
    {
        var client = await RawClient.OpenAsync(broker.Port);
        await client.SendAsync(RawClient.ConnectWithWill(OwnBroker.Writer, "agent-1", keepAlive, Will));
        Assert.Equal(0x20, (await client.ReadPacketAsync()).Type);
        return client;
    }

    private async Task StepAsync(TimeSpan by)
    {
        for (var gone = TimeSpan.Zero; gone < by; gone += TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            // A periodic timer that is due twice before anybody waits for it again ticks once.
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }
}
