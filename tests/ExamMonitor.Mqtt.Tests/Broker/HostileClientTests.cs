using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using ExamMonitor.Broker;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>What strangers and users with few rights may try at the agent's own broker; after each, it serves.</summary>
public sealed class HostileClientTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, byte[]> Garbage =>
        new()
        {
            { "HTTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n") },
            { "TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] },
            { "zeros", new byte[4096] },
            { "a length of 256 MiB", [0x10, 0xFF, 0xFF, 0xFF, 0x7F] },
            { "a length of five bytes", [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x01] },
            { "a login larger than allowed", [0x10, 0x80, 0x80, 0x05] },
            { "PUBLISH first", RawClient.Publish(OwnBroker.Root + "/t", [1], 1, 1) },
            { "CONNECT of no protocol", RawClient.Packet(0x10, [0, 4, .. "MQXX"u8, 5, 2, 0, 0, 0, 0, 0]) },
            { "CONNECT cut in its fields", RawClient.Packet(0x10, [0, 4, .. "MQTT"u8, 5]) },
            { "CONNECT with properties longer than itself", RawClient.Packet(0x10, [0, 4, .. "MQTT"u8, 5, 2, 0, 0, 0x7F, 0, 0]) },
        };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Broker_Garbage_ClosesThatConnectionAndServesOthers(string kind, byte[] bytes)
    {
        await using var broker = await StartAsync();
        await using var raw = await RawClient.OpenAsync(broker.Port);
        await raw.SendAsync(bytes);
        Assert.True(await raw.IsClosedAsync(), kind);
        await ServesAsync(broker);
    }

    [Fact]
    public async Task Broker_HalfAPacket_IsClosedInTime()
    {
        await using var broker = await StartAsync(new() { LoginWithin = TimeSpan.FromSeconds(1) });
        await using var raw = await RawClient.OpenAsync(broker.Port);
        await raw.SendAsync([0x10, 0x20, 0x00]);
        Assert.True(await raw.IsClosedAsync());
        await Eventually.TrueAsync(() => broker.Running.Pending == 0);
    }

    [Fact]
    public async Task Broker_ThousandsOfConnectionsWithoutLogin_StayFewAndKeepNobodyOut()
    {
        await using var broker = await StartAsync();
        var held = new List<RawClient>();
        for (var n = 0; n < 2000; n++)
        {
            held.Add(await RawClient.OpenAsync(broker.Port));
            if (n % 500 == 0)
                await ServesAsync(broker);
        }

        Assert.InRange(broker.Running.Pending, 0, 64);
        await ServesAsync(broker);
        foreach (var client in held)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Broker_PacketLargerThanAllowedAfterLogin_IsNotTaken()
    {
        await using var broker = await StartAsync();
        await using var raw = await RawClient.LoginAsync(broker.Port, OwnBroker.Writer, "agent-x");
        await raw.SendAsync([0x30, 0x80, 0x80, 0x80, 0x08]);
        Assert.True(await raw.IsClosedAsync());
        await ServesAsync(broker);
    }

    [Fact]
    public async Task Broker_FloodOfWrongPasswords_IsSlowAndKeepsTheOwnerIn()
    {
        await using var broker = await StartAsync(new() { RefusalDelay = TimeSpan.FromSeconds(1) });
        await ServesAsync(broker);
        var from = Stopwatch.StartNew();
        var guesses = Enumerable
            .Range(0, 40)
            .Select(async n =>
            {
                await using var raw = await RawClient.OpenAsync(broker.Port);
                await raw.SendAsync(RawClient.Connect(OwnBroker.Writer, "agent-x", $"guess {n}"));
                var (type, body) = await raw.ReadPacketAsync();
                return type == 0x20 ? body[1] : (byte)0;
            })
            .ToArray();
        await ServesAsync(broker);
        var answers = await Task.WhenAll(guesses);
        Assert.True(from.Elapsed >= TimeSpan.FromSeconds(1), "A wrong password was answered at once.");
        Assert.All(answers, a => Assert.NotEqual(0, a));
        Assert.Contains(answers, a => a == 0x86);
        Assert.Contains(answers, a => a == 0x9F);
        Assert.InRange(broker.Log.Count, 1, 3);
        Assert.DoesNotContain(broker.Log, l => l.Contains("guess", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+/#")]
    [InlineData("exam-monitor/v1/+/events")]
    [InlineData("exam-monitor/v1/other/#")]
    [InlineData("exam-monitor/#")]
    [InlineData("$SYS/#")]
    [InlineData("$share/g/exam-monitor/v1/site/#")]
    [InlineData("exam-monitor/v1/site/#/x")]
    [InlineData("exam-monitor/v1/site/a+")]
    [InlineData("")]
    public async Task Reader_FilterBeyondItsRights_IsRefused(string filter)
    {
        await using var broker = await StartAsync();
        await using var raw = await RawClient.LoginAsync(broker.Port, OwnBroker.Reader, "wall");
        await raw.SendAsync(RawClient.Subscribe(filter, 1, 7));
        var (type, body) = await raw.ReadPacketAsync();
        Assert.True(type == 0 || (type == 0x90 && body[^1] >= 0x80), $"{filter}: {type:x} {Convert.ToHexString(body)}");
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        await writer.PublishAsync(Client.Message(OwnBroker.Root + "/events", "{}"));
        if (type == 0)
            return;
        await raw.SendAsync([0xC0, 0]);
        Assert.Equal(0xD0, (await raw.ReadPacketAsync()).Type);
    }

    [Fact]
    public async Task Writer_ForeignTopicOrReader_IsRefusedWithACode()
    {
        await using var broker = await StartAsync();
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        await using var reader = await broker.ConnectAsync(OwnBroker.Reader, "wall");
        Assert.Equal(PublishOutcome.Refused, await writer.PublishAsync(Client.Message("exam-monitor/v1/other/events", "{}")));
        Assert.Equal(PublishOutcome.Refused, await writer.PublishAsync(Client.Message("$SYS/broker", "{}")));
        Assert.Equal(PublishOutcome.Refused, await reader.PublishAsync(Client.Message(OwnBroker.Root + "/events", "{}")));
        Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(Client.Message(OwnBroker.Root + "/events", "{}")));
    }

    [Fact]
    public async Task Reader_WillToATopicItMayNotWrite_IsNotPublished()
    {
        await using var broker = await StartAsync();
        var heard = new ConcurrentQueue<MqttMessage>();
        await using var watcher = await broker.ConnectAsync(OwnBroker.Reader, "wall");
        watcher.Subscribe(OwnBroker.Root + "/#", heard.Enqueue);
        await using var line = new TcpRelay(broker.Port);
        await using (
            var mortal = new MqttConnection(
                Via(line, broker.Options(OwnBroker.Reader, "mortal")),
                TimeProvider.System,
                () => Client.Message(OwnBroker.Root + "/agents/a1/state", "\"offline\"", retain: true)
            )
        )
        {
            mortal.Start();
            await Client.ConnectedAsync(mortal);
            line.Refuse = true;
            line.Cut();
        }

        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        await Eventually.TrueAsync(() => broker.Log.Any(l => l.Contains("refused a message", StringComparison.Ordinal)));
        await writer.PublishAsync(Client.Message(OwnBroker.Root + "/after", "{}"));
        await Eventually.TrueAsync(() => !heard.IsEmpty);
        Assert.Equal(OwnBroker.Root + "/after", Assert.Single(heard).Topic);
    }

    [Fact]
    public async Task Reader_WithTheAgentsClientId_IsRefusedAndTheAgentStays()
    {
        await using var broker = await StartAsync();
        await using var agent = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        await using var thief = new MqttConnection(broker.Options(OwnBroker.Reader, "agent-a1"), TimeProvider.System);
        thief.Start();
        await Eventually.TrueAsync(() => thief.State.Reason is not null);
        Assert.Contains("refuses the client id", thief.State.Reason!.En, StringComparison.Ordinal);
        Assert.True(agent.State.Connected);
        Assert.Equal(PublishOutcome.Acknowledged, await agent.PublishAsync(Client.Message(OwnBroker.Root + "/events", "{}")));
    }

    [Fact]
    public async Task Writer_FloodOfRetainedTopics_IsBounded()
    {
        await using var broker = await StartAsync(new() { RetainedTopics = 100, RetainedBytes = 64 * 1024 });
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 500).Select(n => writer.PublishAsync(Client.Message($"{OwnBroker.Root}/{n}", "{}", retain: true)))
        );
        Assert.Equal(100, outcomes.Count(o => o == PublishOutcome.Acknowledged));
        Assert.Equal(
            PublishOutcome.Refused,
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/0", new string('x', 70_000), retain: true))
        );
        Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(Client.Message(OwnBroker.Root + "/0", "[]", retain: true)));
        Assert.Equal(
            PublishOutcome.Acknowledged,
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/1", string.Empty, retain: true))
        );
        Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(Client.Message(OwnBroker.Root + "/new", "{}", retain: true)));
    }

    [Fact]
    public async Task Writer_TopicAlias_EndsTheConnection()
    {
        await using var broker = await StartAsync();
        await using var raw = await RawClient.LoginAsync(broker.Port, OwnBroker.Writer, "agent-x");
        await raw.SendAsync(RawClient.Publish(OwnBroker.Root + "/t", [1], 1, 1, properties: [0x23, 0, 1]));
        Assert.True(await raw.IsClosedAsync());
        await ServesAsync(broker);
    }

    [Fact]
    public async Task Writer_ExactlyOnceNeverCompleted_CostsNothingThatStays()
    {
        await using var broker = await StartAsync();
        await using var raw = await RawClient.LoginAsync(broker.Port, OwnBroker.Writer, "agent-x");
        for (ushort n = 1; n <= 1000; n++)
        {
            await raw.SendAsync(RawClient.Publish(OwnBroker.Root + "/t", new byte[1000], 2, n));
            Assert.Equal(0x50, (await raw.ReadPacketAsync()).Type);
        }

        Assert.Equal(0, broker.Running.Waiting);
        await ServesAsync(broker);
    }

    [Fact]
    public async Task Reader_ThatNeverAcknowledges_IsLetGoAtItsBound()
    {
        await using var broker = await StartAsync(new() { QueuedMessages = 200 });
        await using var slow = await RawClient.LoginAsync(broker.Port, OwnBroker.Reader, "slow");
        await slow.SendAsync(RawClient.Subscribe(OwnBroker.Root + "/#", 1, 1));
        Assert.Equal(0x90, (await slow.ReadPacketAsync()).Type);
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        for (var n = 0; n < 400; n++)
            Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(Client.Message(OwnBroker.Root + "/events", "{}")));
        Assert.True(await slow.IsClosedAsync());
        await Eventually.TrueAsync(() => broker.Running.Waiting == 0);
        Assert.Contains(broker.Log, l => l.Contains("client slow go", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reader_ThatNeverReads_IsLetGoAtItsBytes()
    {
        await using var broker = await StartAsync(new() { QueuedBytes = 8 * 1024 * 1024, LoginWithin = TimeSpan.FromSeconds(1) });
        await using var slow = await RawClient.LoginAsync(broker.Port, OwnBroker.Reader, "slow");
        await slow.SendAsync(RawClient.Subscribe(OwnBroker.Root + "/#", 0, 1));
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        var big = new string('x', 500_000);
        for (var n = 0; n < 60; n++)
            Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(Client.Message(OwnBroker.Root + "/events", big)));
        await Eventually.TrueAsync(() => broker.Running.Waiting == 0);
        Assert.Contains(broker.Log, l => l.Contains("client slow go", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reader_WithAReceiveMaximum_GetsNoMoreAtOnce()
    {
        await using var broker = await StartAsync();
        await using var careful = await RawClient.LoginAsync(broker.Port, OwnBroker.Reader, "careful", 0x21, 0, 3);
        await careful.SendAsync(RawClient.Subscribe(OwnBroker.Root + "/#", 1, 1));
        Assert.Equal(0x90, (await careful.ReadPacketAsync()).Type);
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        for (var n = 0; n < 10; n++)
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/events", "{}"));
        var got = new List<byte[]>();
        for (var n = 0; n < 3; n++)
            got.Add((await careful.ReadPacketAsync()).Body);
        var fourth = careful.ReadPacketAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(fourth.IsCompleted, "A fourth message came before the first was acknowledged.");
        var topic = (got[0][0] << 8) | got[0][1];
        await careful.SendAsync([0x40, 2, got[0][2 + topic], got[0][3 + topic]]);
        Assert.Equal(0x30, (await fourth).Type);
    }

    [Fact]
    public async Task User_WithTooManySessions_IsRefusedAndOthersAreNot()
    {
        await using var broker = await StartAsync(new() { SessionsPerUser = 5 });
        var held = new List<RawClient>();
        for (var n = 0; n < 5; n++)
            held.Add(await RawClient.LoginAsync(broker.Port, OwnBroker.Reader, $"wall{n}"));
        await using var sixth = await RawClient.OpenAsync(broker.Port);
        await sixth.SendAsync(RawClient.Connect(OwnBroker.Reader, "wall6", OwnBroker.Password));
        Assert.Equal(0x97, (await sixth.ReadPacketAsync()).Body[1]);
        await ServesAsync(broker);
        foreach (var client in held)
            await client.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private static MqttOptions Via(TcpRelay line, MqttOptions o) =>
        new()
        {
            Host = o.Host,
            Port = line.Port,
            ClientId = o.ClientId,
            User = o.User,
            Password = o.Password,
        };

    /// <summary>An honest user logs in and is served.</summary>
    private static async Task ServesAsync(OwnBroker broker)
    {
        await using var agent = await broker.ConnectAsync(OwnBroker.Writer, "agent-honest");
        Assert.Equal(PublishOutcome.Acknowledged, await agent.PublishAsync(Client.Message(OwnBroker.Root + "/alive", "{}")));
    }

    private Task<OwnBroker> StartAsync(BrokerLimits? limits = null) => OwnBroker.StartAsync(_folder["broker"], limits);
}
