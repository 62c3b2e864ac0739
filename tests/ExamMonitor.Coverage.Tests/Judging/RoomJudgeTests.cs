using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class RoomJudgeTests
{
    private static readonly StationId s_station = StationId.Of("S1");
    private static readonly DateTimeOffset s_at = DateTimeOffset.UnixEpoch;

    private static CameraVerdict Camera(string id, bool? covered, bool? lit, double density, string? reason = null) => new(
        CameraId.Of(id), s_at, [CameraHealth.Ok], s_at, null, null, 1, 100, 0, 1, [new(s_station, covered, s_at, lit, s_at, 0.9, density, reason, 100)]);

    private static StationInRoom Merge(params CameraVerdict[] cameras)
    {
        var judge = new RoomJudge(RoomId.Of("R1"), [s_station]);
        RoomVerdict last = null!;
        foreach (var camera in cameras) last = judge.Take(camera);
        return Assert.Single(last.Stations);
    }

    [Fact]
    public void Station_CoveredByOneOfTwo_IsCoveredByThatOne()
    {
        var merged = Merge(Camera("C1", false, null, 300, Reasons.Obstructed), Camera("C2", true, true, 130));
        Assert.Equal((true, true, "C2"), (merged.Covered, merged.Lit, merged.Best?.Text));
        Assert.Null(merged.CoveredReason);
        Assert.Equal(2, merged.Cameras.Count);
    }

    [Fact]
    public void Station_CoveredByTwo_IsBestSeenByTheDenser() =>
        Assert.Equal("C2", Merge(Camera("C1", true, true, 130), Camera("C2", true, true, 300)).Best?.Text);

    [Fact]
    public void Station_WhoseOnlyCameraCannotSay_IsUnknown()
    {
        var merged = Merge(Camera("C1", null, null, 300, "camera:covered"));
        Assert.Equal((null, null, "camera:covered"), (merged.Covered, merged.Lit, merged.CoveredReason));
    }

    [Fact]
    public void Station_OneCameraSaysNoAndAnotherCannotSay_IsUnknownForTheOthersReason()
    {
        var merged = Merge(Camera("C1", false, null, 300, Reasons.Obstructed), Camera("C2", null, null, 130, "camera:covered"));
        Assert.Equal((null, "camera:covered"), (merged.Covered, merged.CoveredReason));
    }

    [Fact]
    public void Station_WhoseCameraIsStillSettling_IsUnknown() => Assert.Null(Merge(Camera("C1", null, null, 300, Reasons.Settling)).Covered);

    [Fact]
    public void Station_ThatNoCameraShows_IsNotCovered()
    {
        var judge = new RoomJudge(RoomId.Of("R1"), [s_station, StationId.Of("S2")]);
        var merged = judge.Take(Camera("C1", true, true, 300)).Stations[1];
        Assert.Equal((false, Reasons.NotInPicture, null), (merged.Covered, merged.CoveredReason, merged.Best));
    }

    [Fact]
    public void Station_DarkForOneAndLitForAnother_IsLit() => Assert.True(Merge(Camera("C1", true, false, 300, Reasons.TooDark), Camera("C2", true, true, 130)).Lit);
}
