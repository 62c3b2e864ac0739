using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class StatementTests
{
    private static readonly DateTimeOffset Day = RetentionWorld.Start;

    [Fact]
    public async Task Statement_OfADay_SaysWhatIsHeldAndMissing_AndTheGuideBelievesIt()
    {
        using var world = Recorded();
        var file = Assert.Single(world.Retention!.WriteStatements(new(2026, 3, 2)));
        Assert.Equal("batches/2026/B1/R1/2026-03-02.statement", file.Path);
        var note = world.Retention.ReadStatement(file)!;
        foreach (
            var line in new[]
            {
                "exam-monitor/statement/1",
                "room R1",
                "batch B1",
                "day 2026-03-02",
                "camera C1 required-ms 10800000 held-ms 120000 segments 2 bytes ",
                "hold H1",
                "missing C1 unknown gaps ",
                "lawful-from 2026-09-03T00:00:00.000Z shandong-rules/video-6-months@1",
                "session S1 2026-03-02T09:00:00.000Z 2026-03-02T11:00:00.000Z",
            }
        )
            Assert.Contains("\n" + line, "\n" + note, StringComparison.Ordinal);
        var list = world.Simulated.Bytes("batches/2026/B1/R1/2026-03-02.list.jsonl");
        Assert.Contains($"\nlist {Convert.ToHexStringLower(SHA256.HashData(list))}\n", note, StringComparison.Ordinal);
        await GuideBelievesAsync(world, note, list);
        // A statement is made once; what came later does not change it.
        world.Pass(TimeSpan.FromDays(1));
        world.Retention.WriteStatements(new(2026, 3, 2));
        Assert.Equal(note, world.Retention.ReadStatement(Assert.Single(world.Retention.ListStatements())));
    }

    [Fact]
    public void Batches_RebuiltTwice_AreWrittenOnce()
    {
        using var world = Recorded();
        Assert.Equal(1, world.Retention!.RebuildBatches(new(2026, 3, 1), new(2026, 3, 3), CancellationToken.None));
        Assert.Equal(0, world.Retention.RebuildBatches(new(2026, 3, 1), new(2026, 3, 3), CancellationToken.None));
        var batch = JsonSerializer.Deserialize<BatchFile>(world.Simulated.Bytes("batches/2026/B1/batch.json"), ContractJson.Options)!;
        Assert.Equal((2, 1, 1), (batch.Segments.Count, batch.Sessions.Count, batch.Holds.Count));
        world.Record(CameraId.Of("C1"), Day.AddHours(10), TimeSpan.FromMinutes(1));
        Assert.Equal(1, world.Retention.RebuildBatches(new(2026, 3, 2), new(2026, 3, 2), CancellationToken.None));
        Assert.Equal(0, world.Retention.RebuildBatches(new(2026, 3, 3), new(2026, 3, 4), CancellationToken.None));
    }

    /// <summary>
    /// Runs the commands of docs/protocol/retention.md as they stand there, over the true statement and over changed ones.
    /// </summary>
    private static async Task GuideBelievesAsync(RetentionWorld world, string note, byte[] list)
    {
        if (OperatingSystem.IsWindows())
            return; // The guide needs a POSIX shell.
        Assert.Equal(["Verified OK", "list: as signed"], await RunGuideAsync(world, note, list));
        Assert.DoesNotContain(
            "Verified OK",
            await RunGuideAsync(world, note.Replace("held-ms 120000", "held-ms 120001", StringComparison.Ordinal), list)
        );
        Assert.Equal(["Verified OK", "list: CHANGED"], await RunGuideAsync(world, note, [.. list, (byte)'\n']));
    }

    private static async Task<string[]> RunGuideAsync(RetentionWorld world, string note, byte[] list)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["day.statement"], note);
        await File.WriteAllBytesAsync(folder["day.list.jsonl"], list);
        await File.WriteAllTextAsync(folder["public.pem"], world.Ledger.Key.ExportSubjectPublicKeyInfoPem());
        var guide = await File.ReadAllTextAsync(Repository.PathOf("docs", "protocol", "retention.md"));
        var script = guide.Split("### How to check a statement")[1].Split("```sh checked-by=StatementTests\n")[1].Split("```")[0];
        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", script])
            {
                WorkingDirectory = Path.GetDirectoryName(folder["text"])!,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static RetentionWorld Recorded()
    {
        var world = new RetentionWorld();
        world.Open();
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9))], "import");
        foreach (var minute in new[] { 0, 30 })
            world.Record(CameraId.Of("C1"), Day.AddHours(9).AddMinutes(minute), TimeSpan.FromMinutes(1));
        world.Retention.PlaceHold(new([new(null, null, BatchId.Of("B1"), null, null, null)], "dispute", "Li", null));
        world.Pass(TimeSpan.FromDays(1));
        return world;
    }
}
