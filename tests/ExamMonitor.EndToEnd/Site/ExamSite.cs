using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;

namespace ExamMonitor.EndToEnd.Site;

/// <summary>
/// A whole site on loopback: simulated cameras, the agent with its broker as a process, a listener at the broker, optionally the dashboard.
/// </summary>
internal sealed class ExamSite : IAsyncDisposable
{
    public const string CameraPassword = "pass-9c1f4e77d2";
    private static readonly string[] CameraIds = ["C1", "C2", "C3"];
    private readonly TempFolder _folder = new();
    private SiteProgram? _agent;
    private SiteProgram? _dashboard;

    private ExamSite(CameraSimulatorServer? cameras) => Cameras = cameras;

    public CameraSimulatorServer? Cameras { get; }

    public string Folder => _folder.Path;

    public string AgentLog => _folder["agent.log"];

    public string Volume => _folder["footage"];

    public SiteProgram Agent => _agent!;

    public DashboardLink Link { get; private set; } = null!;

    public BrokerListener Broker { get; private set; } = null!;

    public HttpClient Api { get; } = new();

    public Topics Topics => new(Link.Site);

    public RoomId Room => RoomId.Of("R7");

    public string DashboardAddress { get; private set; } = string.Empty;

    public StationMap Map { get; } =
        JsonSerializer.Deserialize<StationMap>(
            File.ReadAllText(Repository.PathOf("samples", "rooms", "room7", "room.json")),
            ContractJson.Options
        )!;

    /// <summary>Starts cameras that show number plates on every worktop, and an agent that knows no room and no camera yet.</summary>
    public static async Task<ExamSite> StartEmptyAsync()
    {
        var site = new ExamSite(await StartCamerasAsync("plates"));
        try
        {
            site.WriteConfiguration([]);
            await site.StartAgentAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts cameras and agent; with addresses, those cameras instead of simulated ones.</summary>
    public static async Task<ExamSite> StartAsync(IReadOnlyDictionary<string, (Uri Address, string Transport)>? foreign = null)
    {
        var cameras = foreign is null ? await StartCamerasAsync("normal") : null;
        var site = new ExamSite(cameras);
        try
        {
            site.WriteConfiguration(
                (foreign ?? CameraIds.ToDictionary(id => id, id => (cameras!.RtspAddress(id), "tcp"))).ToDictionary(
                    c => c.Key,
                    c => c.Value
                )
            );
            await site.StartAgentAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts an agent that holds footage of the room already. Its cameras rest, since no session is near: nothing is measured, nothing
    /// fails.
    /// </summary>
    /// <param name="seed">Records the footage.</param>
    /// <param name="cameras">Cameras of the room; those that the sample room does not have see what the last of them sees.</param>
    public static async Task<ExamSite> StartSeededAsync(Func<ExamSite, Task> seed, IReadOnlyList<string> cameras)
    {
        var site = new ExamSite(null);
        try
        {
            site.WriteConfiguration(
                cameras.ToDictionary(c => c, _ => (new Uri("rtsp://127.0.0.1:9/none"), "tcp")),
                site.WriteMap(cameras),
                "    record: sessions\n"
            );
            await seed(site);
            await site.StartAgentAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async Task StartAgentAsync()
    {
        var link = _folder[Path.Combine("state", "dashboard-link.json")];
        if (File.Exists(link))
            File.Delete(link);
        _agent = SiteProgram.Start(
            SiteProgram.PathOf("ExamMonitor.Agent", "exam-monitor-agent"),
            AgentLog,
            "run",
            "--config",
            _folder["agent.yaml"]
        );
        await Eventually.TrueAsync(() => _agent.HasEnded || File.Exists(link), TimeSpan.FromSeconds(60));
        if (_agent.HasEnded)
            throw new InvalidOperationException("The agent ended:\n" + await File.ReadAllTextAsync(AgentLog));
        Link = JsonSerializer.Deserialize<DashboardLink>(await File.ReadAllTextAsync(link), ContractJson.Options)!;
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Link.ApiToken);
        if (Broker is not null)
            await Broker.DisposeAsync();
        Broker = new BrokerListener(Link, Folder);
    }

    public async Task StartDashboardAsync()
    {
        if (_dashboard is not null)
            return;
        DashboardAddress = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Loopback.FreePort()}");
        _dashboard = SiteProgram.Start(
            SiteProgram.PathOf("ExamMonitor.Dashboard", "exam-monitor-dashboard"),
            _folder["dashboard.log"],
            "--link",
            _folder[Path.Combine("state", "dashboard-link.json")],
            "--data",
            _folder["dashboard"],
            "--urls",
            DashboardAddress
        );
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(DashboardAddress + "/login");
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>User and password of the first log-in, as the dashboard wrote them.</summary>
    public (string User, string Password) FirstLogIn()
    {
        var path = _folder[Path.Combine("dashboard", "first-password.txt")];
        // It goes when it was changed: another test of this site was first.
        if (!File.Exists(path))
            return ("admin", "changed already");
        var lines = File.ReadAllLines(path);
        return (lines[0].Split(": ", 2)[1], lines[1].Split(": ", 2)[1]);
    }

    public StationStatus? Station(StationId station) => Broker.Last<StationStatus>(Topics.StationStatus(Room, station));

    public CameraStatus? Camera(string camera) => Broker.Last<CameraStatus>(Topics.CameraStatus(Room, CameraId.Of(camera)));

    public RoomStatus? RoomStatus() => Broker.Last<RoomStatus>(Topics.RoomStatus(Room));

    public CameraFootage? Footage(string camera) =>
        Broker.Last<FootageStatus>(Topics.FootageStatus(Room))?.Cameras.FirstOrDefault(c => c.Camera == CameraId.Of(camera));

    /// <summary>Waits until every station is covered, lit and recorded.</summary>
    public Task AllFineAsync(TimeSpan within) =>
        Eventually.TrueAsync(
            () =>
                RoomStatus()?.Stations is { } s
                && s.Covered == s.Total
                && s.Lit == s.Total
                && s.Recorded == s.Total
                && s.Total == Map.Stations.Count,
            within
        );

    public async Task<Timeline> TimelineAsync(string camera, TimeSpan past)
    {
        var now = TimeProvider.System.GetUtcNow();
        var query =
            $"?from={Uri.EscapeDataString(UtcJsonConverter.ToText(now - past))}&to={Uri.EscapeDataString(UtcJsonConverter.ToText(now.AddMinutes(1)))}";
        var json = await Api.GetStringAsync(Link.ApiAddress + AgentApi.Timeline(Room, CameraId.Of(camera)) + query);
        return JsonSerializer.Deserialize<Timeline>(json, ContractJson.Options)!;
    }

    public Task FaultAsync(string camera, CameraFault fault) => Cameras!.InjectAsync(camera, fault);

    public async ValueTask DisposeAsync()
    {
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        if (_agent is not null)
        {
            await _agent.StopAsync().ContinueWith(_ => { }, TaskScheduler.Default);
            await _agent.DisposeAsync();
        }

        if (Broker is not null)
            await Broker.DisposeAsync();
        if (Cameras is not null)
            await Cameras.DisposeAsync();
        Api.Dispose();
        _folder.Dispose();
    }

    private static Task<CameraSimulatorServer> StartCamerasAsync(string shows) =>
        CameraSimulatorServer.StartAsync(
            new CameraSimulatorOptions
            {
                ClipFolder = Repository.PathOf("samples", "video"),
                Cameras =
                [
                    .. CameraIds.Select(id => new SimulatedCamera
                    {
                        Id = id,
                        Clips = [$"{id}_{shows}.mp4"],
                        UserName = "viewer",
                        Password = CameraPassword,
                        Order = PlayOrder.Shuffle,
                    }),
                ],
            },
            TimeProvider.System
        );

    /// <summary>The sample room's map with other cameras.</summary>
    private string WriteMap(IReadOnlyList<string> cameras)
    {
        var sample = Repository.PathOf("samples", "rooms", "room7");
        var folder = Directory.CreateDirectory(_folder["room7"]).FullName;
        foreach (var picture in Directory.EnumerateFiles(sample, "*.png"))
            File.Copy(picture, Path.Combine(folder, Path.GetFileName(picture)));
        var map = JsonNode.Parse(File.ReadAllText(Path.Combine(sample, "room.json")))!;
        var held = map["cameras"]!.AsArray();
        while (held.Count > cameras.Count)
            held.RemoveAt(held.Count - 1);
        while (held.Count < cameras.Count)
            held.Add(held[^1]!.DeepClone());
        for (var i = 0; i < cameras.Count; i++)
            held[i]!["id"] = cameras[i];
        var path = Path.Combine(folder, "room.json");
        File.WriteAllText(path, map.ToJsonString());
        return path;
    }

    private void WriteConfiguration(Dictionary<string, (Uri Address, string Transport)> cameras, string? map = null, string room = "")
    {
        var password = _folder["camera.password"];
        File.WriteAllText(password, CameraPassword + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        map ??= Repository.PathOf("samples", "rooms", "room7", "room.json");
        var entries = cameras.Select(c =>
            $"      - id: {c.Key}\n        address: {c.Value.Address}\n        transport: {c.Value.Transport}\n        user: viewer\n        passwordFile: camera.password\n"
        );
        File.WriteAllText(
            _folder["agent.yaml"],
            $"""
            site: e2e
            agent: agent-1
            folder: state
            footage:
              volume: footage
              createVolume: true
              segmentSeconds: 10
            {(cameras.Count == 0 ? "" : $"rooms:\n  - map: {map}\n{room}    cameras:\n{string.Concat(entries)}")}
            broker:
              port: 0
            api:
              listen: 127.0.0.1:0
            watch:
              findReplays: false

            """
        );
    }
}
