using System.Collections.Concurrent;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Mqtt.Reading;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

public sealed class PublisherTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Publisher_BrokerKilledAndRestarted_DeliversEveryEventInOrderOnce()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var line = new TcpRelay(broker.Port);
        await using var publisher = await OpenAsync(line.Port);
        await using var reader = new Listener(broker);
        await reader.ConnectedAsync();
        for (var n = 0; n < 20; n++)
            await publisher.PublishEventAsync(Samples.Topics.Events, Samples.Event(n));
        await Eventually.TrueAsync(() => reader.Events.Count == 20);
        await broker.KillAsync();
        line.Refuse = true;
        for (var n = 20; n < 120; n++)
            Assert.True(await publisher.PublishEventAsync(Samples.Topics.Events, Samples.Event(n)));
        await Eventually.TrueAsync(() => !reader.Connected);
        await broker.StartAgainAsync();
        await reader.ConnectedAsync();
        line.Refuse = false;
        for (var n = 120; n < 140; n++)
            await publisher.PublishEventAsync(Samples.Topics.Events, Samples.Event(n));
        await Eventually.TrueAsync(() => reader.Events.Count >= 140 && publisher.Status.WaitingEvents == 0);
        Assert.Equal(Enumerable.Range(0, 140).Select(n => $"p{n}"), reader.Events);
    }

    [Fact]
    public async Task Publisher_TenThousandEventsOverAFlappingLine_ArriveInOrderOnce()
    {
        await using var broker = await MosquittoBroker.StartAsync("max_queued_messages 0\nmax_inflight_messages 0");
        await using var line = new TcpRelay(broker.Port);
        await using var reader = new Listener(broker);
        await reader.ConnectedAsync();
        await using var publisher = await OpenAsync(line.Port);
        var writing = Task.Run(async () =>
        {
            for (var n = 0; n < 10_000; n++)
            {
                var durable = publisher.PublishEventAsync(Samples.Topics.Events, Samples.Event(n));
                if (n % 50 == 0)
                    await durable;
            }
        });
        while (reader.Events.Count < 10_000 && line.Cuts < 400)
        {
            var before = reader.Events.Count;
            await Eventually.TrueAsync(() => reader.Events.Count >= Math.Min(before + 300, 10_000));
            line.Cut();
        }

        await writing;
        await Eventually.TrueAsync(() => reader.Events.Count >= 10_000);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(n => $"p{n}"), reader.Events);
        Assert.True(line.Cuts >= 20, $"The line was cut {line.Cuts} times only.");
        Assert.Equal(0, publisher.Status.DroppedEvents);
    }

    [Fact]
    public async Task Publisher_StoppedWithoutBroker_SendsItsEventsAfterTheRestart()
    {
        var port = Loopback.FreePort();
        await using (var publisher = await OpenAsync(port))
        {
            for (var n = 0; n < 10; n++)
                await publisher.PublishEventAsync(Samples.Topics.Events, Samples.Event(n));
        }

        await using var broker = await MosquittoBroker.StartAsync();
        await using var reader = new Listener(broker);
        await reader.ConnectedAsync();
        await using var again = await OpenAsync(broker.Port);
        await again.PublishEventAsync(Samples.Topics.Events, Samples.Event(10));
        await Eventually.TrueAsync(() => reader.Events.Count == 11);
        Assert.Equal(Enumerable.Range(0, 11).Select(n => $"p{n}"), reader.Events);
    }

    [Fact]
    public async Task Publisher_StateSetOften_BrokerEndsWithTheNewest()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var publisher = await OpenAsync(broker.Port);
        var topic = Samples.Topics.RoomStatus(Samples.Room);
        for (var n = 0; n <= 500; n++)
            publisher.SetState(topic, Samples.RoomState(n));
        await DrainAsync(publisher);
        await using var late = new Listener(broker);
        await Eventually.TrueAsync(() => late.Latest<RoomStatus>()?.OpenProblems == 500);
    }

    [Fact]
    public async Task Publisher_BrokerForgotEverything_RepublishesAllState()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var publisher = await OpenAsync(broker.Port, presence: true);
        publisher.SetState(Samples.Topics.RoomStatus(Samples.Room), Samples.RoomState(1));
        await DrainAsync(publisher);
        await broker.KillAsync();
        await Eventually.TrueAsync(() => !publisher.Status.Connection.Connected);
        await broker.StartAgainAsync();
        await using var late = new Listener(broker);
        await Eventually.TrueAsync(() =>
            late.Latest<RoomStatus>() is not null && late.Latest<AgentState>() is { State: AgentConnection.Online }
        );
    }

    [Fact]
    public async Task Publisher_PresenceAfterTheStart_IsRefused()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var publisher = await OpenAsync(broker.Port);
        Assert.Throws<InvalidOperationException>(() =>
            publisher.SetPresence(
                Samples.Topics.AgentState(Samples.Agent),
                Samples.Presence(AgentConnection.Online),
                Samples.Presence(AgentConnection.Offline)
            )
        );
    }

    [Fact]
    public async Task Publisher_LineCut_ReadersSeeOfflineThenOnline()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var line = new TcpRelay(broker.Port);
        await using var reader = new Listener(broker);
        await reader.ConnectedAsync();
        await using var publisher = await OpenAsync(line.Port, presence: true);
        for (var round = 1; round <= 3; round++)
        {
            await Eventually.TrueAsync(() => reader.Latest<AgentState>() is { State: AgentConnection.Online });
            line.Refuse = true;
            line.Cut();
            await Eventually.TrueAsync(() => reader.Latest<AgentState>() is { State: AgentConnection.Offline });
            line.Refuse = false;
        }

        await Eventually.TrueAsync(() => reader.Latest<AgentState>() is { State: AgentConnection.Online });
        Assert.Empty(reader.Others.OfType<Malformed>());
    }

    [Fact]
    public async Task Publisher_Disposed_SaysOfflineAndASecondStartIsNewer()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var reader = new Listener(broker);
        for (var round = 0; round < 3; round++)
        {
            await using (var publisher = await OpenAsync(broker.Port, presence: true))
            {
                await Eventually.TrueAsync(() => reader.Latest<AgentState>() is { State: AgentConnection.Online });
            }

            await Eventually.TrueAsync(() => reader.Latest<AgentState>() is { State: AgentConnection.Offline });
        }
    }

    [Fact]
    public async Task Publisher_StateCleared_RemovesItFromTheBroker()
    {
        await using var broker = await MosquittoBroker.StartAsync();
        await using var publisher = await OpenAsync(broker.Port);
        var topic = Samples.Topics.RoomStatus(Samples.Room);
        publisher.SetState(topic, Samples.RoomState(1));
        await DrainAsync(publisher);
        await using var reader = new Listener(broker);
        await Eventually.TrueAsync(() => reader.Latest<RoomStatus>() is not null);
        publisher.ClearState(topic);
        await Eventually.TrueAsync(() => reader.Others.OfType<Cleared>().Any(c => c.Topic == topic));
    }

    [Fact]
    public async Task Publisher_UserMayNotWrite_KeepsTheEventAndCountsTheRefusal()
    {
        using var acl = new TempFolder();
        await File.WriteAllTextAsync(acl["acl"], $"user {MosquittoBroker.User}\ntopic read #\n");
        await using var broker = await MosquittoBroker.StartAsync($"acl_file {acl["acl"]}");
        await using var publisher = await OpenAsync(broker.Port);
        await publisher.PublishEventAsync(Samples.Topics.Events, Samples.Event(1));
        await Eventually.TrueAsync(() => publisher.Status.RefusedMessages > 0);
        Assert.Equal(1, publisher.Status.WaitingEvents);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task DrainAsync(Publisher publisher)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => publisher.Status.Connection.Connected);
        await publisher.DrainAsync(limit.Token);
    }

    private async Task<Publisher> OpenAsync(int port, bool presence = false)
    {
        var publisher = await Publisher.OpenAsync(
            new()
            {
                Broker = Client.Options(port, "agent-a1"),
                Outbox = new() { Folder = _folder["outbox"] },
            },
            TimeProvider.System
        );
        if (presence)
            publisher.SetPresence(
                Samples.Topics.AgentState(Samples.Agent),
                Samples.Presence(AgentConnection.Online),
                Samples.Presence(AgentConnection.Offline)
            );
        publisher.Start();
        return publisher;
    }

    private sealed class Listener : IAsyncDisposable
    {
        private readonly MqttConnection _connection;
        private readonly PayloadReader _payloads = new();
        private readonly ConcurrentDictionary<Type, Payload> _latest = new();

        public Listener(MosquittoBroker broker)
        {
            _connection = Client.Of(broker, $"reader-{Guid.NewGuid():N}", start: false);
            _connection.Subscribe(
                Samples.Topics.All,
                message =>
                {
                    switch (_payloads.Read(message))
                    {
                        case Accepted { Payload: ProblemEvent e }:
                            Events.Enqueue(e.Id);
                            break;
                        case Accepted a:
                            _latest[a.Payload.GetType()] = a.Payload;
                            break;
                        case var other:
                            Others.Enqueue(other);
                            break;
                    }
                }
            );
            _connection.Start();
        }

        public ConcurrentQueue<string> Events { get; } = new();

        public ConcurrentQueue<ReadOutcome> Others { get; } = new();

        public bool Connected => _connection.State.Connected;

        public T? Latest<T>()
            where T : Payload => _latest.TryGetValue(typeof(T), out var payload) ? (T)payload : null;

        public Task ConnectedAsync() => Client.ConnectedAsync(_connection);

        public ValueTask DisposeAsync() => _connection.DisposeAsync();
    }
}
