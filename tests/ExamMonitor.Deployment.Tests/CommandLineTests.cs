using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests;

/// <summary>The programs as a shell calls them.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("ExamMonitor.Agent", "exam-monitor-agent", "ready", "--nonsense")]
    [InlineData("ExamMonitor.Agent", "exam-monitor-agent", "hold", "place")]
    [InlineData("ExamMonitor.Agent", "exam-monitor-agent", "nonsense")]
    [InlineData("ExamMonitor.Verify", "exam-monitor-verify", "volume", "/tmp", "--nonsense")]
    [InlineData("ExamMonitor.Verify", "exam-monitor-verify", "segment")]
    [InlineData("ExamMonitor.CameraSimulator", "exam-monitor-camera-simulator", "--nonsense")]
    [InlineData("ExamMonitor.Dashboard", "exam-monitor-dashboard", "--nonsense")]
    public async Task Option_MissingOrUnknown_EndsWith2(string project, string name, params string[] arguments)
    {
        var result = await ProgramResult.OfOursAsync(project, name, arguments);
        Assert.True(result.ExitCode == 2, result.All);
        Assert.NotEmpty(result.Errors);
    }

    [Theory]
    [InlineData("ExamMonitor.Agent", "exam-monitor-agent", "ready", "--help")]
    [InlineData("ExamMonitor.Verify", "exam-monitor-verify", "--help")]
    public async Task Help_OfAProgram_EndsWith0(string project, string name, params string[] arguments) =>
        Assert.Equal(0, (await ProgramResult.OfOursAsync(project, name, arguments)).ExitCode);

    [Fact]
    public async Task Check_IntoAPipe_WritesNoColourAndBreaksNoLine()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(
            folder["agent.yaml"],
            $"""
            site: test
            agent: agent-1
            folder: state
            footage:
              volume: {folder["a-footage-volume-whose-path-is-rather-long-so-that-a-table-of-eighty-columns-would-break-it"]}
            rooms:
              - map: {Repository.PathOf("samples", "rooms", "room7", "room.json")}
                cameras: [ {"{"} id: C1, address: "rtsp://127.0.0.1:1/x" {"}"} ]
            broker: {"{"} port: 0 {"}"}
            """,
            TestContext.Current.CancellationToken
        );
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TERM"] = "xterm-256color",
            ["COLORTERM"] = "truecolor",
        };
        var path = ProgramResult.PathOf("ExamMonitor.Agent", "exam-monitor-agent");
        var result = await ProgramResult.OfAsync(path, ["check", "--config", folder["agent.yaml"]], TimeSpan.FromSeconds(60), environment);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains("so-that-a-table-of-eighty-columns-would-break-it", result.Output, StringComparison.Ordinal);
        // "Ready" is said of a room before its exam, by another judgement.
        Assert.DoesNotContain("Ready.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DashboardSetting_Unknown_IsNamedInASentence()
    {
        using var folder = new TempFolder();
        var path = ProgramResult.PathOf("ExamMonitor.Dashboard", "exam-monitor-dashboard");
        foreach (var (name, value) in new[] { ("Dashboard__TimeZnoe", "Asia/Shanghai"), ("Dashboard__BelievedFor", "soon") })
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value };
            string[] arguments = ["--link", folder["none.json"], "--data", folder["data"]];
            var result = await ProgramResult.OfAsync(path, arguments, TimeSpan.FromSeconds(30), environment);
            Assert.True(result.ExitCode == 2, result.All);
            Assert.Contains(name.Replace("__", ":", StringComparison.Ordinal), result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
        }
    }
}
