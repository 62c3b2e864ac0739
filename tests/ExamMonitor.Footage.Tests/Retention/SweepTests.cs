using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class SweepTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Day = RetentionWorld.Start;

    [Fact]
    public void Window_OfSixMonths_KeepsTheDayOnWhichItEnds()
    {
        using var world = Recorded();
        // 2 March + P6M = 2 September, which is still kept; the clock's allowance of an hour comes on top.
        world.Pass(new DateTimeOffset(2026, 9, 3, 0, 59, 0, TimeSpan.Zero) - world.Time.GetUtcNow());
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Single(world.Held());
        world.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Empty(world.Held());
        var record = world.Retention!.ListDestructions(null, 10)[0];
        Assert.Equal(("window-ended", "shandong-rules/video-6-months@1", "job:sweep"), (record.Code, record.Rule, record.By));
        Assert.Equal(record.Path, world.Retention.Explain(RetentionWorld.Room, Camera, Day, Day.AddDays(1))[^1].Path);
    }

    [Fact]
    public void Timeline_OfWhatWasDestroyed_SaysSoInBothLanguages()
    {
        using var world = Recorded();
        var before = world.Archive!.GetTimeline(RetentionWorld.Room, Camera, Day, Day.AddDays(1));
        Assert.All(before.Gaps, g => Assert.Null(g.Detail));
        world.Pass(TimeSpan.FromDays(400));
        world.Sweep();
        var destroyed = world.Retention!.ListDestructions(null, 10).OrderBy(d => d.Start).ToList();
        var timeline = world.Archive.GetTimeline(RetentionWorld.Room, Camera, Day, Day.AddDays(1));
        var told = timeline.Gaps.Where(g => g.Detail is not null).ToList();
        Assert.NotEmpty(told);
        Assert.Equal(destroyed.Select(d => d.Start), told.Select(g => g.Start));
        Assert.All(told.Zip(destroyed), p => Assert.InRange(p.First.End!.Value, p.Second.End, p.Second.Start.AddMinutes(6)));
        Assert.All(told, g => Assert.Contains("销毁", g.Detail!.Zh, StringComparison.Ordinal));
        Assert.All(told, g => Assert.Contains("destroyed", g.Detail!.En, StringComparison.Ordinal));
        // The time around it is as unknown as before, and nothing is told twice.
        Assert.All(timeline.Gaps, g => Assert.Equal(g.Detail is not null, g.Destroyed));
        Assert.Contains(timeline.Gaps, g => g.Detail is null && g.Start == Day);
        Assert.All(timeline.Gaps.Zip(timeline.Gaps.Skip(1)), p => Assert.True(p.First.End <= p.Second.Start));
    }

    [Fact]
    public void Sweep_ClockSetTo2090_DestroysNothingAndReports()
    {
        using var world = Recorded();
        world.Time.StepWallClock(TimeSpan.FromDays(64 * 365));
        var report = world.Sweep();
        Assert.Equal(0, report.Destroyed);
        Assert.True(report.Now.Refused > TimeSpan.FromDays(60 * 365));
        world.Close();
        world.Open();
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        Assert.Equal(2, world.Held().Count);
        // A person who vouches for the clock makes it count; what was recorded before it was set is then as young as measured time says.
        Assert.True(world.Retention!.TrustClock("Wang") is { Refused: not null, WaitsForSecondPerson: true });
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        Assert.Null(world.Retention.TrustClock("Li").Refused);
        Assert.Equal(1, world.Sweep(full: true).Destroyed);
        Assert.Equal("window-ended", world.Retention.ListDestructions(null, 1)[0].Code);
    }

    /// <summary>
    /// One person with two spellings, two persons of whom the second speaks of another clock or too late: nothing counts.
    /// </summary>
    [Fact]
    public void Clock_ThatIsAhead_CountsByTwoPersonsWhoSpeakOfOneClock()
    {
        using var world = Recorded();
        world.Time.StepWallClock(TimeSpan.FromDays(64 * 365));
        var retention = world.Retention!;
        Assert.True(retention.TrustClock("Wang").WaitsForSecondPerson);
        Assert.True(retention.TrustClock(" wang ").WaitsForSecondPerson);
        world.Time.StepWallClock(TimeSpan.FromDays(1));
        Assert.True(retention.TrustClock("Li").WaitsForSecondPerson);
        world.Time.Advance(TimeSpan.FromHours(2));
        Assert.True(retention.TrustClock("Wang").WaitsForSecondPerson);
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        Assert.DoesNotContain(world.Ledger.Entries, e => LedgerEntry.Parse(e)!.Kind == "clock-vouched");
        world.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(retention.TrustClock("Li") is { WaitsForSecondPerson: false, Refused: null });
        var vouched = Assert.Single(world.Ledger.Entries.Select(e => LedgerEntry.Parse(e)!), e => e.Kind == "clock-vouched");
        Assert.Equal("Wang and Li", vouched.Facts!["by"]);
    }

    [Fact]
    public void Sweep_ClockSetTo2090BetweenTwoStarts_DestroysNothingUntilAPersonVouches()
    {
        using var world = Recorded();
        world.Close();
        world.Time.StepWallClock(TimeSpan.FromDays(64 * 365));
        world.Open();
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        Assert.Equal(2, world.Held().Count);
        Assert.True(world.Retention!.TrustClock("Wang") is { Refused: not null, WaitsForSecondPerson: true });
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        Assert.Null(world.Retention.TrustClock("Li").Refused);
        Assert.Equal(2, world.Sweep(full: true).Destroyed);
    }

    [Fact]
    public void Sweep_HoldPlaced_KeepsExactlyWhatItTouchesUntilItIsLifted()
    {
        using var world = Recorded();
        var hold = world.Retention!.PlaceHold(
            new([new(RetentionWorld.Room, Camera, null, null, Day.AddHours(9), Day.AddHours(9).AddSeconds(1))], "dispute", "Li", null)
        );
        world.Pass(TimeSpan.FromDays(400));
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Equal(Day.AddHours(9), Assert.Single(world.Held()).StartUtc);
        world.Close();
        world.Open();
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        world.Retention!.LiftHold(hold.Id, "Wang", "settled");
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Throws<RetentionException>(() => world.Retention.LiftHold(hold.Id, "Wang", "again"));
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("gone")]
    [InlineData("cut")]
    [InlineData("emptied")]
    public void Sweep_HoldsUnreadable_DestroysNothing(string how)
    {
        using var world = Recorded();
        world.Retention!.PlaceHold(new([new(null, null, null, null, Day.AddDays(50), Day.AddDays(51))], "dispute", "Li", null));
        world.Retention.PlaceHold(new([new(null, null, null, null, Day.AddDays(60), Day.AddDays(61))], "dispute", "Li", null));
        world.Pass(TimeSpan.FromDays(400));
        world.Close();
        if (how == "gone")
            world.Volume.Delete("retention/holds.jsonl");
        else
            world.Simulated.Spoil(
                "retention/holds.jsonl",
                b =>
                    how == "cut" ? b[..(Array.IndexOf(b, (byte)'\n') + 1)]
                    : how == "emptied" ? "{}\n"u8.ToArray()
                    : [.. b[..100], (byte)'x', .. b[101..]]
            );
        world.Open();
        var report = world.Sweep(full: true);
        Assert.NotNull(report.NothingIsDestroyed);
        Assert.Equal((0, 2), (report.Destroyed, world.Held().Count));
        Assert.NotEmpty(world.Retention!.Problems);
        Assert.All(world.Retention.PlanSweep(full: true), d => Assert.Equal(RetentionVerdict.Keep, d.Verdict));
    }

    [Fact]
    public void Index_Lost_HoldsSessionsAndRegisterComeBackFromVolumeAndLedger()
    {
        using var world = Recorded();
        world.Retention!.PlaceHold(new([new(null, null, null, null, Day.AddHours(9), Day.AddHours(10))], "dispute", "Li", null));
        world.Pass(TimeSpan.FromDays(400));
        Assert.Equal(1, world.Sweep().Destroyed);
        var register = world.Retention.ListDestructions(null, 10);
        world.Close();
        File.Delete(world.Options.IndexPath);
        File.Delete(world.Options.IndexPath + "-wal");
        File.Delete(world.Options.IndexPath + "-shm");
        // The files on the volume, too: the ledger alone can make them again.
        world.Volume.Delete("retention/holds.jsonl");
        world.Volume.Delete("batches/2026/B1/sessions.jsonl");
        world.Open();
        Assert.Empty(world.Retention!.Problems);
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
        Assert.Equal(register, world.Retention.ListDestructions(null, 10));
        Assert.Single(world.Retention.ListHolds());
        Assert.Single(world.Retention.ListSessions());
    }

    [Fact]
    public void Session_CancelledAfterItBegan_StaysExamFootage()
    {
        using var world = Recorded();
        world.Pass(TimeSpan.FromDays(1));
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9), cancelled: true)], "import");
        world.Pass(TimeSpan.FromDays(60));
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Single(world.Held());
    }

    [Fact]
    public void Session_CancelledBeforeItBegan_LeavesIdleFootage()
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9))], "import");
        world.Retention.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9), cancelled: true)], "import");
        world.Record(Camera, Day.AddHours(9), TimeSpan.FromMinutes(1));
        world.Pass(TimeSpan.FromDays(60));
        Assert.Equal(1, world.Sweep().Destroyed);
    }

    [Fact]
    public void Rules_MadeShorter_KeepFootageThatBeganUnderTheLongerOnes()
    {
        using var world = Recorded(
            new()
            {
                Profiles = ["zaozhuang-2023"],
                IdleDays = 30,
                TimeZone = "UTC",
            }
        );
        world.Pass(TimeSpan.FromDays(1));
        world.Close();
        world.Site = world.Site with { Profiles = ["shandong-rules"] };
        world.Open();
        world.Pass(TimeSpan.FromDays(400));
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Equal(
            RetentionVerdict.Keep,
            Assert.Single(world.Retention!.Preview(RetentionWorld.Room, Camera, Day, Day.AddDays(1))).Verdict
        );
        Assert.Contains(world.Ledger.ReadFrom(0), e => e is { Kind: "retention-rules" });
    }

    [Fact]
    public void Sweep_HoldPlacedAfterItsPlan_Wins()
    {
        using var world = Recorded();
        world.Pass(TimeSpan.FromDays(40));
        var planned = world.Retention!.PlanSweep(full: false).Where(d => d.Verdict == RetentionVerdict.Discard).ToList();
        Assert.Single(planned);
        world.Retention.PlaceHold(new([new(null, null, null, null, Day, Day.AddDays(1))], "dispute", "Li", null));
        Assert.Equal(0, world.Sweep().Destroyed);
        Assert.Equal(2, world.Held().Count);
    }

    /// <summary>A hold that comes while the sweep is letting go: the batch at hand is the last.</summary>
    [Fact]
    public void Sweep_HoldPlacedWhileItRuns_KeepsWhatHasNotGone()
    {
        using var world = Recorded();
        world.Record(Camera, Enumerable.Range(0, 300).Select(i => (Day.AddHours(10).AddMinutes(i), TimeSpan.FromMinutes(1))));
        world.Pass(TimeSpan.FromDays(400));
        var placed = false;
        world.Simulated.Before = (_, operation, path) =>
        {
            if (placed || operation != "delete" || !path.EndsWith(".mp4", StringComparison.Ordinal))
                return;
            placed = true;
            world.Retention!.PlaceHold(new([new(null, null, null, null, Day, Day.AddDays(1))], "dispute", "Li", null));
        };
        var report = world.Sweep();
        Assert.Equal((256, 302 - 256), (report.Destroyed, world.Held().Count));
    }

    [Fact]
    public void Sweep_DiskFull_DestroysNothingUnentered_AndGoesOnLater()
    {
        using var world = Recorded();
        world.Pass(TimeSpan.FromDays(400));
        world.Simulated.Before = (_, operation, path) =>
        {
            if (operation == "write" && path.EndsWith("destroyed.jsonl", StringComparison.Ordinal))
                throw new IOException("No space left on device");
        };
        Assert.Throws<IOException>(() => world.Sweep());
        Assert.Equal(2, world.Held().Count);
        Assert.Equal(2, world.Simulated.AllFiles().Count(f => f.EndsWith(".mp4", StringComparison.Ordinal)));
        world.Simulated.Before = null;
        Assert.Equal(2, world.Sweep().Destroyed);
        Assert.Equal(2, world.Ledger.ReadFrom(0).Count(e => e is { Kind: DestructionRecord.Kind }));
    }

    /// <summary>
    /// A full disk takes no note of the time either: that silences no answer, lets nothing go, and after a restart the older note trusts
    /// less.
    /// </summary>
    [Fact]
    public void Clock_ThatCannotBeNoted_IsToldAllTheSame()
    {
        using var world = Recorded();
        world.Simulated.Before = (_, operation, _) =>
        {
            if (operation == "write")
                throw new IOException("No space left on device");
        };
        Assert.Equal(
            (VolumeFault.NotWritable, true),
            (world.Archive!.ProbeVolume().Fault, world.Archive.ProbeVolume().Text is { En.Length: > 0, Zh.Length: > 0 })
        );
        world.Pass(TimeSpan.FromDays(400));
        Assert.Equal(world.Time.GetUtcNow(), world.Retention!.Now().Trusted);
        world.Simulated.Before = null;
        world.Close();
        world.Open();
        Assert.NotNull(world.Retention!.Now().Refused);
        Assert.Equal(0, world.Sweep().Destroyed);
        Assert.Equal((VolumeFault.None, null), (world.Archive!.ProbeVolume().Fault, world.Archive.ProbeVolume().Text));
    }

    [Fact]
    public void Sweep_SwappedVolume_TouchesNothing()
    {
        using var world = Recorded();
        world.Pass(TimeSpan.FromDays(400));
        world.Simulated.Spoil(
            "volume.json",
            b =>
                System.Text.Encoding.UTF8.GetBytes(
                    System
                        .Text.Encoding.UTF8.GetString(b)
                        .Replace(world.Archive!.VolumeId.ToString("D"), Guid.NewGuid().ToString("D"), StringComparison.Ordinal)
                )
        );
        // The note of the time is due as well, and is not written there either.
        world.Time.Advance(TimeSpan.FromMinutes(2));
        var before = world.Simulated.Operations;
        Assert.Throws<WrongVolumeException>(() => world.Sweep());
        Assert.Equal(2, world.Held().Count);
        Assert.Equal(2, world.Simulated.AllFiles().Count(f => f.EndsWith(".mp4", StringComparison.Ordinal)));
        Assert.Equal(before, world.Simulated.Operations);
        Assert.Null(world.Archive!.FreeBytes());
        Assert.Equal(VolumeFault.WrongVolume, world.Archive.ProbeVolume().Fault);
        Assert.Equal(before, world.Simulated.Operations);
    }

    [Fact]
    public void Space_Short_OldestIdleGoesFirstAndDutyNever()
    {
        using var world = Recorded(new() { Profiles = ["shandong-rules"], TimeZone = "UTC" });
        for (var day = 1; day <= 5; day++)
            world.Record(Camera, Day.AddDays(day), TimeSpan.FromMinutes(1));
        world.Pass(TimeSpan.FromDays(10));
        Assert.Equal(0, world.Sweep().Destroyed);
        // Three of the small files are wanted.
        var size = world.Held()[0].SizeBytes;
        world.Simulated.Free = SpaceState.Headroom - (3 * size) + 3;
        var report = world.Sweep();
        Assert.Equal(3, report.Destroyed);
        Assert.Equal(Day.AddDays(3), world.Held().Where(s => s.StartUtc.Hour == 0).Min(s => s.StartUtc));
        Assert.Equal("idle-for-space", world.Retention!.ListDestructions(null, 1)[0].Code);
        world.Simulated.Free = 1;
        world.Sweep();
        Assert.Equal(Day.AddHours(9), Assert.Single(world.Held()).StartUtc);
        Assert.Equal(SpaceLevel.IdleGivesWay, world.Retention.Space().Level);
    }

    [Fact]
    public void Space_ProbeFails_PromisesNothingAndDestroysNothing()
    {
        using var world = Recorded(new() { Profiles = ["shandong-rules"], TimeZone = "UTC" });
        world.Pass(TimeSpan.FromDays(10));
        world.Simulated.Free = null;
        var report = world.Sweep();
        Assert.Equal((0, false, SpaceLevel.Unknown), (report.Destroyed, report.Space.MayPromise, report.Space.Level));
        Assert.False(world.Retention!.ForecastDuty().IsKnown);
    }

    [Fact]
    public void Space_ReserveOfTheDaysSessions_StopsPromisesBeforeItIsUsed()
    {
        using var world = Recorded();
        world.Retention!.RememberSessions([RetentionWorld.Session("S2", world.Time.GetUtcNow().AddHours(3))], "import");
        // Two sessions of 2 h with two margins of half an hour, one camera without measure: 3.6 GB an hour.
        Assert.Equal(21_600_000_000, world.Retention.Space().ReserveBytes, 10_000_000d);
        world.Simulated.Free = 20_000_000_000;
        Assert.Equal((false, true), (world.Retention.Space().MayPromise, world.Retention.Space().IsAlarm));
        world.Simulated.Free = 22_000_000_000;
        Assert.True(world.Retention.Space().MayPromise);
    }

    [Fact]
    public void Approval_ByTwoDifferentPersons_IsAskedOfExamFootageOnly()
    {
        using var world = Recorded(options: new() { ClockAllowance = TimeSpan.FromHours(1), TwoPersons = true });
        world.Pass(TimeSpan.FromDays(400));
        var report = world.Sweep();
        Assert.Equal((1, 1), (report.Destroyed, report.Waiting));
        var proposal = world.Retention!.Propose();
        Assert.Equal(1, proposal.Segments);
        Assert.Throws<RetentionException>(() => world.Retention.Approve(new string('0', 64), "Wang", "ok"));
        Assert.Equal(["Wang"], world.Retention.Approve(proposal.Digest, "Wang", "ok").ApprovedBy);
        Assert.Throws<RetentionException>(() => world.Retention.Approve(proposal.Digest, " wang ", "ok"));
        Assert.Equal(0, world.Sweep().Destroyed);
        Assert.True(world.Retention.Approve(proposal.Digest, "Li", "ok").IsApproved);
        world.Close();
        world.Open();
        Assert.Equal(1, world.Sweep().Destroyed);
        Assert.Empty(world.Held());
    }

    /// <summary>An approval binds to the segments and their hashes alone: not to what is warned of beside them.</summary>
    [Fact]
    public void Approval_WhateverIsWarnedOf_IsOfTheSameSegments()
    {
        using var world = Recorded(options: new() { ClockAllowance = TimeSpan.FromHours(1), TwoPersons = true });
        world.Pass(TimeSpan.FromDays(400));
        var proposal = world.Retention!.Propose();
        var segment = world.Held().Single(s => s.StartUtc == Day.AddHours(9));
        Assert.Equal(
            Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(
                    System.Text.Encoding.UTF8.GetBytes($"{segment.Path} {Convert.ToHexStringLower(segment.Sha256.Span)}\n")
                )
            ),
            proposal.Digest
        );
        world.Simulated.Free = null;
        world.Time.StepWallClock(TimeSpan.FromDays(9000));
        Assert.NotNull(world.Retention.Now().Refused);
        Assert.Equal(proposal.Digest, world.Retention.Propose().Digest);
        Assert.Equal(["Wang"], world.Retention.Approve(proposal.Digest, "Wang", "ok").ApprovedBy);
    }

    [Fact]
    public void Approval_Lapsed_CountsNoMore()
    {
        using var world = Recorded(
            options: new()
            {
                ClockAllowance = TimeSpan.FromHours(1),
                TwoPersons = true,
                ApprovalLifetime = TimeSpan.FromDays(2),
            }
        );
        world.Pass(TimeSpan.FromDays(400));
        world.Sweep();
        var digest = world.Retention!.Propose().Digest;
        world.Retention.Approve(digest, "Wang", "ok");
        world.Retention.Approve(digest, "Li", "ok");
        world.Pass(TimeSpan.FromDays(3));
        Assert.Equal((0, 1), (world.Sweep().Destroyed, world.Sweep().Waiting));
        Assert.Empty(world.Retention.OpenProposals());
    }

    [Fact]
    public void Sweep_NothingDue_LooksAtNothing()
    {
        using var world = Recorded();
        Assert.Equal(2, world.Sweep().Looked);
        Assert.Equal(0, world.Sweep().Looked);
        world.Record(Camera, Day.AddHours(12), TimeSpan.FromMinutes(1));
        Assert.Equal(3, world.Sweep().Looked);
        world.Pass(TimeSpan.FromDays(40));
        Assert.Equal((3, 2), (world.Sweep() is var r ? r.Looked : 0, r.Destroyed));
    }

    /// <summary>An archive of years is not looked through because next week's schedule came: only what may be due sooner is.</summary>
    [Fact]
    public void Sweep_ScheduleOrHoldsChanged_LooksAtTheDaysThatTheyTouchAlone()
    {
        using var world = Recorded();
        for (var day = 1; day <= 20; day++)
            world.Record(Camera, Day.AddDays(day).AddHours(9), TimeSpan.FromMinutes(1));
        world.Sweep();
        world.Retention!.RememberSessions([RetentionWorld.Session("S2", Day.AddDays(12).AddHours(9))], "import");
        Assert.Equal(0, world.Sweep().Looked);
        world.Retention.RememberSessions([RetentionWorld.Session("S2", Day.AddDays(12).AddHours(9), cancelled: true)], "import");
        Assert.InRange(world.Sweep().Looked, 1, 3);
        var hold = world.Retention.PlaceHold(
            new([new(RetentionWorld.Room, Camera, null, null, Day.AddDays(5), Day.AddDays(6))], "dispute", "Li", null)
        );
        Assert.Equal(0, world.Sweep().Looked);
        world.Retention.LiftHold(hold.Id, "Wang", "settled");
        Assert.InRange(world.Sweep().Looked, 1, 3);
        world.Pass(TimeSpan.FromDays(400));
        world.Sweep();
        Assert.Empty(world.Held());
    }

    [Fact]
    public void Register_ExportedFromALaterDay_IsEmpty()
    {
        using var world = Recorded();
        world.Pass(TimeSpan.FromDays(400));
        world.Retention!.Sweep("night", false, CancellationToken.None);
        Assert.NotEmpty(world.Retention.ExportDestructions(null, null));
        Assert.Empty(world.Retention.ExportDestructions(world.Time.GetUtcNow().AddDays(1), null));
    }

    /// <summary>One segment of an exam at nine o'clock, one idle at one.</summary>
    private static RetentionWorld Recorded(Contracts.Law.SiteRetention? site = null, RetentionOptions? options = null)
    {
        var world = new RetentionWorld(null, site, options);
        world.Open();
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9))], "import");
        world.Record(Camera, Day.AddHours(1), TimeSpan.FromMinutes(1));
        world.Record(Camera, Day.AddHours(9), TimeSpan.FromMinutes(1));
        return world;
    }
}
