using System.Net;
using System.Text.Json;
using ExamMonitor.Agent.Tests.Process;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>An agent whose configuration names no room.</summary>
public sealed class EmptySiteFixture : AgentFixture
{
    protected override string Rooms => string.Empty;

    protected override bool RecordsAtOnce => false;
}

/// <summary>A room from an empty site to its signature, over the API alone.</summary>
public sealed class SetUpAgentTests(EmptySiteFixture agent) : IClassFixture<EmptySiteFixture>
{
    private static readonly RoomId s_room = RoomId.Of("R7");
    private static readonly CameraId s_first = CameraId.Of("C1"),
        s_second = CameraId.Of("C2");
    private readonly SetUpClient _client = new(agent);

    [Fact]
    public async Task EmptySite_RoomSetUpOverTheApi_IsRecordedWhileItChangesAndKeepsItsVersions()
    {
        Assert.Empty((await _client.GetAsync<SetUpOverview>(SetUpApi.Root)).Rooms);
        var bare = Sample with { Cameras = [.. Sample.Cameras.Select(c => c with { Reference = null, Calibration = null })] };
        var first = await PutAsync(bare, 0, Cameras("s3cret-of-the-camera"));
        Assert.Equal((1, SetUpSource.SetUp, SetUpClient.Author), (first.Version, first.MapSource, first.InForce.Author));
        Assert.All(first.Cameras, c => Assert.True(c.HasPassword));

        // Pictures of cameras that are saved; then the calibration, while they record.
        TakenPicture[] pictures = [await TakeAsync(s_first), await TakeAsync(s_second)];
        Assert.All(pictures, p => Assert.Equal(new PixelSize(960, 540), p.Size));
        Assert.Equal(
            HttpStatusCode.OK,
            (await agent.Api.GetAsync(agent.Link.ApiAddress + SetUpApi.Picture(s_room, pictures[0].Name))).StatusCode
        );
        await Eventually.TrueAsync(
            async () => (await agent.TimelineAsync("C1")).Segments.Count > 0 && (await agent.TimelineAsync("C2")).Segments.Count > 0,
            TimeSpan.FromSeconds(60)
        );
        var before = (await GapsAsync("C1"), await GapsAsync("C2"));
        var map = Sample with { Cameras = [.. Sample.Cameras.Select((c, i) => c with { Reference = pictures[i].Name })] };
        var second = await PutAsync(map, 1, Cameras(null));
        Assert.Equal(2, second.Version);

        // Another address for one camera: only that camera begins anew.
        var third = await PutAsync(
            map,
            2,
            [Camera(s_first, null), Camera(s_second, null) with { Address = agent.Cameras.RtspAddress("C2").AbsoluteUri + "?anew" }]
        );
        Assert.Equal(3, third.Version);
        await Eventually.TrueAsync(async () => await GapsAsync("C2") > before.Item2, TimeSpan.FromSeconds(40));
        Assert.Equal(before.Item1, await GapsAsync("C1"));

        // Somebody who was slower is told so; nothing is written.
        var late = await _client.SendAsync<SetUpConflict>(
            HttpMethod.Put,
            SetUpApi.Room(s_room),
            Change(map, 2, Cameras(null)),
            expected: HttpStatusCode.Conflict
        );
        Assert.Equal((3, SetUpClient.Author), (late.Version, late.Author));

        // A password that is kept goes to no other host; a draft is kept as it was sent; a check says what stands where.
        var elsewhere = await _client.SendAsync<SetUpRefusal>(
            HttpMethod.Put,
            SetUpApi.Room(s_room),
            Change(map, 3, [Camera(s_first, null) with { Address = "rtsp://127.0.0.2/x" }]),
            expected: HttpStatusCode.UnprocessableEntity
        );
        Assert.Contains(elsewhere.Findings, f => f is { Code: "password", Path: "$.cameras[0].password" });
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await _client.SendAsync(HttpMethod.Put, SetUpApi.Draft(s_room), new { half = "done" })).StatusCode
        );
        Assert.Contains("done", await agent.Api.GetStringAsync(agent.Link.ApiAddress + SetUpApi.Draft(s_room)), StringComparison.Ordinal);
        Assert.True((await _client.GetAsync<SetUpOverview>(SetUpApi.Root)).Rooms[0].HasDraft);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await _client.SendAsync(HttpMethod.Put, SetUpApi.Draft(s_room), "{"u8.ToArray())).StatusCode
        );
        var checkedDraft = await _client.SendAsync<DraftResult>(
            HttpMethod.Post,
            SetUpApi.Check,
            new RoomDraft(map with { Stations = [map.Stations[0] with { Center = new(99, 1) }, .. map.Stations.Skip(1)] })
        );
        Assert.Contains(checkedDraft.Findings, f => f is { Level: FindingLevel.Error, Path: "$.map.stations[0]" });
        Assert.Equal(12, checkedDraft.Stations.Count);
        using (var nobody = new HttpClient())
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(agent.Link.ApiAddress + SetUpApi.Root)).StatusCode);

        // Versions: what was in force when, what changed, who signed.
        var signed = await _client.SendAsync<CalibrationVersion>(HttpMethod.Post, SetUpApi.SignVersion(s_room, 3), null);
        Assert.Equal(SetUpClient.Author, signed.Signature!.Person);
        var versions = await _client.GetAsync<IReadOnlyList<CalibrationVersion>>(SetUpApi.Versions(s_room));
        Assert.Equal([3, 2, 1], versions.Select(v => v.Version));
        Assert.Equal(versions[1].ValidTo, versions[0].ValidFrom);
        var then = await _client.GetAsync<IReadOnlyList<CalibrationVersion>>(
            SetUpApi.Versions(s_room) + $"?at={Uri.EscapeDataString(UtcJsonConverter.ToText(versions[1].ValidFrom))}"
        );
        Assert.Equal(2, Assert.Single(then).Version);
        var changes = await _client.GetAsync<VersionComparison>(SetUpApi.Compare(s_room, 1, 2));
        Assert.Equal(["C1", "C2"], changes.Changes.Where(c => c.Subject == "camera").Select(c => c.Id));
        Assert.Contains(
            SetUpClient.Author,
            JsonSerializer
                .Deserialize<JsonElement>(await agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.LedgerEntry(versions[0].Entry)))
                .ToString(),
            StringComparison.Ordinal
        );

        // Judged as the sample map is: over the very same functions.
        var detail = await _client.GetAsync<CalibrationVersionDetail>(SetUpApi.Version(s_room, 3));
        Assert.Equal(12, detail.Result.Stations.Count(s => s.Passes));

        await NoPasswordOutsideItsFileAsync();
        await agent.RestartAsync(() => Task.CompletedTask);
        Assert.Equal(3, (await _client.GetAsync<RoomSetUp>(SetUpApi.Room(s_room))).Version);

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await _client.SendAsync(HttpMethod.Delete, SetUpApi.Room(s_room) + "?basedOn=3", null)).StatusCode
        );
        Assert.Empty((await _client.GetAsync<SetUpOverview>(SetUpApi.Root)).Rooms);
        Assert.Equal(3, (await _client.GetAsync<IReadOnlyList<CalibrationVersion>>(SetUpApi.Versions(s_room))).Count);
        Assert.DoesNotContain(
            agent.Log.Split('\n'),
            l => l.Contains(" fail: ", StringComparison.Ordinal) || l.Contains(" crit: ", StringComparison.Ordinal)
        );
    }

    private async Task NoPasswordOutsideItsFileAsync()
    {
        Assert.DoesNotContain(
            "s3cret",
            await agent.Api.GetStringAsync(agent.Link.ApiAddress + SetUpApi.Room(s_room)),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("s3cret", agent.Log, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(agent.StateFolder, "set-up"), "*", SearchOption.AllDirectories))
        {
            var isSecret = (await File.ReadAllTextAsync(file)).Contains("s3cret", StringComparison.Ordinal);
            Assert.Equal(isSecret, file.Contains("/secrets/", StringComparison.Ordinal));
            if (isSecret && !OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private async Task<TakenPicture> TakeAsync(CameraId camera)
    {
        await Eventually.TrueAsync(
            async () =>
                (await agent.Api.GetAsync(agent.Link.ApiAddress + AgentApi.Picture(s_room, camera))).StatusCode == HttpStatusCode.OK,
            TimeSpan.FromSeconds(60)
        );
        return await _client.SendAsync<TakenPicture>(HttpMethod.Post, SetUpApi.TakePicture(s_room, camera), null);
    }

    private Task<RoomSetUp> PutAsync(StationMap map, int basedOn, IReadOnlyList<CameraSetUpChange> cameras) =>
        _client.SendAsync<RoomSetUp>(HttpMethod.Put, SetUpApi.Room(s_room), Change(map, basedOn, cameras));

    private static RoomSetUpChange Change(StationMap map, int basedOn, IReadOnlyList<CameraSetUpChange> cameras) =>
        new(basedOn, map, cameras);

    private IReadOnlyList<CameraSetUpChange> Cameras(string? password) => [Camera(s_first, password), Camera(s_second, password)];

    private CameraSetUpChange Camera(CameraId id, string? password) =>
        new(id, agent.Cameras.RtspAddress(id.Text).AbsoluteUri, null, "viewer", password);

    private async Task<int> GapsAsync(string camera) => (await agent.TimelineAsync(camera)).Gaps.Count(g => g.Cause is not GapCause.Agent);

    private static StationMap Sample { get; } = Load();

    private static StationMap Load()
    {
        var map = StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!;
        return map with { Cameras = [.. map.Cameras.Take(2)] };
    }
}
