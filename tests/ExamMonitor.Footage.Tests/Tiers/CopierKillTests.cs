using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>A real process that copies, killed with SIGKILL at random moments, until everything is there: once, and proved.</summary>
public sealed class CopierKillTests(S3Server server)
{
    /// <summary>First argument of the test program that makes it the copier.</summary>
    public const string CopierCommand = "tier-copier";

    [Fact]
    public async Task Folder_KilledAtRandomMoments_EverythingIsThereOnceAndProved()
    {
        await using var bench = await TierBench.StartAsync(minutes: 12);
        await KillUntilDoneAsync(bench, ["folder", bench.TierPath], seed: 1);
        bench.Options = new() { Kind = TierKind.Folder, Path = bench.TierPath };
        await CheckAsync(bench);
        Assert.Empty(Directory.GetFiles(bench.TierPath, "*" + TierKey.PartEnding, SearchOption.AllDirectories));
        foreach (var file in Directory.GetFiles(bench.TierPath, FolderObjects.FileName, SearchOption.AllDirectories))
        {
            var names = (await File.ReadAllLinesAsync(file))
                .Where(l => l.Contains(".mp4", StringComparison.Ordinal))
                .Select(l => l[..l.IndexOf(".mp4", StringComparison.Ordinal)])
                .ToList();
            Assert.Equal(names.Distinct().Count(), names.Count);
        }
    }

    [Fact]
    public async Task S3_KilledAtRandomMoments_EverythingIsThereOnceAndProved()
    {
        var options = await server.BucketAsync();
        await using var bench = await TierBench.StartAsync(minutes: 4);
        await KillUntilDoneAsync(bench, ["s3", options.Endpoint.ToString(), options.Bucket], seed: 2);
        bench.Options = new()
        {
            Kind = TierKind.S3,
            Endpoint = options.Endpoint,
            Bucket = options.Bucket,
            Prefix = options.Prefix,
            AccessKey = CephS3.AccessKey,
            SecretKey = CephS3.SecretKey,
        };
        await CheckAsync(bench);
        using var client = await server.ClientAsync();
        var versions = (await client.ListVersionsAsync(options.Bucket, options.Prefix))
            .Versions.Where(v => v.Key.EndsWith(".mp4", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(bench.Segments.Count, versions.Count);
        Assert.Empty(
            (
                await client.ListMultipartUploadsAsync(new Amazon.S3.Model.ListMultipartUploadsRequest { BucketName = options.Bucket })
            ).MultipartUploads
                ?? []
        );
    }

    /// <summary>The copier: VOLUME INDEX UNTIL, then folder PATH or s3 ENDPOINT BUCKET. Says "done" when nothing waits.</summary>
    public static async Task<int> CopyAsync(string[] args)
    {
        var footage = new FootageOptions
        {
            VolumePath = args[0],
            IndexPath = args[1],
            Site = Contracts.SiteId.Of("S1"),
        };
        var options =
            args[3] == "folder"
                ? new TierOptions
                {
                    Kind = TierKind.Folder,
                    Path = args[4],
                    Create = true,
                }
                : new TierOptions
                {
                    Kind = TierKind.S3,
                    Endpoint = new(args[4]),
                    Bucket = args[5],
                    Prefix = "S1/agent-1",
                    AccessKey = CephS3.AccessKey,
                    SecretKey = CephS3.SecretKey,
                    Create = true,
                };
        var exam = new FixedSpans();
        exam.Items.Add(
            new(
                ArchiveBench.Room,
                ArchiveBench.Start.AddHours(-1),
                ArchiveBench.Start.AddHours(2),
                DateTimeOffset.Parse(args[2], CultureInfo.InvariantCulture)
            )
        );
        using var tier = ArchiveTier.Open(footage, options, TierBench.Tags, TimeProvider.System, NullLogger.Instance);
        Console.WriteLine("begun");
        await tier.RunOnceAsync(exam, null, null, CancellationToken.None);
        Console.WriteLine("done");
        return 0;
    }

    private static async Task KillUntilDoneAsync(TierBench bench, string[] place, int seed)
    {
        var until = bench.Exam.Items[0].KeepUntil.ToString("O", CultureInfo.InvariantCulture);
        var (volume, index) = (bench.Archive.VolumePath, bench.Archive.Options.IndexPath);
        await bench.Archive.CloseAsync();
        var random = new Random(seed);
        for (var (life, kills) = (0, 0); ; life++)
        {
            Assert.True(life < 40, "The copier does not get anywhere.");
            using var process = Process.Start(
                new ProcessStartInfo(Environment.ProcessPath!, [CopierCommand, volume, index, until, .. place])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                }
            )!;
            Assert.Equal("begun", await process.StandardOutput.ReadLineAsync());
            var rest = process.StandardOutput.ReadToEndAsync();
            // The last lives are left to end.
            if (kills < 6)
            {
                await Task.WhenAny(rest, Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 500)), TimeProvider.System));
                if (!process.HasExited)
                    kills++;
                process.Kill();
            }

            await process.WaitForExitAsync();
            if ((await rest).Contains("done", StringComparison.Ordinal))
                break;
        }

        await bench.Archive.OpenAsync();
    }

    private static async Task CheckAsync(TierBench bench)
    {
        Assert.NotEmpty(bench.Segments);
        var report = await bench.Tier.CheckAsync(new(), TierProof.Reread, null, CancellationToken.None);
        Assert.Empty(report.Mismatches);
        Assert.All(bench.Segments, s => Assert.NotNull(bench.Copy(s)));
        await bench.RunAsync();
        Assert.Equal(
            bench.Segments.Select(s => s.Path).Order(),
            bench.Ledger.Entries.Where(e => e.Kind == "archived").Select(e => e.Facts["path"]).Order()
        );
    }
}
