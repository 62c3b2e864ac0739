using System.Text.Json;
using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.SetUp;
using ExamMonitor.SetUp.Pictures;
using ExamMonitor.SetUp.Rooms;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>What keeps a room from being saved, and how its two files are joined.</summary>
public sealed class RoomChangeRulesTests : IDisposable
{
    private static readonly RoomId s_room = RoomId.Of("R7");
    private static readonly CameraId s_first = CameraId.Of("C1");
    private readonly TempFolder _temp = new();
    private readonly AgentFolder _folder;

    public RoomChangeRulesTests() => _folder = new(_temp["."], _temp["state"]);

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("rtsp://10.0.0.9/a", "viewer", null, "$.cameras[0].password")]
    [InlineData("rtsp://10.0.0.1/a", "other", null, "$.cameras[0].password")]
    [InlineData("rtsp://10.0.0.1:8554/a", "viewer", null, "$.cameras[0].password")]
    [InlineData("rtsp://10.0.0.1/b", "viewer", null, null)]
    [InlineData("rtsp://10.0.0.9/a", "viewer", "new", null)]
    [InlineData("http://10.0.0.1/", "viewer", "x", "$.cameras[0].address")]
    [InlineData("rtsp://u:p@10.0.0.1/a", "viewer", "x", "$.cameras[0].address")]
    [InlineData("rtsp://10.0.0.1/a", null, "x", "$.cameras[0].user")]
    [InlineData("rtsp://10.0.0.1/a", "viewer", "line\nbreak", "$.cameras[0].password")]
    public void Check_CameraOfTheSetUp_KeepsItsPasswordForItsOwnHostAndUserAlone(
        string address,
        string? user,
        string? password,
        string? wrong
    )
    {
        var kept = new SetUpRoom(
            s_room,
            1,
            "always",
            true,
            [new(s_first, "rtsp://10.0.0.1/a", null, "viewer", "secrets/x", "tcp", false, true)]
        );
        var findings = Check(Bare(), new(s_first, address, null, user, password), null, kept)
            .Where(f => f.Level == FindingLevel.Error)
            .ToArray();
        Assert.Equal(wrong is null ? [] : [wrong], findings.Select(f => f.Path));
        Assert.DoesNotContain(findings, f => f.Problem.En.Contains("u:p", StringComparison.Ordinal));
    }

    [Fact]
    public void Check_CameraOfTheConfigurationFile_IsChangedThere()
    {
        var map = Bare();
        var configured = new ConfiguredCamera(
            new CameraSource(s_room, s_first, new("rtsp://10.0.0.1/a")) { Credentials = new("viewer", "x") },
            map.Cameras[0]
        );
        var room = new RoomSetup(map, "room.json", RoomGeometry.Of(map), [configured]);
        Assert.Empty(Check(map, new(s_first, "rtsp://10.0.0.1/a", null, "viewer"), room, null));
        var finding = Assert.Single(Check(map, new(s_first, "rtsp://10.0.0.2/a", null, "viewer"), room, null));
        Assert.Equal(("camera-in-configuration", s_first), (finding.Code, finding.Camera));
    }

    [Theory]
    [InlineData("pictures/../../agent.yaml")]
    [InlineData("pictures/absent.png")]
    [InlineData("C1_reference.png")]
    public void Check_PictureThatIsNotKept_IsAnErrorAtItsPlace(string name)
    {
        var map = Bare();
        map = map with { Cameras = [map.Cameras[0] with { Reference = name }] };
        Assert.Equal("$.map.cameras[0].reference", Assert.Single(Check(map, new(s_first, "rtsp://10.0.0.1/a"), null, null)).Path);
        Assert.Null(PictureStore.PathOf(_folder, s_room, "pictures/../x.png"));
    }

    [Fact]
    public void Load_MapChangedByHandAfterTheSetUp_IsAWarningAndTheSetUpCounts()
    {
        var map = Bare();
        File.WriteAllText(_temp["room.json"], JsonSerializer.Serialize(map, ContractJson.Options));
        var reading = ConfigurationFile.Parse(
            _temp["agent.yaml"],
            "agent.yaml",
            "site: s\nagent: a\nfolder: state\nfootage: { volume: v }\nrooms:\n  - map: room.json\n    cameras:\n      - { id: C1, address: \"rtsp://10.0.0.1/a\" }\n"
        );
        Directory.CreateDirectory(_folder.SetUpRoom(s_room));
        File.WriteAllText(
            _folder.SetUpMap(s_room, 2),
            JsonSerializer.Serialize(map with { Room = map.Room with { Name = "by the page" } }, ContractJson.Options)
        );
        var findings = new List<Finding>();
        var file = SetUpFile.Empty.With(
            new(
                s_room,
                2,
                "sessions",
                false,
                [new(s_first, "rtsp://10.0.0.7/a", null, null, null, "tcp", false, true)],
                RoomJoining.DigestOf(_temp["room.json"])
            )
        );
        var room = Assert.Single(RoomJoining.Load(reading, _folder, findings, file));
        Assert.Equal(
            ("by the page", "10.0.0.1", 2, true),
            (room.Map.Room.Name, room.Cameras[0].Source.Address.Host, room.SetUpVersion, room.RecordsAlways)
        );
        Assert.Contains(
            "what stands here counts",
            Assert.Single(findings, f => f.Level == FindingLevel.Warning && f.Key.EndsWith("cameras", StringComparison.Ordinal)).Text,
            StringComparison.Ordinal
        );

        File.AppendAllText(_temp["room.json"], "\n");
        findings.Clear();
        Assert.Equal("by the page", Assert.Single(RoomJoining.Load(reading, _folder, findings, file)).Map.Room.Name);
        Assert.Contains(
            findings,
            f => f.Key == "rooms[0].map" && f.Text.Contains("changed by hand", StringComparison.Ordinal) && f.Level == FindingLevel.Warning
        );
    }

    [Fact]
    public void Clashes_MapOfTheConfigurationChangedByHandWhileTheAgentRuns_SayThatItWaitsForARestart()
    {
        File.WriteAllText(_temp["room.json"], JsonSerializer.Serialize(Bare(), ContractJson.Options));
        var reading = ConfigurationFile.Parse(
            _temp["agent.yaml"],
            "agent.yaml",
            "site: s\nagent: a\nfolder: state\nfootage: { volume: v }\nrooms:\n  - map: room.json\n    cameras:\n      - { id: C1, address: \"rtsp://10.0.0.1/a\" }\n"
        );
        var room = Assert.Single(RoomJoining.Load(reading, _folder, []));
        Assert.Empty(RoomClashes.Of(room, null));
        File.AppendAllText(_temp["room.json"], "\n");
        var said = Assert.Single(RoomClashes.Of(room, null));
        Assert.Equal(("map-waits-for-restart", FindingLevel.Warning), (said.Code, said.Level));
        Assert.Contains("Restart the agent", said.Mend.En, StringComparison.Ordinal);
        File.Delete(_temp["room.json"]);
        Assert.Single(RoomClashes.Of(room, null));
    }

    [Fact]
    public void Read_BrokenFile_IsAnErrorAndNothingIsSetUp()
    {
        Directory.CreateDirectory(_folder.SetUp);
        foreach (
            var text in new[] { "{", "null", "{\"schema\":\"x\",\"rooms\":[]}", "{\"schema\":\"exam-monitor/set-up/1\",\"rooms\":[null]}" }
        )
        {
            File.WriteAllText(_folder.SetUpFile, text);
            var findings = new List<Finding>();
            Assert.Empty(SetUpFile.Read(_folder, findings).Rooms);
            Assert.Equal(FindingLevel.Error, Assert.Single(findings).Level);
        }
    }

    [Fact]
    public void Drafts_OfRoomsThatNobodySaves_DoNotFillTheDisk()
    {
        var drafts = new DraftStore(_folder);
        for (var i = 0; i < DraftStore.MostDrafts; i++)
            Assert.Null(drafts.Write(RoomId.Of($"X{i}"), "{}"u8.ToArray()));
        Assert.Contains("have a draft", drafts.Write(RoomId.Of("one-more"), "{}"u8.ToArray()), StringComparison.Ordinal);
        Assert.Null(drafts.Write(RoomId.Of("X7"), "{\"a\":1}"u8.ToArray()));
        drafts.Delete(RoomId.Of("X8"));
        Assert.Null(drafts.Write(RoomId.Of("one-more"), "{}"u8.ToArray()));
    }

    [Fact]
    public void Told_PictureOfAnotherCameraOrMirrored_IsNamed()
    {
        var (own, other) = (s_first, CameraId.Of("C2"));
        double[] same = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        Assert.Null(PictureService.Told(own, [(own, new(same, false)), (other, new(same, false))]));
        Assert.Equal(
            ("picture-other-camera", other),
            (
                PictureService.Told(own, [(own, new(null, false)), (other, new(same, false))])!.Code,
                PictureService.Told(own, [(own, new(null, true)), (other, new(same, false))])!.Camera
            )
        );
        Assert.Equal("picture-mirrored", PictureService.Told(own, [(own, new(null, true)), (other, new(null, false))])!.Code);
        Assert.Null(PictureService.Told(own, [(own, new(null, false))]));
    }

    [Fact]
    public void Carried_CameraThatWasTurned_TakesItsPointsAlongAndSaysWhatIsLost()
    {
        var camera = StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!.Cameras[0];
        var newer = new TakenPicture("pictures/C1-new.png", default, new(1920, 1080), "00", null, []);
        var carried = CarryOverService.Carried(
            camera,
            new Dictionary<StationId, IReadOnlyList<PixelPoint>> { [StationId.Of("S01")] = [new(10, 10), new(20, 10), new(20, 20)] },
            newer,
            PictureHomography.Shift(-400, 0).After(new(2, 0, 0, 0, 2, 0, 0, 0, 1))
        );
        Assert.Equal((new PixelSize(1920, 1080), newer.Name), (carried.Camera.Image, carried.Camera.Reference));
        Assert.Equal(camera.Calibration!.Points.Count, carried.Camera.Calibration!.Points.Count + carried.Lost.Count);
        Assert.Equal(
            camera.Calibration.Points.Select((p, i) => (p, i)).Where(p => (p.p.Pixel.U * 2) - 400 < 0).Select(p => p.i),
            carried.Lost
        );
        Assert.Equal(400, carried.ShiftPx!.Value, 1.0);
        Assert.Equal(new PixelPoint(-380, 20), carried.Regions[StationId.Of("S01")][0]);
    }

    [Fact]
    public void SameShape_SubStreamOfAnotherAspectRatio_IsTold()
    {
        var finding = PictureService.SubStreamShape(s_first, new(704, 576), new(1920, 1080), "$.analysisAddress");
        Assert.Equal("sub-stream-shape", finding.Code);
        Assert.Contains("640 × 360", finding.Mend.En, StringComparison.Ordinal);
        Assert.False(PictureFile.SameShape(new(704, 576), new(1920, 1080)));
        Assert.True(PictureFile.SameShape(new(640, 360), new(1920, 1080)));
    }

    private SetUpFinding[] Check(StationMap map, CameraSetUpChange camera, RoomSetup? inForce, SetUpRoom? kept) =>
        [.. new RoomChangeRules(_folder).Check(s_room, map, new(1, default, [camera]), inForce, kept)];

    private static StationMap Bare()
    {
        var map = StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!;
        return map with { Cameras = [map.Cameras[0] with { Reference = null }] };
    }
}
