using System.Collections.Concurrent;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Links;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>
/// A dashboard with as many rooms as asked for, sixteen stations and three cameras each, 100 rooms to an agent, 500 to a site, one broker.
/// </summary>
internal sealed class ManyRooms : IAsyncDisposable
{
    public const int StationsPerRoom = 16;
    private const int RoomsPerAgent = 100;
    private const int AgentsPerSite = 5;

    private readonly TempFolder _folder = new();
    private readonly List<(SiteId Site, AgentId Agent, List<RoomId> Rooms)> _agents = [];
    private readonly ConcurrentDictionary<(RoomId, StationId), Claim> _told = new();
    private readonly StationId[] _stations = [.. Enumerable.Range(1, StationsPerRoom).Select(i => StationId.Of($"S{i:00}"))];
    private MqttConnection _connection = null!;
    private WebApplication _app = null!;
    private long _seq;
    private bool _introduced;

    public MosquittoBroker Broker { get; private set; } = null!;

    public string Address => _app.Urls.First();

    public int Agents => _agents.Count;

    public IReadOnlyList<(SiteId Site, RoomId Room)> Rooms => [.. _agents.SelectMany(a => a.Rooms.Select(r => (a.Site, r)))];

    public static async Task<ManyRooms> StartAsync(int rooms)
    {
        var many = new ManyRooms
        {
            Broker = await MosquittoBroker.StartAsync("max_queued_messages 0\nmax_inflight_messages 1000\nlog_type subscribe\n"),
        };
        for (var i = 0; i < rooms; i++)
        {
            if (i % RoomsPerAgent == 0)
                many._agents.Add((SiteId.Of($"site-{many._agents.Count / AgentsPerSite}"), AgentId.Of($"agent-{many._agents.Count}"), []));
            many._agents[^1].Rooms.Add(RoomId.Of($"R{i:0000}"));
        }

        many._connection = new(
            new MqttOptions
            {
                Host = "127.0.0.1",
                Port = many.Broker.Port,
                ClientId = "publisher",
                User = MosquittoBroker.User,
                Password = MosquittoBroker.Password,
            },
            TimeProvider.System
        );
        many._connection.Start();
        await Eventually.TrueAsync(() => many._connection.State.Connected);
        await many.StartDashboardAsync();
        return many;
    }

    /// <summary>Everything of everything, once: fine but for the stations that were told otherwise.</summary>
    public async Task BeatAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var sent = new List<Task>();
        foreach (var (site, agent, rooms) in _agents)
        {
            var topics = new Topics(site);
            if (!_introduced)
            {
                sent.Add(
                    SendAsync(
                        topics.AgentManifest(agent),
                        new AgentManifest(AgentManifest.SchemaName, now, Next(), [.. rooms.Select(Place)], ["rules"], null, "Asia/Shanghai")
                    )
                );
                sent.Add(SendAsync(topics.AgentState(agent), DemoFloor.State(AgentConnection.Online, now, Next())));
            }

            foreach (var room in rooms)
            {
                sent.Add(SendAsync(topics.RoomStatus(room), DemoFloor.RoomWords(now, Next()) with { Room = room }));
                sent.Add(SendAsync(topics.FootageStatus(room), DemoFloor.Footage(now, Next()) with { Room = room }));
                for (var c = 0; c < 3; c++)
                    sent.Add(
                        SendAsync(topics.CameraStatus(room, DemoFloor.Cameras[c]), DemoFloor.Camera(c, now, Next()) with { Room = room })
                    );
                foreach (var station in _stations)
                    sent.Add(SendStationAsync(site, room, station, now));
                if (sent.Count < 500)
                    continue;
                await Task.WhenAll(sent);
                sent.Clear();
            }
        }

        _introduced = true;
        await Task.WhenAll(sent);
    }

    /// <summary>Tells one station from now on.</summary>
    public Task SendStationAsync(SiteId site, RoomId room, int station, Claim covered)
    {
        _told[(room, _stations[station])] = covered;
        return SendStationAsync(site, room, _stations[station], TimeProvider.System.GetUtcNow());
    }

    public FloorReading Reading => _app.Services.GetRequiredService<FloorStore>().Reading;

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _connection.DisposeAsync();
        await Broker.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartDashboardAsync()
    {
        string[] links = [.. _agents.Select(a => _folder[$"{a.Agent}.json"])];
        foreach (var (site, agent, _) in _agents)
        {
            var link = new DashboardLink(
                site,
                agent,
                "http://127.0.0.1:1",
                FakeAgent.Token,
                $"mqtt://127.0.0.1:{Broker.Port}",
                MosquittoBroker.User,
                MosquittoBroker.Password,
                null
            );
            await File.WriteAllBytesAsync(_folder[$"{agent}.json"], JsonSerializer.SerializeToUtf8Bytes(link, ContractJson.Options));
        }

        _app = await DashboardApplication.CreateAsync(
            [.. links.SelectMany(l => (string[])["--link", l]), "--data", _folder["data"], "--urls", "http://127.0.0.1:0"],
            QuickPasswords.Use,
            CancellationToken.None
        );
        await _app.StartAsync();
        await Service<IAccountStore>()
            .AddAsync(
                new(
                    0,
                    "kim",
                    Service<Passwords>().Hash(BareDashboard.Password),
                    Role.Administrator,
                    Scopes.All,
                    Passwords.NewStamp(),
                    false,
                    false,
                    0,
                    DateTimeOffset.UnixEpoch,
                    DateTimeOffset.UnixEpoch
                ),
                CancellationToken.None
            );
        await Eventually.TrueAsync(() => Service<FloorStore>().Links.Count(l => l.Condition == LinkCondition.Connected) == _agents.Count);
    }

    private Task SendStationAsync(SiteId site, RoomId room, StationId station, DateTimeOffset now)
    {
        var fine = DemoFloor.Fine(now);
        var covered = _told.GetValueOrDefault((room, station));
        return SendAsync(
            new Topics(site).StationStatus(room, station),
            new StationStatus(
                StationStatus.SchemaName,
                now,
                Next(),
                room,
                station,
                covered ?? fine,
                fine,
                fine,
                DemoFloor.Cameras[0],
                182.4,
                0.97,
                [new(DemoFloor.Cameras[0], covered is null, true, 182.4, 0.97, null)]
            )
        );
    }

    private async Task SendAsync(string topic, Payload payload) =>
        await _connection.PublishAsync(
            new(topic, JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), ContractJson.Options), Retain: true)
        );

    private ManifestRoom Place(RoomId room)
    {
        var demo = DemoFloor.Manifest(DateTimeOffset.UnixEpoch, 1).Rooms[0];
        return demo with
        {
            Id = room,
            Name = $"Hall {room}",
            Stations =
            [
                .. _stations.Select(
                    (s, i) => demo.Stations[i % 10] with { Id = s, Label = $"{i + 1}", Center = new(1 + (i % 8), 1 + (i / 8 * 3)) }
                ),
            ],
            Cameras = [.. demo.Cameras.Select(c => c with { Stations = [] })],
        };
    }

    private long Next() => Interlocked.Increment(ref _seq);
}
