using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Rules;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// A clock that is wrong at a start, in an exam or before a sweep: whatever footage an exam really left is kept for its window, and goes
/// afterwards.
/// </summary>
public sealed class ClockMatrixTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Day = RetentionWorld.Start;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var by in new[] { "3 s", "-3 s", "1 h", "-1 h", "5 years", "-5 years" })
        {
            foreach (
                var when in new[]
                {
                    "at the start",
                    "at the start, all the time",
                    "in the exam",
                    "in the exam, to a restart",
                    "before the sweep",
                }
            )
                cases.Add(by, when);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Clock_WrongAroundAnExam_LosesNothingOfIt(string by, string when)
    {
        using var site = new FilmedExam(when, By(by));
        site.Film();
        site.SweepShortOfSpace("right after");
        // A night and a month later; then the last day of the window.
        site.Pass(TimeSpan.FromDays(1));
        site.SweepShortOfSpace("a day later");
        site.Pass(TimeSpan.FromDays(40));
        site.SweepShortOfSpace("forty days later");
        site.Pass(new DateTimeOffset(2026, 9, 2, 23, 0, 0, TimeSpan.Zero) - site.Real);
        site.SweepShortOfSpace("on the last day");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Clock_WrongAroundAnExam_AndRightAgain_KeepsNothingForEver(string by, string when)
    {
        using var site = new FilmedExam(when, By(by));
        site.Film();
        site.Pass(TimeSpan.FromDays(240));
        // What no later clock bounds waits for a person, who looks at the clock first.
        site.SetRight();
        site.World.Retention!.Now();
        site.World.Retention!.TrustClock("Wang");
        site.World.Retention!.TrustClock("Li");
        site.World.Simulated.Free = 1;
        site.World.Sweep(full: true);
        Assert.Empty(site.World.Held());
    }

    [Fact]
    public void Clock_FiveYearsBackForFortyFiveSecondsOfAnExam_TheNextSweepKeepsThatSegment()
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9))], "import");
        world.Time.Advance(TimeSpan.FromHours(10));
        world.Retention.Now();
        world.Time.StepWallClock(-TimeSpan.FromDays(1826));
        world.Retention.Now();
        world.Time.Advance(TimeSpan.FromSeconds(45));
        world.Record(Camera, world.Time.GetUtcNow().AddSeconds(-45), TimeSpan.FromSeconds(45));
        world.Retention.Now();
        world.Time.StepWallClock(TimeSpan.FromDays(1826));
        world.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, world.Sweep().Destroyed);
        var decision = Assert.Single(world.Retention.PlanSweep(full: true));
        Assert.Equal(2021, decision.Footage.Start.Year);
        Assert.IsType<KeptByDuty>(decision.Reason);
        Assert.Contains("The clock was set", decision.Reason.Text.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Clock_BackSinceTheStart_KeepsWhatNobodyCanDate_AndSaysSo()
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Ledger.Commit();
        world.Close();
        world.Time.Advance(TimeSpan.FromMinutes(10));
        world.Time.StepWallClock(-TimeSpan.FromDays(1826));
        world.Open();
        world.Record(Camera, world.Time.GetUtcNow(), Minute);
        world.Time.Advance(Minute);
        Assert.True(world.Retention!.Now().Behind > TimeSpan.FromDays(1800));
        world.Simulated.Free = 1;
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        var reason = Assert.IsType<KeptUndecided>(Assert.Single(world.Retention.PlanSweep(full: true)).Reason);
        Assert.Equal(KeepCause.MadeUnknown, reason.Cause);
        Assert.Contains("vouch", reason.Text.En, StringComparison.Ordinal);
    }

    [Fact]
    public void ClockMarks_OfAnotherIndex_ComeBackFromTheLedger_AndGoneOnesStopDestruction()
    {
        using var site = new FilmedExam("in the exam", -TimeSpan.FromDays(1826));
        site.Film();
        site.World.Close();
        File.Delete(site.World.Options.IndexPath);
        File.Delete(site.World.Options.IndexPath + "-wal");
        File.Delete(site.World.Options.IndexPath + "-shm");
        site.World.Volume.Delete(RetentionFiles.ClockMarks);
        site.World.Open();
        Assert.NotNull(site.World.Volume.Length(RetentionFiles.ClockMarks));
        site.World.Close();
        site.World.Volume.Delete(RetentionFiles.ClockMarks);
        site.World.Open();
        Assert.NotNull(site.World.Sweep(full: true).NothingIsDestroyed);
        Assert.All(site.World.Retention!.PlanSweep(full: true), d => Assert.Equal(RetentionVerdict.Keep, d.Verdict));
    }

    [Fact]
    public void Approval_GivenUnderAClockThatWasAhead_HasLapsedWhenItIsRight()
    {
        using var world = new RetentionWorld(options: new() { ClockAllowance = TimeSpan.FromHours(1), TwoPersons = true });
        world.Open();
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9))], "import");
        world.Record(Camera, Day.AddHours(9), Minute);
        world.Pass(TimeSpan.FromDays(300));
        world.Time.StepWallClock(TimeSpan.FromDays(1826));
        world.Retention.Approve(world.Retention.Propose().Digest, "Li", "over");
        world.Time.StepWallClock(-TimeSpan.FromDays(1826));
        world.Pass(TimeSpan.FromDays(30));
        // The signed head of that time says 2031, too: nobody knows how old the approval is.
        world.Ledger.NewestCheckpoint = world.Time.GetUtcNow();
        Assert.Empty(world.Retention.OpenProposals());
    }

    private static TimeSpan By(string text)
    {
        var parts = text.Split(' ');
        var number = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
        return parts[1] switch
        {
            "s" => TimeSpan.FromSeconds(number),
            "h" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number * 365.25),
        };
    }
}
