using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Recording;
using Xunit;

namespace ExamMonitor.Agent.Tests.Proofs;

public sealed class StationProvingTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly CameraId C1 = CameraId.Of("C1");
    private static readonly CameraId C2 = CameraId.Of("C2");
    private static readonly MapStation Station = new(StationId.Of("S1"), "1", new(1, 1), new(1.2, 0.6), 0.75);

    private static StationSpan Span(Lane lane, int from, int to, bool? value, params CameraId[] cameras) =>
        new(Station.Id, lane, Nine.AddSeconds(from), Nine.AddSeconds(to), value, value == true ? null : "x")
        {
            Cameras = cameras.Length == 0 ? null : cameras,
        };

    private static WallSpan Held(int from, int to) => new(Nine.AddSeconds(from), Nine.AddSeconds(to));

    private static ProvedStation Prove(HeldFootage footage, params StationSpan[] spans) =>
        Assert.Single(StationProving.Of(Nine, Nine.AddSeconds(100), [Station], spans, footage));

    private static HeldFootage Footage(WallSpan[] ofC1, WallSpan[] ofC2, int decided = 100) =>
        new(new Dictionary<CameraId, IReadOnlyList<WallSpan>> { [C1] = ofC1, [C2] = ofC2 }, Nine.AddSeconds(decided));

    private static (int, int, bool?, string?)[] Short(IEnumerable<LaneSpan> lane) =>
        [.. lane.Select(s => ((int)(s.Start - Nine).TotalSeconds, (int)(s.End - Nine).TotalSeconds, s.Value, s.Reason))];

    /// <summary>
    /// COV-1 and docs/footage.md: a station is proved by footage of a camera that covered it at that moment, and by no other's.
    /// </summary>
    [Fact]
    public void Recorded_SegmentOfTheCoveringCameraLost_IsNotProvedByAnotherCamera()
    {
        var proved = Prove(Footage([Held(0, 40), Held(60, 100)], [Held(0, 100)]), Span(Lane.Recorded, 0, 100, true, C1));
        Assert.Equal([(0, 40, true, null), (40, 60, false, "no-footage"), (60, 100, true, null)], Short(proved.Recorded));
        Assert.Equal(80, SessionProver.Sum(proved, 100).RecordedSeconds);
    }

    [Fact]
    public void Recorded_CoveredByTwo_IsProvedByEither() =>
        Assert.Equal(
            [(0, 60, true, null), (60, 100, true, null)],
            Short(
                Prove(
                    Footage([Held(0, 40)], [Held(20, 100)]),
                    Span(Lane.Recorded, 0, 60, true, C1, C2),
                    Span(Lane.Recorded, 60, 100, true, C2)
                ).Recorded
            )
        );

    /// <summary>
    /// Lanes of earlier versions do not say which camera covered the station: it was one of them, so all of them must have it.
    /// </summary>
    [Fact]
    public void Recorded_NobodyKnowsByWhichCamera_IsProvedWhereEveryCameraHasFootage() =>
        Assert.Equal(
            [(0, 20, false, "no-footage"), (20, 40, true, null), (40, 100, false, "no-footage")],
            Short(Prove(Footage([Held(0, 40)], [Held(20, 100)]), Span(Lane.Recorded, 0, 100, true)).Recorded)
        );

    [Fact]
    public void Recorded_WrittenAndNotCommittedYet_IsNotMissing() =>
        Assert.Equal(
            [(0, 50, true, null), (50, 70, false, "no-footage"), (70, 100, true, null)],
            Short(Prove(Footage([Held(0, 50)], [], decided: 70), Span(Lane.Recorded, 0, 100, true, C1)).Recorded)
        );

    [Fact]
    public void Sum_HolesAndClaims_AreCountedApart()
    {
        var proved = Prove(
            Footage([Held(0, 40), Held(75, 100)], []),
            Span(Lane.Covered, 0, 80, true),
            Span(Lane.Covered, 80, 100, false),
            Span(Lane.Lit, 0, 50, true),
            Span(Lane.Recorded, 0, 60, true, C1),
            Span(Lane.Recorded, 60, 70, null),
            Span(Lane.Recorded, 70, 90, true, C1)
        );
        var sum = SessionProver.Sum(proved, 100);
        Assert.Equal(
            (55.0, 0.55, 0.8, 0.5, 20.0),
            (sum.RecordedSeconds, sum.Completeness, sum.CoveredShare, sum.LitShare, sum.UnknownSeconds)
        );
        var nothing = SessionProver.Sum(Prove(Footage([], [])), 100);
        Assert.Equal((0.0, 0.0, 100.0), (nothing.RecordedSeconds, nothing.Completeness, nothing.UnknownSeconds));
        Assert.Equal(1, SessionProver.Sum(Prove(Footage([Held(0, 100)], []), Span(Lane.Recorded, 0, 100, true, C1)), 100).Completeness);
    }

    /// <summary>Claims that overlap, lie outside or leave holes become one line without either.</summary>
    [Fact]
    public void Lanes_ThatOverlapAndReachOutside_AreCutToTheRangeWithoutHoles()
    {
        var proved = Prove(
            Footage([], []),
            Span(Lane.Covered, 60, 130, true),
            Span(Lane.Covered, -20, 30, false),
            Span(Lane.Covered, 10, 40, true),
            Span(Lane.Covered, 15, 25, null),
            Span(Lane.Covered, 130, 150, true),
            Span(Lane.Lit, -40, 0, true),
            Span(Lane.Lit, 20, 100, null) with
            {
                Reason = null,
            }
        );
        Assert.Equal(
            [(0, 30, false, "x"), (30, 40, true, null), (40, 60, null, "agent-stopped"), (60, 100, true, null)],
            Short(proved.Covered)
        );
        Assert.Equal([(0, 20, null, "agent-stopped"), (20, 100, null, "not-measured")], Short(proved.Lit));
        Assert.Equal([(0, 100, null, "agent-stopped")], Short(proved.Recorded));
    }

    /// <summary>What is held before and behind a claim proves nothing of it.</summary>
    [Fact]
    public void Recorded_FootageAroundTheClaim_ProvesNothingOutsideIt() =>
        Assert.Equal(
            [
                (0, 20, null, "agent-stopped"),
                (20, 40, false, "no-footage"),
                (40, 50, true, null),
                (50, 60, false, "no-footage"),
                (60, 80, false, "x"),
                (80, 100, null, "agent-stopped"),
            ],
            Short(
                Prove(
                    Footage([Held(0, 10), Held(40, 50), Held(65, 75), Held(90, 100)], []),
                    Span(Lane.Recorded, 20, 60, true, C1),
                    Span(Lane.Recorded, 60, 80, false)
                ).Recorded
            )
        );

    /// <summary>A claim that lies wholly behind what is decided is neither proved nor missing: it counts until it is decided.</summary>
    [Theory]
    [InlineData(20, true)]
    [InlineData(60, true)]
    [InlineData(100, false)]
    public void Recorded_BehindWhatIsDecided_IsNotMissingYet(int decided, bool value) =>
        Assert.Equal(
            (60, 100, value, value ? null : "no-footage"),
            Short(Prove(Footage([], [], decided), Span(Lane.Recorded, 60, 100, true, C1)).Recorded)[^1]
        );

    /// <summary>The time that both have, whichever of them began first.</summary>
    [Theory]
    [InlineData(20, 60, 0, 40)]
    [InlineData(0, 40, 20, 60)]
    [InlineData(20, 40, 0, 60)]
    public void Recorded_NobodyKnowsByWhichCamera_IsProvedForTheCommonTime(int from1, int to1, int from2, int to2) =>
        Assert.Equal(
            [(0, 20, false, "no-footage"), (20, 40, true, null), (40, 100, false, "no-footage")],
            Short(Prove(Footage([Held(from1, to1)], [Held(from2, to2)]), Span(Lane.Recorded, 0, 100, true)).Recorded)
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Recorded_RoomWithoutAnyFootage_IsNotProved(bool isNamed)
    {
        var footage = new HeldFootage(new Dictionary<CameraId, IReadOnlyList<WallSpan>>(), Nine.AddSeconds(100));
        CameraId[] cameras = isNamed ? [C1] : [];
        Assert.Equal([(0, 100, false, "no-footage")], Short(Prove(footage, Span(Lane.Recorded, 0, 100, true, cameras)).Recorded));
    }

    [Fact]
    public void Sum_MoreProvedThanRequired_IsWhole()
    {
        var sum = SessionProver.Sum(Prove(Footage([], []), Span(Lane.Covered, 0, 100, true)), 80);
        Assert.Equal((1.0, 0.0, 80.0), (sum.CoveredShare, sum.LitShare, sum.RequiredSeconds));
    }
}
