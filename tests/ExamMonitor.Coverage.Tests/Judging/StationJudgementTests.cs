using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class StationJudgementTests
{
    private static StationByCamera Camera(string id, bool? covered, bool? lit, double density, string? reason = null) =>
        new(CameraId.Of(id), covered, lit, density, 0.9, reason);

    private static StationJudgement Judge(params StationByCamera[] cameras) => StationJudgement.Of(cameras);

    [Fact]
    public void Station_CoveredByOneOfTwo_IsCoveredByThatOne()
    {
        var judged = Judge(Camera("C1", false, null, 300, Reasons.Obstructed), Camera("C2", true, true, 130));
        Assert.Equal((true, true, "C2"), (judged.Covered, judged.Lit, judged.Best?.Camera.Text));
        Assert.Null(judged.CoveredReason);
        Assert.Equal(["C1", "C2"], judged.Cameras.Select(c => c.Camera.Text));
    }

    [Fact]
    public void Station_CoveredByTwo_IsBestSeenByTheDenser() =>
        Assert.Equal("C2", Judge(Camera("C1", true, true, 130), Camera("C2", true, true, 300)).Best?.Camera.Text);

    [Fact]
    public void Station_WhoseOnlyCameraCannotSay_IsUnknown()
    {
        var judged = Judge(Camera("C1", null, null, 300, "camera:covered"));
        Assert.Equal((null, null, "camera:covered"), (judged.Covered, judged.Lit, judged.CoveredReason));
    }

    [Fact]
    public void Station_OneCameraSaysNoAndAnotherCannotSay_IsUnknownForTheOthersReason()
    {
        var judged = Judge(Camera("C1", false, null, 300, Reasons.Obstructed), Camera("C2", null, null, 130, "camera:covered"));
        Assert.Equal((null, "camera:covered"), (judged.Covered, judged.CoveredReason));
    }

    [Fact]
    public void Station_WhoseCameraIsStillSettling_IsUnknown() =>
        Assert.Null(Judge(Camera("C1", null, null, 300, Reasons.Settling)).Covered);

    [Fact]
    public void Station_ThatNoCameraShows_IsNotCovered()
    {
        var judged = Judge();
        Assert.Equal((false, Reasons.NoCamera, null), (judged.Covered, judged.CoveredReason, judged.Best));
    }

    [Fact]
    public void Station_DarkForOneAndLitForAnother_IsLit() =>
        Assert.True(Judge(Camera("C1", true, false, 300, Reasons.TooDark), Camera("C2", true, true, 130)).Lit);

    [Fact]
    public void Station_WhateverTheOrderOfItsCameras_IsJudgedTheSame()
    {
        StationByCamera[] cameras =
        [
            Camera("C1", null, null, 130, Reasons.Occluded),
            Camera("C2", false, false, 130, Reasons.TooDark),
            Camera("C3", null, null, 300, "camera:moved"),
        ];
        var (one, other) = (Judge(cameras), Judge([.. cameras.Reverse()]));
        Assert.Equal(
            (one.Covered, one.CoveredReason, one.Lit, one.LitReason, one.Best),
            (other.Covered, other.CoveredReason, other.Lit, other.LitReason, other.Best)
        );
        Assert.Equal((null, Reasons.Occluded, false, Reasons.TooDark), (one.Covered, one.CoveredReason, one.Lit, one.LitReason));
    }

    [Fact]
    public void Cameras_OfTheSameDensity_AreInOrderOfTheirIds() =>
        Assert.Equal(
            ["C3", "C1", "C2"],
            Judge(Camera("C2", true, true, 130), Camera("C1", true, true, 130), Camera("C3", false, null, 300))
                .Cameras.Select(c => c.Camera.Text)
        );

    [Theory]
    [InlineData(Reasons.Obstructed, Reasons.TooFar, Reasons.Obstructed)]
    [InlineData(null, Reasons.TooFar, Reasons.TooFar)]
    [InlineData(null, null, Reasons.NotCovered)]
    public void Station_ThatEveryCameraSaysNoOf_IsNotCoveredForTheDensestCausesSake(string? denser, string? other, string cause)
    {
        var judged = Judge(Camera("C1", false, null, 130, other), Camera("C2", false, null, 300, denser));
        Assert.Equal((false, cause, "C2"), (judged.Covered, judged.CoveredReason, judged.Best?.Camera.Text));
        Assert.Null(judged.Lit);
    }

    /// <summary>What passes by itself is told before the fault of a camera; else the densest view's cause.</summary>
    [Theory]
    [InlineData("camera:moved", Reasons.Settling, Reasons.Settling)]
    [InlineData("camera:moved", Reasons.Occluded, Reasons.Occluded)]
    [InlineData("camera:moved", Reasons.NotMeasured, Reasons.NotMeasured)]
    [InlineData("camera:moved", "camera:dark", "camera:moved")]
    [InlineData(null, "camera:dark", Reasons.NotMeasured)]
    public void Station_ThatNoCameraCanSayOf_IsUnknownForItsCause(string? denser, string? other, string cause)
    {
        var judged = Judge(Camera("C1", null, null, 130, other), Camera("C2", null, null, 300, denser));
        Assert.Equal((null, cause, "C2"), (judged.Covered, judged.CoveredReason, judged.Best?.Camera.Text));
    }

    [Fact]
    public void Station_LitForACameraThatDoesNotCoverIt_IsNotProvedLit()
    {
        var judged = Judge(Camera("C1", false, true, 300, Reasons.Obstructed), Camera("C2", true, null, 130));
        Assert.Equal((true, null, Reasons.Obstructed), (judged.Covered, judged.Lit, judged.LitReason));
    }

    [Fact]
    public void Station_DarkWithoutACause_IsTooDark()
    {
        var judged = Judge(Camera("C1", true, false, 300));
        Assert.Equal((true, false, Reasons.TooDark), (judged.Covered, judged.Lit, judged.LitReason));
        Assert.Equal(Reasons.Glare, Judge(Camera("C1", true, false, 300, Reasons.Glare)).LitReason);
    }

    [Fact]
    public void Light_ThatNoCameraTellsACauseOf_IsUnknownForThatOfTheCoverage()
    {
        Assert.Equal((null, Reasons.NotCovered), (Judge(Camera("C1", false, null, 300)) is var no ? no.Lit : true, no.LitReason));
        Assert.Equal((null, Reasons.NotMeasured), (Judge(Camera("C1", true, null, 300)) is var yes ? yes.Lit : true, yes.LitReason));
        Assert.Equal(Reasons.NoCamera, Judge().LitReason);
    }
}
