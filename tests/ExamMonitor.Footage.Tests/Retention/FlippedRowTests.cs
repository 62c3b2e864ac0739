using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// A row of the index that is whole and false lets nothing go: right before a destruction it is compared with its ledger entry.
/// </summary>
public sealed class FlippedRowTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Day = RetentionWorld.Start;

    /// <summary>Exam footage of today whose row says that it is of years ago, and idle.</summary>
    [Theory]
    [InlineData("start_ms = start_ms - 137438953472, end_ms = end_ms - 137438953472")]
    [InlineData("end_ms = end_ms - 1")]
    [InlineData("size_bytes = size_bytes + 1")]
    [InlineData("sha256 = zeroblob(32)")]
    [InlineData("number = number + 64")]
    [InlineData("leaf = leaf - 1")]
    public void DueByAFalseRow_IsKeptAndTold(string change)
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Record(Camera, [(Day, TimeSpan.FromMinutes(1)), (Day.AddMinutes(1), TimeSpan.FromMinutes(1))]);
        world.Ledger.Commit();
        world.Archive!.Context.Index.Write(t =>
        {
            t.Sql($"UPDATE segments SET {change} WHERE start_ms = {UnixMs.Of(Day.AddMinutes(1))}").Run();
            t.Sql(
                    "INSERT OR IGNORE INTO retention_days (camera_no, day, recheck_ms, idle) SELECT DISTINCT camera_no, start_ms / 86400000, 0, 1 FROM segments"
                )
                .Run();
        });
        // A time that was flipped back is due at once; the others are due with their age.
        if (!change.StartsWith("start", StringComparison.Ordinal))
            world.Pass(TimeSpan.FromDays(60));
        var report = world.Sweep(full: true);
        Assert.Null(report.NothingIsDestroyed);
        Assert.Equal(change.StartsWith("start", StringComparison.Ordinal) ? 0 : 1, report.Destroyed);
        Assert.Contains(world.Simulated.AllFiles(), f => f.EndsWith("000100Z.mp4", StringComparison.Ordinal));
        var finding = Assert.Single(world.Ledger.Findings.DistinctBy(f => f.Subject));
        Assert.Equal(LedgerDamage.RowDiffers, finding.Kind);
        Assert.EndsWith("000100Z.mp4", finding.Subject, StringComparison.Ordinal);
        Assert.True(finding.HurtsProof);
    }
}
