using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Rules;
using ExamMonitor.Floor.Views;
using Xunit;

namespace ExamMonitor.Agent.Tests.Rooms;

public sealed class RoomViewTests
{
    private readonly RoomScenario _room = new();

    private string[] Problems() =>
        [
            .. ProblemRules
                .Of(_room.View)
                .Select(o => $"{o.Code} {o.Subject.Camera?.Text ?? o.Subject.Station?.Text} {o.Severity}")
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void Next_BeforeAnyVerdict_ClaimsNothingAndAlarmsNobody()
    {
        _room.Run(5);
        Assert.All(_room.View.Stations, s => Assert.Equal((null, null, null), (s.Covered.Value, s.Lit.Value, s.Recorded.Value)));
        Assert.Empty(Problems());
    }

    [Fact]
    public void Next_AllWell_AllClaimsHoldAndTheDenserCameraIsBest()
    {
        _room.AllWell();
        Assert.All(_room.View.Stations, s => Assert.Equal((true, true, true), (s.Covered.Value, s.Lit.Value, s.Recorded.Value)));
        Assert.Equal("C2", _room.Of("S2").Best?.Camera.Text);
        Assert.Empty(Problems());
    }

    [Fact]
    public void Next_CameraPulled_ItsStationIsUnprovedWithinFifteenSecondsAndOneProblemOpens()
    {
        _room.AllWell();
        _room.Pull("C1", "The camera does not answer.");
        _room.Run(15);
        Assert.Equal([CameraHealth.SignalLost], _room.View.Cameras[CameraId.Of("C1")].Health);
        Assert.Equal((null, "camera:signal-lost"), (_room.Of("S1").Covered.Value, _room.Of("S1").Covered.Reason));
        Assert.StartsWith("Nothing can be said of station 1", _room.Of("S1").Covered.Text?.En, StringComparison.Ordinal);
        Assert.Null(_room.Of("S1").Recorded.Value);
        Assert.True(_room.Of("S2").Covered.Value);
        Assert.Equal(["camera-signal-lost C1 Critical"], Problems());
        Assert.Contains("does not answer", ProblemRules.Of(_room.View).Single().Text.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_CameraNeverAnswers_IsLostAfterTheSameTime()
    {
        _room.Alive.Remove("C1");
        _room.Run(10);
        Assert.Equal([CameraHealth.SignalLost], _room.View.Cameras[CameraId.Of("C1")].Health);
    }

    [Fact]
    public void Next_CameraReturnsForMoments_StaysLostUntilTheStreamIsSteady()
    {
        _room.AllWell();
        _room.Pull("C1");
        _room.Run(12);
        var since = _room.View.Cameras[CameraId.Of("C1")].Since;
        for (var i = 0; i < 5; i++)
        {
            _room.PlugIn("C1");
            _room.Run(3);
            _room.Pull("C1");
            _room.Run(3);
        }

        Assert.Equal(since, _room.View.Cameras[CameraId.Of("C1")].Since);
        _room.PlugIn("C1");
        _room.Run(7);
        Assert.Equal([CameraHealth.Ok], _room.View.Cameras[CameraId.Of("C1")].Health);
        Assert.True(_room.Of("S1").Covered.Value);
    }

    [Fact]
    public void Next_LensCovered_IsTheCamerasProblemAndNotEveryStations()
    {
        _room.AllWell();
        _room.Judge(
            "C1",
            CameraHealth.Covered,
            ("S1", RoomScenario.Says("C1", null, null, reason: "camera:covered")),
            ("S2", RoomScenario.Says("C1", null, null, reason: "camera:covered"))
        );
        _room.Run(1);
        Assert.Equal(["camera-covered C1 Critical"], Problems());
        Assert.Equal((null, "camera:covered"), (_room.Of("S1").Covered.Value, _room.Of("S1").Covered.Reason));
        Assert.True(_room.Of("S2").Covered.Value);
    }

    [Fact]
    public void Next_FaultyCameraWhoseStationsOthersCover_IsAWarning()
    {
        _room.AllWell();
        _room.Judge("C2", CameraHealth.Defocused, ("S2", RoomScenario.Says("C2", null, null, reason: "camera:defocused")));
        _room.Run(1);
        Assert.Equal(["camera-defocused C2 Warning"], Problems());
    }

    [Fact]
    public void Next_OneCameraSaysNoAndAnotherCannotSay_IsUnknown()
    {
        _room.AllWell();
        _room.Judge(
            "C1",
            CameraHealth.Ok,
            ("S1", RoomScenario.Says("C1")),
            ("S2", RoomScenario.Says("C1", false, null, reason: "obstructed"))
        );
        _room.Judge("C2", CameraHealth.Defocused, ("S2", RoomScenario.Says("C2", null, null, reason: "camera:defocused")));
        _room.Run(1);
        Assert.Equal((null, "camera:defocused"), (_room.Of("S2").Covered.Value, _room.Of("S2").Covered.Reason));
        Assert.Equal(["camera-defocused C2 Critical"], Problems());
    }

    [Fact]
    public void Next_CabinetBeforeAStation_IsTheStationsProblem()
    {
        _room.AllWell();
        _room.Judge(
            "C1",
            CameraHealth.Ok,
            ("S1", RoomScenario.Says("C1", false, null, reason: "obstructed")),
            ("S2", RoomScenario.Says("C1"))
        );
        _room.Run(1);
        Assert.Equal(["station-not-covered S1 Critical"], Problems());
        Assert.Equal((false, "obstructed"), (_room.Of("S1").Covered.Value, _room.Of("S1").Covered.Reason));
        Assert.Equal((false, "not-covered"), (_room.Of("S1").Recorded.Value, _room.Of("S1").Recorded.Reason));
    }

    [Fact]
    public void Next_StationDark_IsNotLitWithItsReason()
    {
        _room.AllWell();
        _room.Judge(
            "C1",
            CameraHealth.Ok,
            ("S1", RoomScenario.Says("C1", true, false, reason: "too-dark")),
            ("S2", RoomScenario.Says("C1"))
        );
        _room.Run(1);
        Assert.Equal((true, false, "too-dark"), (_room.Of("S1").Covered.Value, _room.Of("S1").Lit.Value, _room.Of("S1").Lit.Reason));
        Assert.Equal(["station-not-lit S1 Warning"], Problems());
    }

    [Fact]
    public void Next_DiskFails_StationIsCoveredButNotRecorded()
    {
        _room.AllWell();
        _room.Recordings["C1"] = new(false, _room.Now, GapCause.Disk, null);
        _room.Run(1);
        Assert.Equal(
            (true, false, "not-recorded"),
            (_room.Of("S1").Covered.Value, _room.Of("S1").Recorded.Value, _room.Of("S1").Recorded.Reason)
        );
        Assert.True(_room.Of("S2").Recorded.Value);
        Assert.Equal(["recording-stopped C1 Critical"], Problems());
    }

    [Fact]
    public void Next_PicturesBroken_StationIsNotRecordedUnlessAnotherCameraHasItWhole()
    {
        _room.AllWell();
        _room.Recordings["C1"] = new(true, _room.Now, null, null) { IsBroken = true };
        _room.Run(1);
        Assert.Equal((false, "picture-broken"), (_room.Of("S1").Recorded.Value, _room.Of("S1").Recorded.Reason));
        Assert.Contains("broken pictures", _room.Of("S1").Recorded.Text!.En);
        Assert.True(_room.Of("S2").Recorded.Value);
        Assert.Equal(["pictures-broken C1 Warning"], Problems());
    }

    [Fact]
    public void Next_SoundAnnouncedAndNotSent_IsAProblemOfItsOwn()
    {
        _room.AllWell();
        _room.Sounds["C1"] = SoundFacts.None with { IsMissing = true };
        _room.Run(1);
        Assert.Equal(["sound-not-sent C1 Warning"], Problems());
    }

    [Fact]
    public void Problems_CameraWhoseTimeStampsStand_IsToldAsANoticeAndNothingElseIsWrong()
    {
        _room.AllWell();
        var facts = _room
            .View.Facts.Select(f => f.Camera.Text == "C1" ? f with { Stream = f.Stream with { TimeStands = true } } : f)
            .ToList();
        var view = _room.View.Next(facts, _room.Now, RoomScenario.LostAfter);
        var told = Assert.Single(ProblemRules.Of(view), o => o.Code != "sound-missing");
        Assert.Equal(("camera-clock-stands", Severity.Notice), (told.Code, told.Severity));
    }

    [Fact]
    public void Next_CameraClockSteps_IsToldWithItsSizeAndNothingElseIsWrong()
    {
        _room.AllWell();
        var facts = _room
            .View.Facts.Select(f => f.Camera.Text == "C1" ? f with { Stream = f.Stream with { ClockStepMs = -30_000 } } : f)
            .ToList();
        var view = _room.View.Next(facts, _room.Now.AddSeconds(1), RoomScenario.LostAfter);
        var problem = Assert.Single(ProblemRules.Of(view));
        Assert.Equal(("camera-clock-stepped", Severity.Notice), (problem.Code, problem.Severity));
        Assert.Contains("-30.0 s", problem.Text.En);
        Assert.All(view.Stations, s => Assert.True(s.Recorded.Value));
    }

    [Fact]
    public void Next_ReasonOfALossGetsCertain_TheNewestIsTold()
    {
        _room.AllWell();
        _room.Pull("C1", "Cannot be reached.");
        _room.Run(10);
        Assert.Equal("Cannot be reached.", _room.View.Cameras[CameraId.Of("C1")].Text!.En);
        _room.Streams["C1"] = _room.Streams["C1"] with { Failure = new("Connection refused.", "Connection refused.") };
        _room.Run(5);
        Assert.Equal("Connection refused.", _room.View.Cameras[CameraId.Of("C1")].Text!.En);
    }

    [Fact]
    public void Next_MeasuringStops_ClaimsBecomeUnknownAfterHalfAMinute()
    {
        _room.AllWell();
        _room.Verdicts["C1"] = _room.Verdicts["C1"]! with { AtUtc = _room.Now.AddSeconds(-31) };
        _room.Alive.Remove("C1");
        _room.Run(1);
        Assert.Empty(_room.View.Cameras[CameraId.Of("C1")].Health);
        Assert.Equal((null, "not-measured"), (_room.Of("S1").Covered.Value, _room.Of("S1").Covered.Reason));
    }

    [Fact]
    public void Next_ClaimUnchanged_KeepsItsSince()
    {
        _room.AllWell();
        var since = _room.Of("S1").Covered.Since;
        _room.Run(30);
        Assert.Equal(since, _room.Of("S1").Covered.Since);
    }

    [Fact]
    public void Sound_SilentClippedApartOrMissing_IsAProblemInBothLanguages()
    {
        _room.AllWell();
        (_room.Sounds["C1"], _room.Sounds["C2"]) = (new(AudioState.Silent, 20), new(AudioState.Clipped, -1200));
        _room.Run(1);
        Assert.Equal(["sound-clipped C2 Warning", "sound-offset C2 Warning", "sound-silent C1 Warning"], Problems());
        Assert.Contains("5 分钟", ProblemRules.Of(_room.View).Single(o => o.Code == "sound-silent").Text.Zh, StringComparison.Ordinal);
        (_room.Sounds["C1"], _room.Sounds["C2"]) = (new(AudioState.Absent, null), new(AudioState.Present, 30));
        _room.Run(1);
        Assert.Empty(Problems());
        _room.Sounds["C2"] = new(AudioState.Absent, null);
        _room.Run(1);
        Assert.Equal(["sound-missing  Notice"], Problems());
        Assert.Empty(ProblemRules.Of(_room.View with { SoundRequired = false }));
    }

    [Fact]
    public void Sound_Unknown_ClosesNothing()
    {
        _room.AllWell();
        Assert.False(CanTell("sound-silent", "C1"));
        Assert.False(CanTell("sound-missing", null));
        _room.Sounds["C1"] = new(AudioState.Present, 10);
        _room.Run(1);
        Assert.True(CanTell("sound-silent", "C1"));
        Assert.True(CanTell("sound-offset", "C1"));
        Assert.True(CanTell("sound-missing", null));
    }

    private bool CanTell(string code, string? camera, string? station = null) =>
        ProblemRules.CanTell(
            _room.View,
            new(code, new(RoomId.Of("R1"), camera is null ? null : CameraId.Of(camera), station is null ? null : StationId.Of(station)))
        );

    [Fact]
    public void CanTell_JustStarted_ClosesNothing()
    {
        _room.Run(1);
        Assert.False(CanTell("camera-covered", "C1"));
        Assert.False(CanTell("station-not-covered", null, "S1"));
        _room.AllWell();
        Assert.True(CanTell("camera-covered", "C1"));
        Assert.True(CanTell("camera-signal-lost", "C1"));
        Assert.True(CanTell("station-not-covered", null, "S1"));
    }

    [Fact]
    public void CanTell_VerdictNotSettledOrCameraLost_ClosesNoConditionOfTheCamera()
    {
        _room.AllWell();
        _room.Verdicts["C1"] = _room.Verdicts["C1"]! with { IsSettled = false };
        _room.Run(1);
        Assert.False(CanTell("camera-covered", "C1"));
        _room.AllWell();
        _room.Pull("C1");
        _room.Run(10);
        Assert.False(CanTell("camera-covered", "C1"));
        Assert.False(CanTell("camera-signal-lost", "C1"));
        Assert.False(CanTell("station-not-covered", null, "S1"));
    }

    [Fact]
    public void CanTell_CameraOrStationNoLongerConfigured_ClosesWhatWasOpen()
    {
        Assert.True(CanTell("camera-covered", "C9"));
        Assert.True(CanTell("station-not-covered", null, "S9"));
    }

    [Fact]
    public void Next_AttemptsFailDifferentlyEachSecond_KeepsTheSentenceForAWhile()
    {
        _room.AllWell();
        _room.Pull("C1", "The connection broke.");
        _room.Run(10);
        _room.Streams["C1"] = _room.Streams["C1"] with { Failure = new("No answer.", "No answer.") };
        _room.Run(1);
        Assert.Equal("No answer.", _room.View.Cameras[CameraId.Of("C1")].Text?.En);
        _room.Streams["C1"] = _room.Streams["C1"] with { Failure = new("The connection broke.", "The connection broke.") };
        _room.Run(1);
        Assert.Equal("No answer.", _room.View.Cameras[CameraId.Of("C1")].Text?.En);
        _room.Streams["C1"] = _room.Streams["C1"] with
        {
            Failure = new("Wrong password.", "Wrong password."),
            FailureCause = GapCause.Authentication,
        };
        _room.Run(1);
        Assert.Equal("Wrong password.", _room.View.Cameras[CameraId.Of("C1")].Text?.En);
    }

    [Theory]
    [InlineData(false, Severity.Warning)]
    [InlineData(true, Severity.Critical)]
    public void Problems_LensBlockedWhileOthersCoverItsStations_IsCriticalDuringAnExam(bool duringExam, Severity severity)
    {
        _room.AllWell();
        _room.Judge("C2", CameraHealth.Covered, ("S2", RoomScenario.Says("C2", covered: null, lit: null)));
        _room.Run(10);
        Assert.Equal(severity, ProblemRules.Of(_room.View, duringExam).Single(o => o.Code == "camera-covered").Severity);
    }
}
