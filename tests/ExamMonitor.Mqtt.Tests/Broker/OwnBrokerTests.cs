using System.Collections.Concurrent;
using System.Text;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>What agents and dashboards rely on, at the agent's own broker.</summary>
public sealed class OwnBrokerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Publisher_EventsOverAFlappingLine_ArriveInOrderOnce()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await using var line = new TcpRelay(broker.Port);
        var heard = new ConcurrentQueue<long>();
        await using var reader = await broker.ConnectAsync(OwnBroker.Reader, "wall");
        var known = 0L;
        reader.Subscribe(
            OwnBroker.Root + "/events",
            m =>
            {
                using var json = System.Text.Json.JsonDocument.Parse(m.Payload);
                var seq = json.RootElement.GetProperty("seq").GetInt64();
                if (seq <= known)
                    return;
                known = seq;
                heard.Enqueue(
                    int.Parse(json.RootElement.GetProperty("id").GetString()![1..], System.Globalization.CultureInfo.InvariantCulture)
                );
            }
        );
        var options = broker.Options(OwnBroker.Writer, "agent-a1");
        await using var publisher = await Publisher.OpenAsync(
            new()
            {
                Broker = new()
                {
                    Host = options.Host,
                    Port = line.Port,
                    ClientId = options.ClientId,
                    User = options.User,
                    Password = options.Password,
                    ReconnectMin = options.ReconnectMin,
                    ReconnectMax = options.ReconnectMax,
                },
                Outbox = new() { Folder = _folder["outbox"] },
            },
            TimeProvider.System
        );
        publisher.Start();
        for (var n = 0; n < 3000; n++)
            _ = publisher.PublishEventAsync(OwnBroker.Root + "/events", Samples.Event(n));
        while (heard.Count < 3000 && line.Cuts < 200)
        {
            var before = heard.Count;
            await Eventually.TrueAsync(() => heard.Count >= Math.Min(before + 300, 3000));
            line.Cut();
        }

        Assert.Equal(Enumerable.Range(0, 3000).Select(n => (long)n), heard);
        Assert.True(line.Cuts >= 8, $"The line was cut {line.Cuts} times only.");
    }

    [Fact]
    public async Task Agents_TwoWithOneId_IsCertainAfterTheSecond()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await using var first = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        await using var second = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        var changes = 0;
        first.StateChanged += _ => Interlocked.Increment(ref changes);
        second.StateChanged += _ => Interlocked.Increment(ref changes);
        var now = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(() => first.State.Evictions.IsProblem(now) || second.State.Evictions.IsProblem(now));
        var evicted = first.State.Evictions.IsProblem(now) ? first.State.Evictions : second.State.Evictions;
        Assert.True(evicted.Certain);
        Assert.Contains("Two agents with one id", evicted.Text("mqtt://127.0.0.1:1", "agent-a1").En, StringComparison.Ordinal);
        Assert.Contains("同一标识", evicted.Text("mqtt://127.0.0.1:1", "agent-a1").Zh, StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.InRange(changes, 3, 12);
    }

    [Fact]
    public async Task Retained_PublishedWhileSomebodySubscribes_ReachesEverySubscriber()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await using var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1");
        for (var round = 0; round < 150; round++)
        {
            var topic = $"{OwnBroker.Root}/{round}";
            var heard = new ConcurrentQueue<string>();
            await using var reader = new MqttConnection(broker.Options(OwnBroker.Reader, "wall"), TimeProvider.System);
            reader.Subscribe(OwnBroker.Root + "/#", m => heard.Enqueue(m.Topic));
            var publishing = Task.CompletedTask;
            reader.StateChanged += s => publishing = writer.PublishAsync(Client.Message(topic, "{}", retain: true));
            reader.Start();
            await Eventually.TrueAsync(() => heard.Contains(topic), TimeSpan.FromSeconds(10));
            await publishing;
        }
    }

    [Fact]
    public async Task Retained_BrokerStoppedAndStarted_IsThereAgainWithItsProperties()
    {
        await using var broker = await OwnBroker.StartAsync(_folder["broker"]);
        await using (var writer = await broker.ConnectAsync(OwnBroker.Writer, "agent-a1"))
        {
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/考场", "{\"n\":1}", retain: true));
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/gone", "{}", retain: true));
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/gone", string.Empty, retain: true));
            await writer.PublishAsync(Client.Message(OwnBroker.Root + "/live", "{}"));
        }

        await broker.Running.DisposeAsync();
        await broker.StartAgainAsync();
        var heard = new ConcurrentQueue<MqttMessage>();
        await using var reader = await broker.ConnectAsync(OwnBroker.Reader, "wall");
        reader.Subscribe(OwnBroker.Root + "/#", heard.Enqueue);
        await Eventually.TrueAsync(() => !heard.IsEmpty);
        var message = Assert.Single(heard);
        Assert.Equal(
            (OwnBroker.Root + "/考场", "{\"n\":1}", true),
            (message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Retain)
        );
    }

    public void Dispose() => _folder.Dispose();
}
