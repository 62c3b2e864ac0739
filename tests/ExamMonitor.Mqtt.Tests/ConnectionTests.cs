using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Connection_RetainedMessage_ReachesALaterSubscriber()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var writer = Client.Of(broker, "writer");
        await Client.ConnectedAsync(writer);
        Assert.Equal(PublishOutcome.Acknowledged, await writer.PublishAsync(Client.Message("a/b", "{\"n\":1}", retain: true)));
        await using var reader = Client.Of(broker, "reader", start: false);
        var received = new ConcurrentQueue<MqttMessage>();
        reader.Subscribe("a/#", received.Enqueue);
        reader.Start();
        await Eventually.TrueAsync(() => !received.IsEmpty);
        Assert.True(received.TryDequeue(out var message));
        Assert.Equal(("a/b", "{\"n\":1}", true), (message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Retain));
    }

    [Fact]
    public async Task Connection_BrokerRestarted_ConnectsAndSubscribesAgain()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var connection = Client.Of(broker, "both");
        var received = new ConcurrentQueue<MqttMessage>();
        connection.Subscribe("t", received.Enqueue);
        await Client.ConnectedAsync(connection);
        await broker.KillAsync();
        await Eventually.TrueAsync(() => !connection.State.Connected);
        Assert.NotNull(connection.State.Reason);
        await broker.StartAgainAsync();
        await Client.ConnectedAsync(connection);
        await connection.PublishAsync(Client.Message("t", "{}"));
        await Eventually.TrueAsync(() => received.Count == 1);
    }

    [Fact]
    public async Task Connection_WrongPassword_SaysSoWithoutThePassword()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var connection = new MqttConnection(
            new()
            {
                Host = "127.0.0.1",
                Port = broker.Port,
                ClientId = "x",
                User = MosquittoBroker.User,
                Password = "not the password",
            },
            TimeProvider.System
        );
        connection.Start();
        await Eventually.TrueAsync(() => connection.State.Reason is not null);
        Assert.Contains("refuses the user exam", connection.State.Reason!.En, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", connection.State.Reason.En, StringComparison.Ordinal);
        Assert.Contains("密码", connection.State.Reason.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_NothingListens_SaysSoAndNeverBlocksTheCaller()
    {
        await using var connection = new MqttConnection(
            new()
            {
                Host = "127.0.0.1",
                Port = Loopback.FreePort(),
                ClientId = "x",
            },
            TimeProvider.System
        );
        connection.Start();
        var outcome = connection.PublishAsync(Client.Message("t", "{}"));
        Assert.True(outcome.IsCompletedSuccessfully);
        Assert.Equal(PublishOutcome.Unacknowledged, await outcome);
        await Eventually.TrueAsync(() => connection.State.Reason is not null);
        Assert.Contains("Nothing listens at mqtt://127.0.0.1:", connection.State.Reason!.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_PeerThatNeverAnswers_IsGivenUpAfterTheLimit()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        var options = new MqttOptions
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)mute.LocalEndpoint).Port,
            ClientId = "x",
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        await using var connection = new MqttConnection(options, TimeProvider.System);
        connection.Start();
        await Eventually.TrueAsync(() => connection.State.Reason is not null);
        Assert.Contains("did not answer within 1 s", connection.State.Reason!.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_LostWithoutGoodbye_BrokerPublishesTheLastWill()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var relay = new TcpRelay(broker.Port);
        await using var reader = Client.Of(broker, "reader", start: false);
        var received = new ConcurrentQueue<MqttMessage>();
        reader.Subscribe("will", received.Enqueue);
        reader.Start();
        await Client.ConnectedAsync(reader);
        await using var mortal = new MqttConnection(
            Client.Options(relay.Port, "mortal"),
            TimeProvider.System,
            () => Client.Message("will", "\"gone\"", retain: true)
        );
        mortal.Start();
        await Client.ConnectedAsync(mortal);
        relay.Cut();
        await Eventually.TrueAsync(() => !received.IsEmpty);
    }

    [Fact]
    public async Task Connection_Disposed_LeavesWithoutItsLastWill()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var reader = Client.Of(broker, "reader", start: false);
        var received = new ConcurrentQueue<MqttMessage>();
        reader.Subscribe("#", received.Enqueue);
        reader.Start();
        await Client.ConnectedAsync(reader);
        var polite = new MqttConnection(
            Client.Options(broker.Port, "polite"),
            TimeProvider.System,
            () => Client.Message("will", "\"gone\"")
        );
        polite.Start();
        await Client.ConnectedAsync(polite);
        await polite.DisposeAsync();
        await Client.ConnectedAsync(reader);
        await reader.PublishAsync(Client.Message("after", "{}"));
        await Eventually.TrueAsync(() => !received.IsEmpty);
        Assert.Equal("after", Assert.Single(received).Topic);
    }

    [Fact]
    public async Task Publish_LargerThanAllowed_IsUnsendable()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var connection = Client.Of(broker, "x");
        await Client.ConnectedAsync(connection);
        var outcome = await connection.PublishAsync(new("t", new byte[(1024 * 1024) + 1], Retain: false));
        Assert.Equal(PublishOutcome.Unsendable, outcome);
        Assert.Equal(PublishOutcome.Unsendable, await connection.PublishAsync(Client.Message("a/+", "{}")));
    }

    [Fact]
    public async Task Connection_HandlerThrows_ConnectionIsMadeAgain()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var connection = Client.Of(broker, "x");
        var calls = 0;
        connection.Subscribe(
            "t",
            _ =>
            {
                if (Interlocked.Increment(ref calls) == 1)
                    throw new InvalidOperationException("first time");
            }
        );
        await Client.ConnectedAsync(connection);
        await connection.PublishAsync(Client.Message("t", "{}"));
        await Eventually.TrueAsync(() => calls == 1);
        await Client.ConnectedAsync(connection);
        await Eventually.TrueAsync(async () =>
        {
            await connection.PublishAsync(Client.Message("t", "{}"));
            return calls > 1;
        });
    }
}
