using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>Speaks to the broker as an agent does.</summary>
internal sealed class FloorPublisher(MosquittoBroker broker, TimeProvider time) : IAsyncDisposable
{
    private static readonly Topics Topics = new(DemoFloor.Site);

    private readonly MqttConnection _connection = new(
        new MqttOptions
        {
            Host = "127.0.0.1",
            Port = broker.Port,
            ClientId = "publisher",
            User = MosquittoBroker.User,
            Password = MosquittoBroker.Password,
        },
        time
    );

    private long _seq;

    public DateTimeOffset Now => time.GetUtcNow();

    public bool Connected => _connection.State.Connected;

    public long NextSeq() => Interlocked.Increment(ref _seq);

    public async Task StartAsync()
    {
        _connection.Start();
        await Eventually.TrueAsync(() => _connection.State.Connected);
    }

    public async Task SendAsync(string topic, Payload payload, bool retain = true)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), ContractJson.Options);
        var outcome = await _connection.PublishAsync(new(topic, bytes, retain));
        if (outcome != PublishOutcome.Acknowledged)
            throw new InvalidOperationException($"{topic}: {outcome}");
    }

    public Task SendRawAsync(string topic, byte[] bytes) => _connection.PublishAsync(new(topic, bytes, Retain: false));

    /// <summary>Everything fine.</summary>
    public async Task SendFloorAsync()
    {
        await SendAsync(Topics.AgentManifest(DemoFloor.Agent), DemoFloor.Manifest(Now, NextSeq()));
        await SendStateAsync(AgentConnection.Online);
        await BeatAsync();
    }

    public Task SendStateAsync(AgentConnection state) =>
        SendAsync(Topics.AgentState(DemoFloor.Agent), DemoFloor.State(state, Now, NextSeq()));

    public Task SendKeyAsync(string publicKey) =>
        SendAsync(
            Topics.AgentState(DemoFloor.Agent),
            DemoFloor.State(AgentConnection.Online, Now, NextSeq()) with
            {
                PublicKey = publicKey,
            }
        );

    /// <summary>On both topics, as an agent does.</summary>
    public async Task SendHeadAsync(FakeLedger ledger)
    {
        var head = ledger.Head(Now, NextSeq());
        await SendAsync(Topics.Checkpoints, head);
        await SendAsync(Topics.AgentCheckpoint(DemoFloor.Agent), head);
    }

    public async Task BeatAsync()
    {
        await SendAsync(Topics.RoomStatus(DemoFloor.Room), DemoFloor.RoomWords(Now, NextSeq()));
        await SendAsync(Topics.FootageStatus(DemoFloor.Room), DemoFloor.Footage(Now, NextSeq()));
        for (var i = 0; i < DemoFloor.Cameras.Length; i++)
            await SendAsync(Topics.CameraStatus(DemoFloor.Room, DemoFloor.Cameras[i]), DemoFloor.Camera(i, Now, NextSeq()));
        for (var i = 0; i < DemoFloor.Stations.Length; i++)
            await SendStationAsync(i);
    }

    public Task SendStationAsync(int index, Claim? covered = null, Claim? lit = null, Claim? recorded = null) =>
        SendAsync(
            Topics.StationStatus(DemoFloor.Room, DemoFloor.Stations[index]),
            DemoFloor.Station(index, Now, NextSeq(), covered, lit, recorded)
        );

    public Task SendProblemAsync(string id, ProblemChange change) =>
        SendAsync(Topics.Events, DemoFloor.Problem(id, change, Now, NextSeq()), retain: false);

    public Task SendProblemAsync(string id, string evidence) =>
        SendAsync(Topics.Events, DemoFloor.Problem(id, ProblemChange.Opened, Now, NextSeq()) with { Evidence = evidence }, retain: false);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
