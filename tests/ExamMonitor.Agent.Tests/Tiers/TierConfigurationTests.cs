using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Tiers;
using ExamMonitor.Retention.Tiers;
using Xunit;

namespace ExamMonitor.Agent.Tests.Tiers;

public sealed class TierConfigurationTests : IDisposable
{
    private const string Secret = "tier-s3cret-never-shown";

    private readonly string _folder = Directory.CreateTempSubdirectory("exam-monitor-config-").FullName;

    public TierConfigurationTests()
    {
        File.WriteAllText(Path.Combine(_folder, "room.json"), "{}");
        Secrets.WritePrivately(Path.Combine(_folder, "s3"), Secret + "\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tier_LeftOut_IsNone() => Assert.Null(TierSetup.Of(Read("").Options, AgentFolder.Of(Read(""))));

    [Fact]
    public void S3_Whole_IsTaken_AndItsSecretIsNeverShown()
    {
        var reading = Read(
            "tier:\n  kind: s3\n  endpoint: https://s3.example:9000\n  bucket: exam-footage\n  accessKey: k\n  secretKeyFile: s3\n  megabitsPerSecond: 8\n  keepLocalDays: 30\n"
        );
        Assert.Empty(reading.Findings);
        var tier = TierSetup.Of(reading.Options, AgentFolder.Of(reading))!;
        Assert.Equal(
            ("demo/a1", Secret, 1_000_000L, TimeSpan.FromDays(30)),
            (tier.Prefix, tier.SecretKey, tier.BytesPerSecond, tier.KeepLocal)
        );
        Assert.DoesNotContain(Secret, tier.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tier:\n  kind: folder\n", "tier.path")]
    [InlineData("tier:\n  kind: folder\n  path: footage/second\n", "tier.path")]
    [InlineData("tier:\n  kind: folder\n  path: .\n", "tier.path")]
    [InlineData("tier:\n  path: /mnt/second\n", "tier.kind")]
    [InlineData("tier:\n  kind: tape\n", "tier.kind")]
    [InlineData(
        "tier:\n  kind: s3\n  endpoint: http://s3.example:9000\n  bucket: b\n  accessKey: k\n  secretKeyFile: s3\n",
        "tier.endpoint"
    )]
    [InlineData(
        "tier:\n  kind: s3\n  endpoint: https://u:p@s3.example\n  bucket: b\n  accessKey: k\n  secretKeyFile: s3\n",
        "tier.endpoint"
    )]
    [InlineData("tier:\n  kind: s3\n  endpoint: https://s3.example\n  accessKey: k\n  secretKeyFile: s3\n", "tier.bucket")]
    [InlineData("tier:\n  kind: s3\n  endpoint: https://s3.example\n  bucket: b\n  secretKeyFile: s3\n", "tier.accessKey")]
    [InlineData("tier:\n  kind: s3\n  endpoint: https://s3.example\n  bucket: b\n  accessKey: k\n", "tier.secretKeyFile")]
    [InlineData(
        "tier:\n  kind: s3\n  endpoint: https://s3.example\n  bucket: b\n  accessKey: k\n  secretKeyFile: nowhere\n",
        "tier.secretKeyFile"
    )]
    [InlineData(
        "tier:\n  kind: s3\n  endpoint: https://s3.example\n  bucket: b\n  accessKey: k\n  secretKeyFile: s3\n  prefix: a/../b\n",
        "tier.prefix"
    )]
    [InlineData("tier:\n  kind: folder\n  path: /mnt/second\n  keepLocalDays: -1\n", "tier.keepLocalDays")]
    public void Mistake_IsOneSentence_AtItsKey(string section, string key)
    {
        var finding = Assert.Single(Read(section).Findings);
        Assert.Equal(key, finding.Key);
        Assert.DoesNotContain(Secret, $"{finding}", StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_GrowsWithFailures_ToAQuarterOfAnHour()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), TierService.Pause(0));
        Assert.InRange(TierService.Pause(1).TotalSeconds, 9, 11);
        Assert.InRange(TierService.Pause(3).TotalSeconds, 36, 44);
        Assert.InRange(TierService.Pause(1000).TotalMinutes, 13.5, 16.5);
    }

    /// <summary>Before the first pass has looked, nobody knows what waits: no zero may be told.</summary>
    [Fact]
    public void Telling_BeforeTheFirstPass_SaysNothingOfWhatWaits()
    {
        var status = new TierStatus("folder", 5, 500, 1, 100, 2, 0, 0, 0, null, null, "The disk is not mounted.", true, [], 0);
        var told = TierStatusComposer.Of("folder", status, null);
        Assert.Equal(
            (null, null, 5L, true, null),
            (told.WaitingSegments, told.WaitingBytes, told.ProvedSegments, told.NeedsPerson, told.LastCheck)
        );
        Assert.Contains("is not being copied to the archive tier: The disk is not mounted.", told.Failure!.En, StringComparison.Ordinal);
        var after = TierStatusComposer.Of(
            "folder",
            status with
            {
                LastPass = DateTimeOffset.UnixEpoch,
                Failure = null,
            },
            new(DateTimeOffset.UnixEpoch, 7, 1)
        );
        Assert.Equal((0L, false, 7L, 1L), (after.WaitingSegments, after.NeedsPerson, after.LastCheckProved, after.LastCheckMismatched));
    }

    private ConfigurationReading Read(string section) =>
        ConfigurationFile.Parse(
            Path.Combine(_folder, "agent.yaml"),
            "agent.yaml",
            "site: demo\nagent: a1\nfolder: state\nfootage:\n  volume: footage\nrooms:\n  - map: room.json\n    cameras:\n      - id: C1\n        address: rtsp://127.0.0.1:8554/cam0\n"
                + section
        );
}
