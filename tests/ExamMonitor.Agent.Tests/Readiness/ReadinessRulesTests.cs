using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Hosting.Configuration;
using Xunit;

namespace ExamMonitor.Agent.Tests.Readiness;

public sealed class ReadinessRulesTests
{
    internal static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    internal static readonly ExamSession Session = new(
        ExamSessionId.Of("S1"),
        BatchId.Of("B1"),
        RoomId.Of("R7"),
        Now.AddHours(1),
        Now.AddHours(3),
        "t",
        null,
        false
    );
    internal static readonly ReadinessLimits Limits = new(95, 2000, new(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30)), []);
    private static readonly CameraReadiness Camera = new("C1", true, [CameraHealth.Ok], AudioState.Present, 40, 1e9);

    internal static readonly ReadinessFacts Good = new(
        RoomId.Of("R7"),
        Session,
        [Camera, Camera with { Name = "C2", Audio = AudioState.Absent }],
        [new("1", true, true), new("2", true, true)],
        97.2,
        new(true, null),
        new(100_000_000_000, 0, 10_000_000_000, null),
        new(true, "Li", Now.AddDays(-9)),
        new(Now.AddDays(-2), 0),
        true
    )
    {
        Plates = new(Now.AddHours(-1), [Plate("1"), Plate("2")], []),
    };

    private static StationPlate Plate(string label, PlateVerdict verdict = PlateVerdict.Seen, string? reason = null) =>
        new(StationId.Of("S0" + label), label, verdict, reason, new("t", "t"), CameraId.Of("C1"), Now.AddHours(-1), 5, 5);

    private static ReadinessCheck Check(ReadinessFacts facts, string id) =>
        ReadinessRules.Judge(facts, Limits, Now).Checks.Single(c => c.Id == id);

    [Fact]
    public void Judge_AllWell_IsReadyAndEveryCheckIsYes()
    {
        var answer = ReadinessRules.Judge(Good, Limits, Now);
        Assert.True(answer.Ready);
        Assert.Equal(CheckNames.All, answer.Checks.Select(c => c.Id));
        Assert.All(answer.Checks, c => Assert.True(c.Ok == true && c.Mend is null, c.Id));
        Assert.Equal(("S1", Session.Start), (answer.Session!.Value.Text, answer.SessionStart));
    }

    public static TheoryData<string, ReadinessFactsCase> Noes =>
        new()
        {
            { CheckNames.Cameras, new(f => f with { Cameras = [Camera with { IsRecording = false }] }, false) },
            { CheckNames.Cameras, new(f => f with { Cameras = [Camera with { Health = [CameraHealth.Moved] }] }, false) },
            { CheckNames.Cameras, new(f => f with { Cameras = [Camera with { Health = [] }] }, null) },
            { CheckNames.Cameras, new(f => f with { Cameras = [] }, false) },
            { CheckNames.StationsCovered, new(f => f with { Stations = [new("1", true, true), new("2", false, true)] }, false) },
            { CheckNames.StationsCovered, new(f => f with { Stations = [new("1", null, true)] }, null) },
            { CheckNames.StationsLit, new(f => f with { Stations = [new("1", true, false)] }, false) },
            { CheckNames.StationsLit, new(f => f with { Stations = [new("1", true, null)] }, null) },
            {
                CheckNames.Plates,
                new(
                    f =>
                        f with
                        {
                            Plates = new(Now.AddHours(-1), [Plate("1"), Plate("2", PlateVerdict.WrongPlate)], [StationId.Of("S02")]),
                        },
                    false
                )
            },
            {
                CheckNames.Plates,
                new(
                    f =>
                        f with
                        {
                            Plates = new(
                                Now.AddDays(-9),
                                [Plate("1"), Plate("2", PlateVerdict.NotMeasured, "camera:dark")],
                                [StationId.Of("S02")]
                            ),
                        },
                    false
                )
            },
            { CheckNames.WholeArea, new(f => f with { FloorPercent = 94.9 }, false) },
            { CheckNames.WholeArea, new(f => f with { FloorPercent = null }, null) },
            { CheckNames.Audio, new(f => f with { Cameras = [Camera with { Audio = AudioState.Silent }] }, false) },
            { CheckNames.Audio, new(f => f with { Cameras = [Camera with { Audio = AudioState.Unknown }] }, null) },
            { CheckNames.Clock, new(f => f with { Clock = new(false, null) }, false) },
            { CheckNames.Clock, new(f => f with { Clock = new(null, null) }, null) },
            { CheckNames.Clock, new(f => f with { Clock = new(true, new("2090", "2090")) }, false) },
            { CheckNames.CameraClocks, new(f => f with { Cameras = [Camera with { ClockOffsetMs = -2001 }] }, false) },
            { CheckNames.Space, new(f => f with { Space = f.Space with { FreeBytes = null } }, false) },
            { CheckNames.Space, new(f => f with { Space = f.Space with { FreeBytes = 15_000_000_000 } }, false) },
            { CheckNames.Space, new(f => f with { Space = f.Space with { Fault = new("read-only", "只读") } }, false) },
            { CheckNames.Space, new(f => f with { Space = f.Space with { PromisedBytes = 91_000_000_000 } }, false) },
            { CheckNames.Space, new(f => f with { Cameras = [Camera with { BytesPerHour = null }] }, null) },
            { CheckNames.Space, new(f => f with { Space = f.Space with { Breach = new(2026, 3, 3) } }, false) },
            { CheckNames.Calibration, new(f => f with { Calibration = CalibrationReadiness.None }, false) },
            { CheckNames.Calibration, new(f => f with { Calibration = new(false, "Li", Now) }, false) },
            { CheckNames.Scrub, new(f => f with { Scrub = new(Now, 1) }, false) },
            { CheckNames.Ledger, new(f => f with { LedgerIsWhole = false }, false) },
        };

    [Theory]
    [MemberData(nameof(Noes))]
    public void Judge_OneThingWrong_IsNotReadyAndSaysWhatToDo(string id, ReadinessFactsCase wrong)
    {
        var facts = wrong.Make(Good);
        Assert.False(ReadinessRules.Judge(facts, Limits, Now).Ready);
        var check = Check(facts, id);
        Assert.Equal(wrong.Ok, check.Ok);
        Assert.True(check.Mend is { En.Length: > 0, Zh.Length: > 0 });
        var informs = Limits with
        {
            InformOnly =
            [
                .. CheckNames.All.Where(n => ReadinessRules.Judge(facts, Limits, Now).Checks.Any(c => c.Id == n && c.Ok != true)),
            ],
        };
        Assert.True(ReadinessRules.Judge(facts, informs, Now).Ready);
    }

    [Theory]
    [InlineData(PlateVerdict.NotSeen, "not-stuck", 1, false)]
    [InlineData(PlateVerdict.NotSeen, "elsewhere", 1, false)]
    [InlineData(PlateVerdict.NotSeen, "hidden", 1, null)]
    [InlineData(PlateVerdict.NotSeen, "too-small", 1, null)]
    [InlineData(PlateVerdict.NotMeasured, "camera:dark", 1, null)]
    [InlineData(PlateVerdict.Seen, null, 26, null)]
    [InlineData(PlateVerdict.Seen, null, -1, null)]
    public void Judge_PlateThatWasNotSeen_IsSaidAndOnlyInforms(PlateVerdict verdict, string? reason, int hoursAgo, bool? ok)
    {
        var facts = Good with { Plates = new(Now.AddHours(-hoursAgo), [Plate("1"), Plate("2", verdict, reason)], []) };
        Assert.True(ReadinessRules.Judge(facts, Limits, Now).Ready);
        var check = Check(facts, CheckNames.Plates);
        Assert.Equal((ok, false), (check.Ok, check.Required));
        Assert.Contains("plates check --room R7", check.Mend!.En, StringComparison.Ordinal);
        Assert.Contains("plates check --room R7", check.Mend.Zh, StringComparison.Ordinal);
        if (verdict != PlateVerdict.Seen)
            Assert.EndsWith(": 2.", check.Text.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_NoPlatesSetUp_AsksNothingOfThem()
    {
        var answer = ReadinessRules.Judge(Good with { Plates = null }, Limits, Now);
        Assert.True(answer.Ready);
        Assert.DoesNotContain(answer.Checks, c => c.Id == CheckNames.Plates);
    }

    [Fact]
    public void Judge_SpaceThatIdleFootageCanGive_IsEnough()
    {
        // 2 cameras × 1 GB/h × 3 h with margins = 6 GB
        Assert.True(Check(Good with { Space = new(10_000_000_000, 6_000_000_000, 10_000_000_000, null) }, CheckNames.Space).Ok);
        Assert.False(Check(Good with { Space = new(10_000_000_000, 5_900_000_000, 10_000_000_000, null) }, CheckNames.Space).Ok);
    }

    [Theory]
    [InlineData(-30.0, null, false, false)]
    [InlineData(-24.0, null, false, true)]
    [InlineData(-0.5, null, false, true)]
    [InlineData(-12.0, -23.9, true, false)]
    [InlineData(-12.0, -12.05, false, true)]
    [InlineData(-12.0, -12.001, false, false)]
    [InlineData(-12.0, -12.01, false, true)]
    [InlineData(-1.0, -23.9, true, true)]
    [InlineData(-0.9, -0.95, true, false)]
    [InlineData(-0.5, -0.6, true, true)]
    [InlineData(0.1, null, false, false)]
    public void IsDue_AroundASession_MakesUpForWhatWasMissed(double nowHours, double? lastHours, bool lastWasYes, bool due) =>
        Assert.Equal(
            due,
            ReadinessDue.IsDue(
                Session.Start.AddHours(nowHours),
                Session.Start,
                lastHours is { } h ? Session.Start.AddHours(h) : null,
                lastWasYes
            )
        );

    [Theory]
    [InlineData(-25.0, null, false, false)]
    [InlineData(-24.03, null, false, true)]
    [InlineData(-12.0, -23.9, true, false)]
    [InlineData(-12.0, -12.1, false, true)]
    [InlineData(-1.04, -23.9, true, true)]
    [InlineData(0.5, null, false, false)]
    public void MustLook_RestingCameras_AreAwakeForAChecksSake(double nowHours, double? lastHours, bool lastWasYes, bool look) =>
        Assert.Equal(
            look,
            ReadinessDue.MustLook(
                Session.Start.AddHours(nowHours),
                Session.Start,
                lastHours is { } h ? Session.Start.AddHours(h) : null,
                lastWasYes
            )
        );

    [Fact]
    public void Problem_OpensWithANoAndEndsWithAYesOrTheStart()
    {
        var no = ReadinessRules.Judge(Good with { FloorPercent = 10 }, Limits, Now);
        Assert.Equal(Severity.Critical, ReadinessProblem.Of(no, Now)!.Severity);
        Assert.Equal(Severity.Warning, ReadinessProblem.Of(no, Now.AddHours(-5))!.Severity);
        Assert.Contains("whole area", ReadinessProblem.Of(no, Now)!.Text.En, StringComparison.Ordinal);
        Assert.Null(ReadinessProblem.Of(ReadinessRules.Judge(Good, Limits, Now), Now));
        Assert.Null(ReadinessProblem.Of(no, Session.Start));
        Assert.Null(ReadinessProblem.Of(null, Now));
    }

    public sealed record ReadinessFactsCase
    {
        internal ReadinessFactsCase(Func<ReadinessFacts, ReadinessFacts> make, bool? ok) => (Make, Ok) = (make, ok);

        internal Func<ReadinessFacts, ReadinessFacts> Make { get; }

        internal bool? Ok { get; }
    }
}
