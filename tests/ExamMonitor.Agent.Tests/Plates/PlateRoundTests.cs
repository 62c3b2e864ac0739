using System.Collections.Immutable;
using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Tests.Plates;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Floor.Views;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Plates;

/// <summary>
/// The sample room's C3, recorded at 1080p, alone. Its pictures are rendered with plates; the agent's own reading process reads them.
/// </summary>
public sealed class PlateRoundTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 23, 30, 0, TimeSpan.Zero);
    private static readonly CameraId s_camera = CameraId.Of("C3");
    private static readonly PlatesSection s_options = new() { Pictures = 3, Paper = "A3" };
    private static readonly RoomSetup s_room = Setup();

    private static RoomSetup Setup()
    {
        var path = Repository.PathOf("samples", "rooms", "room7", "room.json");
        var map = StationMapFile.Load(path).Map!;
        map = map with { Cameras = [map.Cameras.First(c => c.Id == s_camera) with { RecordedSize = new(1920, 1080) }] };
        return new(
            map,
            path,
            RoomGeometry.Of(map),
            [new(new CameraSource(map.Room.Id, s_camera, new("rtsp://127.0.0.1:1/none")), map.Cameras[0])]
        );
    }

    private static PlateBackground Known(params CameraHealth[] health) =>
        new(
            s_room.Geometry,
            RoomView.Begin(s_room.Map, s_now) with
            {
                Cameras = ImmutableDictionary<CameraId, CameraView>.Empty.Add(s_camera, new(health, s_now, null, null, null)),
                Facts = [new(s_camera, "C3", SignalFacts.None, new(true, s_now, null, null), null)],
            }
        );

    private static IReadOnlyList<PlatePicture> Rendered(params (int Tag, int At)[] plates)
    {
        var scene = new PlateScene(1920, 1080);
        foreach (var (tag, at) in plates)
            scene.Lay(s_room.Geometry.CameraOf(s_camera), s_room.Map.Stations[at - 1], tag);
        return [.. Enumerable.Range(0, 3).Select(i => new PlatePicture(scene.Take().EncodeJpeg(), s_now.AddSeconds(2 * i)))];
    }

    private static async Task<RoomPlates> CheckAsync(PlateRound round, params CameraHealth[] health) =>
        new(
            RoomPlates.SchemaName,
            s_now,
            1,
            s_room.Id,
            await round.LookAsync(s_room, () => Known(health), s_options, TestContext.Current.CancellationToken)
        );

    private static PlateRound Round(
        IReadOnlyList<PlatePicture> pictures,
        Func<IReadOnlyList<PlatePicture>, CancellationToken, Task<PlateReading>>? read = null
    ) => new((_, _, _, _) => Task.FromResult(pictures), read ?? new PlateReader(TimeProvider.System).ReadAsync);

    [Fact]
    public async Task Look_TwoPlatesSwapped_ReadByTheAgentsOwnProcess_IsAProblemAtBothPlaces()
    {
        var result = await CheckAsync(Round(Rendered((6, 6), (7, 7), (5, 10), (10, 5))), CameraHealth.Ok);
        StationPlate Of(string station) => result.Stations.First(s => s.Station.Text == station);
        Assert.Equal((PlateVerdict.Seen, 3, s_now.AddSeconds(4)), (Of("S06").Verdict, Of("S06").PicturesUsed, Of("S06").At!.Value));
        Assert.Equal(PlateVerdict.Seen, Of("S07").Verdict);
        Assert.Equal((PlateVerdict.WrongPlate, "S10"), (Of("S05").Verdict, Of("S05").Found!.Value.Text));
        Assert.Equal(PlateVerdict.WrongPlate, Of("S10").Verdict);
        Assert.Equal((PlateVerdict.NotSeen, "not-stuck"), (Of("S03").Verdict, Of("S03").Reason));

        var standing = PlateProblem.Standing([], result);
        var problems = PlateProblem.Of(s_room.Id, standing).ToList();
        Assert.Equal(["S05", "S10"], problems.Select(p => p.Subject.Station!.Value.Text).Order());
        Assert.All(
            problems,
            p =>
                Assert.Equal(
                    (PlateProblem.Code, Severity.Warning, "/api/v1/rooms/R7/cameras/C3/picture.jpg"),
                    (p.Code, p.Severity, p.Evidence)
                )
        );
        Assert.StartsWith(
            "The plate of station 10 stands where the map says station 5",
            problems.First(p => p.Subject.Station!.Value.Text == "S05").Text.En,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(CameraHealth.Dark, "camera:dark")]
    [InlineData(CameraHealth.Moved, "camera:moved")]
    [InlineData(null, "not-measured")]
    public async Task Look_CameraThatCannotSay_NothingIsReadAndNothingClaimed(CameraHealth? health, string reason)
    {
        var round = Round([new([1], s_now), new([1], s_now)], (_, _) => throw new InvalidOperationException("read"));
        var result = await CheckAsync(round, health is { } h ? [h] : []);
        Assert.All(result.Stations, s => Assert.Equal(PlateVerdict.NotMeasured, s.Verdict));
        Assert.Contains(result.Stations, s => s.Reason == reason);
    }

    [Fact]
    public async Task Look_NoPicturesOrAFailedReading_NothingIsClaimed()
    {
        Assert.Contains(
            (await CheckAsync(Round([]), CameraHealth.Ok)).Stations,
            s => s is { Verdict: PlateVerdict.NotMeasured, Reason: "no-picture" }
        );
        var broken = await CheckAsync(Round([new([1, 2, 3], s_now), new([1, 2, 3], s_now)]), CameraHealth.Ok);
        Assert.All(broken.Stations, s => Assert.Equal(PlateVerdict.NotMeasured, s.Verdict));
        Assert.Contains(broken.Stations, s => s.Reason == "reading-failed");
        await Assert.ThrowsAsync<ChildProcessException>(() =>
            new PlateReader(TimeProvider.System).ReadAsync([new([1, 2, 3], s_now)], TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void Standing_WrongPlate_StaysUntilSomebodyCouldLookThere()
    {
        static RoomPlates Said(PlateVerdict verdict, string? reason) =>
            new(
                RoomPlates.SchemaName,
                s_now,
                1,
                s_room.Id,
                [new(StationId.Of("S05"), "5", verdict, reason, new("t", "t"), s_camera, s_now, 3, 3)]
            );
        var standing = PlateProblem.Standing([], Said(PlateVerdict.WrongPlate, null));
        Assert.Single(standing);
        Assert.Single(PlateProblem.Standing(standing, Said(PlateVerdict.NotMeasured, "camera:dark")));
        Assert.Single(PlateProblem.Standing(standing, Said(PlateVerdict.NotSeen, "hidden")));
        Assert.Single(PlateProblem.Standing(standing, Said(PlateVerdict.WrongPlate, null)));
        Assert.Empty(PlateProblem.Standing(standing, Said(PlateVerdict.NotSeen, "not-stuck")));
        Assert.Empty(PlateProblem.Standing(standing, Said(PlateVerdict.Seen, null)));

        // Nothing is open that the map no longer has.
        Assert.Empty(PlateProblem.Standing(standing, Said(PlateVerdict.Seen, null) with { Stations = [] }));
    }

    /// <summary>Plates that were up and are all gone are missing; a room that never had any has none.</summary>
    [Fact]
    public void SetUp_OnceAPlateWasRead_StaysSo()
    {
        static RoomPlates Said(params PlateVerdict[] verdicts) =>
            new(
                RoomPlates.SchemaName,
                s_now,
                1,
                s_room.Id,
                [
                    .. verdicts.Select(
                        (v, i) => new StationPlate(StationId.Of($"S0{i}"), $"{i}", v, null, new("t", "t"), s_camera, s_now, 3, 3)
                    ),
                ]
            );
        Assert.False(new PlateRecord(Said(PlateVerdict.NotSeen, PlateVerdict.NotMeasured), []).AreSetUp);
        Assert.True(new PlateRecord(Said(PlateVerdict.NotSeen, PlateVerdict.Seen), []).AreSetUp);
        Assert.True(new PlateRecord(Said(PlateVerdict.WrongPlate), []).AreSetUp);
        using var folder = new TempFolder();
        new PlateStore(folder["plates"]).Add(new(Said(PlateVerdict.NotSeen), []) { WereSetUp = true });
        Assert.True(new PlateStore(folder["plates"]).Newest(s_room.Id)!.AreSetUp);
    }

    [Fact]
    public void Store_ManyChecks_NewestIsReadBackAndTheOldestGo()
    {
        using var folder = new TempFolder();
        var store = new PlateStore(folder["plates"]);
        Assert.Null(store.Newest(s_room.Id));
        PlateRecord Record(int day) =>
            new(new(RoomPlates.SchemaName, s_now.AddDays(day), 0, s_room.Id, []), [new(StationId.Of("S05"), new("wrong", "错"), s_camera)]);
        for (var day = 0; day < 3; day++)
            store.Add(Record(day));
        var file = Path.Combine(folder["plates"], s_room.Id + ".jsonl");
        File.AppendAllText(file, string.Concat(Enumerable.Repeat("{ not a line\n", PlateStore.Most)));
        Assert.Equal(s_now.AddDays(2), new PlateStore(folder["plates"]).Newest(s_room.Id)!.Result.Ts);
        store.Add(Record(9));
        Assert.Equal(PlateStore.Most, File.ReadAllLines(file).Length);
        var newest = new PlateStore(folder["plates"]).Newest(s_room.Id)!;
        Assert.Equal((s_now.AddDays(9), "wrong"), (newest.Result.Ts, Assert.Single(newest.Standing).Text.En));
    }
}
