using System.Net;
using ExamMonitor.Agent.Tests.Process;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>An empty site whose cameras show plates on the worktops.</summary>
public sealed class PlateSiteFixture : AgentFixture
{
    protected override string Rooms => string.Empty;

    protected override bool RecordsAtOnce => false;

    protected override IReadOnlyList<string> CameraIds => ["C1", "C2", "C3"];

    protected override string ClipOf(string id) => $"{id}_plates.mp4";
}

/// <summary>The sample room by plates alone: pictures of a running agent, plates in them, one solution a camera.</summary>
public sealed class PlateAgentTests(PlateSiteFixture agent) : IClassFixture<PlateSiteFixture>
{
    private static readonly RoomId s_room = RoomId.Of("R7");
    private readonly SetUpClient _client = new(agent);

    // Three cameras of 4K for a minute and a half: asked for by hand. PlateRoomTests hold the accuracy in the suite, SetUpAgentTests the
    // agent.
    [Fact(Explicit = true)]
    public async Task Plates_OfARunningRoom_CalibrateEveryCameraWithinOnePercentAndJudgeAsTheSampleMap()
    {
        var sample = StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!;
        var bare = sample with { Cameras = [.. sample.Cameras.Select(c => new MapCamera(c.Id, new(3840, 2160)))] };
        CameraSetUpChange[] cameras =
        [
            .. sample.Cameras.Select(c => new CameraSetUpChange(
                c.Id,
                agent.Cameras.RtspAddress(c.Id.Text).AbsoluteUri,
                null,
                "viewer",
                "s3cret-of-the-camera"
            )),
        ];

        // The test of a camera, before it is saved.
        var tested = await _client.SendAsync<CameraTest>(
            HttpMethod.Post,
            SetUpApi.TestCamera,
            new CameraAccess(cameras[0].Address, null, "viewer", "s3cret-of-the-camera")
        );
        Assert.True(tested is { Works: true, HasPicture: true }, string.Join(' ', tested.Findings.Select(f => f.Problem.En)));
        Assert.Equal(("h264", new PixelSize(3840, 2160)), (tested.Recorded!.Codec, tested.Recorded.Size));
        Assert.InRange(tested.Recorded.KeyFrameSeconds!.Value, 1.5, 2.5);
        Assert.Equal(HttpStatusCode.OK, (await agent.Api.GetAsync(agent.Link.ApiAddress + SetUpApi.TestPicture(tested.Test))).StatusCode);
        var wrong = await _client.SendAsync<CameraTest>(
            HttpMethod.Post,
            SetUpApi.TestCamera,
            new CameraAccess(cameras[0].Address, null, "viewer", "no")
        );
        Assert.Contains(wrong.Findings, f => f is { Code: "authentication", Path: "$.password", Level: FindingLevel.Error });

        await _client.SendAsync<RoomSetUp>(HttpMethod.Put, SetUpApi.Room(s_room), new RoomSetUpChange(0, bare, cameras));
        foreach (var camera in sample.Cameras)
            await Eventually.TrueAsync(
                async () =>
                    (await agent.Api.GetAsync(agent.Link.ApiAddress + AgentApi.Picture(s_room, camera.Id))).StatusCode == HttpStatusCode.OK,
                TimeSpan.FromSeconds(60)
            );
        var found = await _client.SendAsync<PlateCalibration>(
            HttpMethod.Post,
            SetUpApi.CalibrateFromPlates(s_room),
            new PlateCalibrationRequest(bare)
        );
        Assert.Equal(3, found.Cameras.Count);
        var map = bare with { Cameras = [.. found.Cameras.Select(c => c.Calibrated)] };
        foreach (var (camera, held) in found.Cameras.Zip(sample.Cameras))
        {
            Assert.True(camera.Result.Kind == "spatial", string.Join(' ', camera.Findings.Select(f => f.Problem.En)));
            var projection = CameraGeometry.Of(map, camera.Calibrated).Projection!;
            var worst = held.Calibration!.Points.Max(p =>
                projection.Project(p.Plan) is { } q ? double.Hypot((q.U / 4) - p.Pixel.U, (q.V / 4) - p.Pixel.V) : 1e9
            );
            TestContext.Current.SendDiagnosticMessage(
                $"{camera.Camera}: {camera.Seen.Count} plates, worst of {held.Calibration.Points.Count} held-out points {worst:0.0} px of 960 ({worst / double.Hypot(960, 540) * 100:0.00} %)"
            );
            Assert.True(worst <= 0.01 * double.Hypot(960, 540), $"{camera.Camera}: {worst} px");
        }

        var saved = await _client.SendAsync<RoomSetUp>(
            HttpMethod.Put,
            SetUpApi.Room(s_room),
            new RoomSetUpChange(1, map, [.. cameras.Select(c => c with { Password = null })])
        );
        var detail = await _client.GetAsync<CalibrationVersionDetail>(SetUpApi.Version(s_room, saved.Version));
        var truth = RoomGeometry.Of(sample with { Cameras = [.. sample.Cameras.Select(c => c with { RecordedSize = new(3840, 2160) })] });
        Assert.Equal(sample.Stations.Select(s => truth.Best(s.Id)!.Passes), detail.Result.Stations.Select(s => s.Passes));
        Assert.Equal(truth.Floor.Share(_ => true).ByOne!.Value, detail.Result.Floor!.ByOne!.Value, 0.01);

        foreach (var language in new[] { "zh", "en" })
        {
            var pdf = await agent.Api.GetByteArrayAsync(
                agent.Link.ApiAddress + SetUpApi.Certificate(s_room, saved.Version) + $"?language={language}"
            );
            var words = await WordsAsync(pdf);
            Assert.Contains(saved.InForce.Sha256, words, StringComparison.Ordinal);
            Assert.Contains(SetUpClient.Author, words, StringComparison.Ordinal);
            Assert.Contains(language == "zh" ? "标定证书" : "Calibration certificate", words, StringComparison.Ordinal);
            Assert.DoesNotContain(language == "zh" ? "Calibration" : "标定证书", words, StringComparison.Ordinal);
            Assert.All(sample.Stations, s => Assert.Contains(s.Id.Text, words, StringComparison.Ordinal));
            if (Environment.GetEnvironmentVariable("EXAM_MONITOR_KEEP") is { } keep)
                await File.WriteAllBytesAsync(Path.Combine(keep, $"certificate-{language}.pdf"), pdf);
        }

        await CarryOverAsync(saved);
        await PrintAsync(map);
    }

    /// <summary>What the installer gets, and plates of chosen stations.</summary>
    private async Task PrintAsync(StationMap map)
    {
        var draft = new RoomDraft(map, [new(CameraId.Of("V1"), new(0.3, 8.1, 2.9), -40, 25, 90, new(1920, 1080), Name: "拟装")]);
        var plan = await WordsAsync(
            await (await _client.SendAsync(HttpMethod.Post, SetUpApi.WhatIfPdf + "?language=zh", draft)).Content.ReadAsByteArrayAsync()
        );
        Assert.Contains("V1", plan, StringComparison.Ordinal);
        Assert.Contains("2.90", plan, StringComparison.Ordinal);
        var plates = await WordsAsync(
            await (
                await _client.SendAsync(
                    HttpMethod.Post,
                    SetUpApi.PlatesPdf,
                    new PlatesRequest(map, [StationId.Of("S03"), StationId.Of("S11")], "a3")
                )
            ).Content.ReadAsByteArrayAsync()
        );
        Assert.Contains("S03", plates, StringComparison.Ordinal);
        Assert.Contains("S11", plates, StringComparison.Ordinal);
        Assert.DoesNotContain("S04", plates, StringComparison.Ordinal);
        var twice = map with { Stations = [map.Stations[0], map.Stations[1] with { Label = "A-1" }] };
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await _client.SendAsync(HttpMethod.Post, SetUpApi.PlatesPdf, new PlatesRequest(twice))).StatusCode
        );
    }

    private static async Task<string> WordsAsync(byte[] pdf)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["sheet.pdf"], pdf);
        using var poppler = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("pdftotext", ["-layout", folder["sheet.pdf"], "-"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var words = await poppler.StandardOutput.ReadToEndAsync();
        await poppler.WaitForExitAsync();
        return words;
    }

    /// <summary>The same picture again: every point is found where it was.</summary>
    private async Task CarryOverAsync(RoomSetUp saved)
    {
        var carried = await _client.SendAsync<CarryOver>(
            HttpMethod.Post,
            SetUpApi.CarryOver(s_room, saved.Map.Cameras[0].Id),
            new CarryOverRequest(saved.Map.Cameras[0])
        );
        Assert.True(carried.Found, carried.Text.En);
        Assert.True(carried.ShiftPx < 4, $"{carried.ShiftPx} px of 3840");
        Assert.Equal(saved.Map.Cameras[0].Calibration!.Points.Count, carried.Camera.Calibration!.Points.Count);

        // Another camera's picture, brought along as this one's.
        var other = await agent.Api.GetByteArrayAsync(agent.Link.ApiAddress + SetUpApi.Picture(s_room, saved.Map.Cameras[2].Reference!));
        var brought = await _client.SendAsync<TakenPicture>(HttpMethod.Post, SetUpApi.BringPicture(s_room, saved.Map.Cameras[0].Id), other);
        Assert.Contains(brought.Findings, f => f.Code == "picture-other-camera" && f.Camera == saved.Map.Cameras[2].Id);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (
                await _client.SendAsync(HttpMethod.Post, SetUpApi.BringPicture(s_room, saved.Map.Cameras[0].Id), "no picture"u8.ToArray())
            ).StatusCode
        );
    }
}
