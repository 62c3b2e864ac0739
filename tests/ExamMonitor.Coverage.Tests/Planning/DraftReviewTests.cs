using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Tests.Geometry;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Planning;

public sealed class DraftReviewTests
{
    private readonly PlanningCache _cache = new();

    [Fact]
    public void Of_SampleMap_SaysWhatTheMapCommandSays()
    {
        var result = Review(SampleRoom.Map);
        var truth = RoomGeometry.Of(SampleRoom.Map);
        Assert.Empty(result.Findings.Where(f => f.Level == FindingLevel.Error));
        Assert.Equal(truth.Map.Stations.Select(s => truth.Best(s.Id)?.Camera), result.Stations.Select(s => s.Best));
        Assert.Equal(truth.Map.Stations.Select(s => truth.Best(s.Id)?.PxPerMetre ?? 0), result.Stations.Select(s => s.Views[0].PxPerMetre));
        Assert.Equal(truth.Floor.Share(_ => true).ByOne, result.Floor!.ByOne);
        Assert.All(result.Cameras, c => Assert.True(c.HeldOutShare < 0.01, $"{c.Camera}: {c.HeldOutShare}"));
        Assert.All(result.Cameras.SelectMany(c => c.Points), p => Assert.Equal("fits", p.State));
    }

    [Fact]
    public void Of_StationThatIsDragged_SolvesNoCameraAndDrawsNoFloorAgain()
    {
        var before = Review(SampleRoom.Map);
        Assert.Equal(3, _cache.Solved);
        var after = Review(
            SampleRoom.Map with
            {
                Stations =
                [
                    .. SampleRoom.Map.Stations.Select((s, k) => k == 0 ? s with { Center = new(s.Center.X + 0.5, s.Center.Y) } : s),
                ],
            }
        );
        Assert.Equal(3, _cache.Solved);
        Assert.Same(before.Floor!.Blind, after.Floor!.Blind);
        Assert.NotEqual(before.Stations[0].Views[0].Outline[0], after.Stations[0].Views[0].Outline[0]);
        Review(Moved(SampleRoom.Map, 0, 0, 0.1, 0));
        Assert.Equal(4, _cache.Solved);
    }

    /// <summary>Processor time of a step of a drag, for decision 0261; by hand: -method "*Steps_OfADrag*" -explicit only.</summary>
    [Fact(Explicit = true)]
    public void Steps_OfADrag_TakeProcessorTime()
    {
        var few = SampleRoom.Map with
        {
            Cameras =
            [
                .. SampleRoom.Map.Cameras.Select(c =>
                    c with
                    {
                        Calibration = new([.. c.Calibration!.Points.Take(8), .. c.Calibration.Points.TakeLast(2)]),
                    }
                ),
            ],
        };
        Tell(
            "a station",
            i =>
                SampleRoom.Map with
                {
                    Stations =
                    [
                        .. SampleRoom.Map.Stations.Select(
                            (s, k) => k == 0 ? s with { Center = new(s.Center.X + (0.001 * i), s.Center.Y) } : s
                        ),
                    ],
                }
        );
        Tell("one of 10 points", i => Moved(few, 0, 0, 0.01 * i, 0));
        Tell("one of 50 points", i => Moved(SampleRoom.Map, 0, 0, 0.01 * i, 0));

        void Tell(string what, Func<int, StationMap> step)
        {
            for (var i = 1; i <= 20; i++)
                Review(step(i));
            var (wall, began) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            for (var i = 21; i <= 60; i++)
                Review(step(i));
            TestContext.Current.SendDiagnosticMessage(
                $"{what}: {(Environment.CpuUsage.TotalTime - began).TotalMilliseconds / 40:0.0} ms of processor, {wall.Elapsed.TotalMilliseconds / 40:0.0} ms of the clock a step"
            );
        }
    }

    [Fact]
    public void Of_OnePointMarkedWrong_NamesItAtItsPlace()
    {
        var result = Review(Moved(SampleRoom.Map, 1, 5, 80, -40));
        var finding = Assert.Single(result.Findings, f => f.Level == FindingLevel.Error);
        Assert.Equal(
            ("point-wrong", "$.map.cameras[1].calibration.points[5]", 5, CameraId.Of("C2")),
            (finding.Code, finding.Path, finding.Point, finding.Camera)
        );
        Assert.Equal("wrong", result.Cameras[1].Points[5].State);
        Assert.Equal("refused", result.Cameras[1].Kind);
        Assert.Equal(48, result.Cameras[1].Points.Count(p => p.State == "fits"));
    }

    [Fact]
    public void Of_PointMarkedOnAnotherStation_SaysOnWhich()
    {
        // The plan position of S01's first corner, marked at the first corner of S06 (21st point).
        var points = SampleRoom.Map.Cameras[0].Calibration!.Points;
        var result = Review(Moved(SampleRoom.Map, 0, 0, points[20].Pixel.U - points[0].Pixel.U, points[20].Pixel.V - points[0].Pixel.V));
        var finding = Assert.Single(result.Findings, f => f.Level == FindingLevel.Error);
        Assert.Equal(("point-other-station", StationId.Of("S06"), 0), (finding.Code, finding.Station, finding.Point));
        Assert.Contains("S06", finding.Problem.Zh, StringComparison.Ordinal);
        Assert.Contains("S01", finding.Problem.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MirroredPicture_SaysThatItIsMirrored()
    {
        var camera = SampleRoom.Map.Cameras[2];
        var map = SampleRoom.Map with
        {
            Cameras =
            [
                .. SampleRoom.Map.Cameras.Take(2),
                camera with
                {
                    Calibration = new([.. camera.Calibration!.Points.Select(p => p with { Pixel = new(960 - p.Pixel.U, p.Pixel.V) })]),
                },
            ],
        };
        var finding = Assert.Single(Review(map).Findings, f => f.Level == FindingLevel.Error);
        Assert.Equal(("picture-mirrored", "$.map.cameras[2].calibration"), (finding.Code, finding.Path));
    }

    [Fact]
    public void Of_DraftWithoutCamerasAndWithFewPoints_StillSaysWhatIsThere()
    {
        var bare = Review(SampleRoom.Map with { Cameras = [] });
        Assert.Equal(12, bare.Stations.Count);
        Assert.Empty(bare.Findings.Where(f => f.Level == FindingLevel.Error));
        var few = Review(
            SampleRoom.Map with
            {
                Cameras =
                [
                    SampleRoom.Map.Cameras[0] with
                    {
                        Calibration = new([.. SampleRoom.Map.Cameras[0].Calibration!.Points.Take(3)]),
                    },
                ],
            }
        );
        Assert.Contains(
            few.Findings,
            f => f.Level == FindingLevel.Error && f.Path.StartsWith("$.map.cameras[0].calibration", StringComparison.Ordinal)
        );
        Assert.Equal("refused", Assert.Single(few.Cameras).Kind);
    }

    [Fact]
    public void Of_PlanInMillimetres_SaysSo()
    {
        var json = JsonNode.Parse(File.ReadAllText(SampleRoom.MapFile))!;
        json["room"]!["outline"] = JsonNode.Parse("[[0,0],[12000,0],[12000,8400],[0,8400]]");
        var result = DraftReview.Of(
            StationMapFile.ParseDraft(Encoding.UTF8.GetBytes(json.ToJsonString()), "draft"),
            [],
            cells: false,
            _cache,
            [new(0, 0), new(12000, 0), new(12000, 8400), new(0, 8400)]
        );
        var finding = Assert.Single(result.Findings, f => f.Code == "plan-millimetres");
        Assert.Equal("$.map.room.outline", finding.Path);
        Assert.Contains("12000", finding.Problem.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_VirtualCameraWhereARealOneHangs_SeesWhatItSees()
    {
        var real = Review(SampleRoom.Map);
        var pose = real.Cameras[0].Pose!;
        var copy = new VirtualCamera(
            CameraId.Of("V1"),
            pose.Position,
            pose.PanDeg,
            pose.TiltDeg,
            pose.HorizontalFieldOfViewDeg,
            new(960, 540),
            pose.RollDeg
        );
        var result = DraftReview.Of(Reading(SampleRoom.Map), [copy], cells: true, _cache);
        foreach (var station in result.Stations)
        {
            var (of, like) = (
                station.Views.FirstOrDefault(v => v.Camera.Text == "C1"),
                station.Views.FirstOrDefault(v => v.Camera.Text == "V1")
            );
            if (of is null || of.InPictureShare < 1)
                continue;
            Assert.Equal(of.PxPerMetre, like!.PxPerMetre, 0.15 * of.PxPerMetre);
        }

        Assert.Equal(result.Floor!.Cells!.Columns * result.Floor.Cells.Rows, result.Floor.Cells.Counts.Length);
        Assert.Contains('4', result.Floor.Cells.Counts);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(137, 35, 0)]
    [InlineData(-90, -12, 7)]
    [InlineData(40, 89, -20)]
    public void Poses_ToProjectionAndBack_AreTheSame(double pan, double tilt, double roll)
    {
        var pose = new CameraPose(new(1, 2, 2.8), pan, tilt, roll, 90);
        var back = CameraPoses.Of(CameraPoses.Projection(pose, new(1920, 1080)))!;
        Assert.Equal(
            (pan, tilt, roll, 90.0),
            (
                Math.Round(back.PanDeg, 6),
                Math.Round(back.TiltDeg, 6),
                Math.Round(back.RollDeg, 6),
                Math.Round(back.HorizontalFieldOfViewDeg, 6)
            )
        );
        var ahead = CameraPoses
            .Projection(pose with { RollDeg = 0, PanDeg = 0, TiltDeg = 0 }, new(1920, 1080))
            .Project(new(11, 2, 2.8))!
            .Value;
        Assert.Equal((960.0, 540.0), (Math.Round(ahead.U, 6), Math.Round(ahead.V, 6)));
    }

    [Fact]
    public void Advice_CameraTurnedAway_TurnsItBack()
    {
        var pose = Review(SampleRoom.Map).Cameras[2].Pose!;
        var away = new VirtualCamera(
            CameraId.Of("C3"),
            pose.Position,
            pose.PanDeg + 20,
            pose.TiltDeg,
            pose.HorizontalFieldOfViewDeg,
            new(960, 540),
            pose.RollDeg
        );
        var map = SampleRoom.Map with { Cameras = [SampleRoom.Map.Cameras[2]] };
        var moves = CameraAdvice.Of(map, [away], _cache);
        var move = Assert.Single(moves);
        Assert.True(move.StationsAfter > move.StationsBefore || move.FloorAfter > move.FloorBefore);
        Assert.InRange(move.Pose.PanDeg - away.PanDeg, -35, -5);
        Assert.Contains("to the right", move.Text.En, StringComparison.Ordinal);
        Assert.Contains("向右", move.Text.Zh, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Plates_OnWorktopsOfOneHeight_FreeTheCameraWithinOnePercentOfHeldOutPoints(int camera)
    {
        var (map, truth) = (SampleRoom.Map, RoomGeometry.Of(SampleRoom.Map).Cameras[camera].Projection!);
        var random = new Random(7 + camera);
        CalibrationPoint[] plates =
        [
            .. map
                .Stations.Select(s => new SpacePoint(s.Center.X, s.Center.Y, s.Height))
                .Where(p => truth.Project(p) is { } q && truth.Contains(q))
                .Select(p => new CalibrationPoint(
                    p,
                    new(
                        truth.Project(p)!.Value.U + (0.3 * (random.NextDouble() - 0.5)),
                        truth.Project(p)!.Value.V + (0.3 * (random.NextDouble() - 0.5))
                    )
                )),
        ];
        var solved = CameraSolver.Solve(map.Cameras[camera] with { Calibration = new(plates, MapCalibration.Plates) });
        Assert.True(solved.Kind == CalibrationKind.Spatial, $"{plates.Length} plates: {solved.Refusal?.En}");
        foreach (var point in map.Cameras[camera].Calibration!.Points)
        {
            var seen = solved.Projection!.Project(point.Plan)!.Value;
            Assert.True(
                double.Hypot(seen.U - point.Pixel.U, seen.V - point.Pixel.V) < 0.01 * CameraSolver.Diagonal(new(960, 540)),
                $"{point.Plan}: {seen} {point.Pixel}"
            );
        }
    }

    [Fact]
    public void Plates_OnOnePlaneSeenNearlyHeadOn_AreRefusedAsClicksAre()
    {
        var truth = CameraPoses.Projection(new(new(4, 4, 6), 90, 88, 0, 60), new(1000, 600));
        CalibrationPoint[] points =
        [
            .. from x in new[] { 3.0, 4, 5 }
            from y in new[] { 3.3, 4, 4.7 }
            let p = new SpacePoint(x, y, 0.75)
            select new CalibrationPoint(p, truth.Project(p)!.Value),
        ];
        var solved = CameraSolver.Solve(new MapCamera(CameraId.Of("C1"), new(1000, 600), null, new(points, MapCalibration.Plates)));
        Assert.Equal(CalibrationKind.Refused, solved.Kind);
        Assert.Contains("one plane", solved.Refusal!.En, StringComparison.Ordinal);
    }

    private DraftResult Review(StationMap map) => DraftReview.Of(Reading(map), [], cells: true, _cache);

    private static StationMapReading Reading(StationMap map) =>
        StationMapFile.ParseDraft(JsonSerializer.SerializeToUtf8Bytes(map, ContractJson.Options), "draft");

    private static StationMap Moved(StationMap map, int camera, int point, double u, double v) =>
        map with
        {
            Cameras =
            [
                .. map.Cameras.Select(
                    (c, i) =>
                        i != camera
                            ? c
                            : c with
                            {
                                Calibration = new([
                                    .. c.Calibration!.Points.Select(
                                        (p, k) => k != point ? p : p with { Pixel = new(p.Pixel.U + u, p.Pixel.V + v) }
                                    ),
                                ]),
                            }
                ),
            ],
        };
}
