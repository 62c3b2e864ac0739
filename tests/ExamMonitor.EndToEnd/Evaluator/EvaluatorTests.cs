using System.Diagnostics;
using System.IO.Compression;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.Packs.Verification;
using Xunit;

namespace ExamMonitor.EndToEnd.Evaluator;

/// <summary>An evaluator, from the draw to the pack that is verified away from the product.</summary>
public sealed class EvaluatorTests(EvaluatorSite evaluation) : IClassFixture<EvaluatorSite>
{
    [Fact]
    public async Task Evaluator_DrawsWatchesScoresAndCarriesAVerifiedPackAway()
    {
        var page = await evaluation.EnterAsEvaluatorAsync();
        var hand = new EvaluatorHand(evaluation.Site, page, EvaluatorSite.Session);
        await hand.DrawAsync();
        var draw = (await page.Locator("[data-draw]").GetAttributeAsync("data-draw"))!;
        await hand.WatchAsync();
        await hand.FindAsync();
        await hand.ScoreAsync(draw);
        var pack = await hand.CarryAwayAsync(draw);
        await page.Context.CloseAsync();
        Assert.Equal(
            ("C4", "network"),
            Assert.Single(PackVerifier.Run(pack, new(), null, TestContext.Current.CancellationToken).Facts!.Gaps) is var gap
                ? (gap.Camera.Text, gap.Cause)
                : default
        );
        await ByHandAsync(pack);
        await ByVerifierAsync(pack);
    }

    /// <summary>In a folder without the product: the commands of the pack's own <c>VERIFY.md</c>, word by word.</summary>
    private static async Task ByHandAsync(string pack)
    {
        var folder = Path.Combine(Path.GetDirectoryName(pack)!, "unpacked");
        await ZipFile.ExtractToDirectoryAsync(pack, folder, TestContext.Current.CancellationToken);
        var blocks = (await File.ReadAllTextAsync(Path.Combine(folder, "VERIFY.md"), TestContext.Current.CancellationToken)).Split("\n```");
        var said = string.Empty;
        foreach (var block in blocks.Where((_, i) => i % 2 == 1))
        {
            var (language, text) = (
                block[..block.IndexOf('\n', StringComparison.Ordinal)],
                block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..]
            );
            said += (await RunAsync(folder, language == "sh" ? ["sh", "-e", "-c", text] : ["python3", "-c", text])).Output;
        }

        // Of C3, which was never heard again, the commands say so.
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToLookup(l => l.StartsWith("not covered by any entry: ", StringComparison.Ordinal));
        Assert.Contains(lines[true], l => l.Contains(" R7/C3 ", StringComparison.Ordinal));
        string[] expected =
        [
            "files: intact",
            "files: none added",
            "list: entered",
            "Verified OK",
            "entries: proved",
            "older heads: beginnings of this one",
        ];
        Assert.Equal(expected, lines[false]);
    }

    private static async Task ByVerifierAsync(string pack)
    {
        var program = SiteProgram.PathOf("ExamMonitor.Verify", "exam-monitor-verify");
        var (code, output) = await RunAsync(Path.GetDirectoryName(pack)!, [program, pack, "--key", "agent.pem"]);
        Assert.True(code == 0, output);
        Assert.Contains("What R7/C3 saw from ", output, StringComparison.Ordinal);
        await File.AppendAllTextAsync(pack, "x", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await RunAsync(Path.GetDirectoryName(pack)!, [program, pack, "--key", "agent.pem"])).Code);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
