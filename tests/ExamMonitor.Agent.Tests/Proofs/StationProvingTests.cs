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
}
