using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

public sealed class SurvivalTests
{
    /// <summary>As many as fit into a test run; <c>exam-monitor-benchmarks survival 1000 200</c> does a thousand.</summary>
    private const int Kills = 12;

    private const int Faults = 12;

    [Fact]
    public async Task Writer_KilledWhileDiskAndClockFail_LosesNothingCommittedAndNothingIsCalledForged()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(
            folder["clip.mp4"],
            await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync(),
            TestContext.Current.CancellationToken
        );
        var report = await SurvivalLoop.RunAsync(
            folder["agent"],
            folder["clip.mp4"],
            Kills,
            Faults,
            [Environment.ProcessPath!],
            seed: 5,
            each: 4
        );
        Assert.True(report.Kills >= Kills && report.Faults == Faults, $"{report.Kills} kills, {report.Faults} faults");
        Assert.True(report.Seen > Kills * 2, $"{report.Seen} segments");
        Assert.True(
            report.KilledInside("start")
                + report.KilledInside("head")
                + report.KilledInside("sweep")
                + report.KilledInside("sessions")
                + report.KilledInside("writing")
                > Kills / 3,
            string.Join('\n', report.Lines(TimeSpan.Zero))
        );
        Assert.True(report is { Verifications: > 2, FullChecks: > 2 }, $"{report.Verifications} verifications");
    }

    /// <summary>
    /// EIO in each of the ledger's own files, from the start on and in the midst of the recording: it goes on, or says why; nothing is
    /// called forged.
    /// </summary>
    [Fact]
    public async Task LedgerFiles_WhoseWritesFail_AreMendedOrTheStartSaysWhy()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(
            folder["clip.mp4"],
            await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync(),
            TestContext.Current.CancellationToken
        );
        string[] files = ["/ledger/entries", "/hashes.bin", "/ledger/checkpoint", "/ledger/checkpoints"];
        var plan = files
            .Select(
                (f, i) =>
                    new SurvivalFault(i % 2 == 0 ? FaultKind.WritesFail : FaultKind.WritesFailAtStart, 3, 9, TimeSpan.Zero) { Parts = [f] }
            )
            .Select((f, i) => (f, i))
            .ToDictionary(f => f.i + 1, f => f.f);
        var report = await SurvivalLoop.RunAsync(
            folder["agent"],
            folder["clip.mp4"],
            kills: 1,
            faults: 0,
            [Environment.ProcessPath!],
            seed: 3,
            each: 3,
            planned: plan
        );
        Assert.Equal(plan.Count, report.Faults);
        Assert.True(report is { Seen: > 5, Verifications: > 1 }, string.Join('\n', report.Lines(TimeSpan.Zero)));
    }
}
