using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ExamMonitor.CameraSimulator;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests.Windows;

/// <summary>The Windows programs, run under Wine: what they do with files, pipes, processes, TCP and the index.</summary>
public sealed class WineTests(WindowsPrograms windows) : IClassFixture<WindowsPrograms>
{
    [Fact]
    public async Task Agent_OnWindows_RecordsIsKilledRecoversAndIsVerified()
    {
        Assert.SkipWhen(windows.WhyNot is not null, windows.WhyNot ?? string.Empty);
        await windows.PrepareAsync();
        await using var cameras = await CameraSimulatorServer.StartAsync(
            new CameraSimulatorOptions
            {
                ClipFolder = Repository.PathOf("samples", "video"),
                Cameras = [new SimulatedCamera { Id = "C1", Clips = ["C1_normal.mp4"] }],
            },
            TimeProvider.System
        );
        await WriteConfigurationAsync(cameras.RtspAddress("C1"));
        await ExampleAndCheckAsync();

        using var agent = await StartAgentAsync();
        await SeenAsync(() => Segments().Length >= 3);
        await BrokerAsync();
        await DashboardAsync();

        // Killed as a power cut would, with a segment open. Its broker stands still and cannot end by itself: the system must end it.
        // It holds some seconds and grows for some more.
        await SeenAsync(() => OpenSegments().Any(f => f.Bytes is > 100_000 and < 250_000));
        await WindowsPrograms.SuspendAsync("exam-monitor-agent.exe broker");
        var open = OpenSegments().Where(f => f.Bytes > 100_000).Select(f => f.Path.Replace(".mp4.part", ".mp4", StringComparison.Ordinal));
        string[] promised = [.. open.ToArray().Union(Segments())];
        agent.Kill();
        await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        await SeenAsync(() => WindowsPrograms.Children().Length == 0);
        Assert.NotEmpty(OpenSegments());

        // It comes back, finds what was open, goes on, and ends when it is asked to.
        File.Delete(Link);
        using var again = await StartAgentAsync();
        await SeenAsync(() => Segments().Length >= promised.Length + 2);
        Assert.Empty(promised.Except(Segments()));
        await BrokerAsync();
        await WindowsPrograms.AskToEndAsync(again);
        await SeenAsync(() => again.HasExited);
        Assert.True(again.ExitCode == 0, Log("agent"));
        await SeenAsync(() => WindowsPrograms.Children().Length == 0);
        Assert.Empty(OpenSegments());

        await VerifyAsync();
    }

    private async Task<System.Diagnostics.Process> StartAgentAsync()
    {
        var agent = windows.Start("agent", "run", "--config", "agent.yaml");
        await SeenAsync(() => File.Exists(Link) || agent.HasExited);
        Assert.False(agent.HasExited, Log("agent"));
        return agent;
    }

    private async Task SeenAsync(Func<bool> condition)
    {
        try
        {
            await Eventually.TrueAsync(condition, TimeSpan.FromMinutes(5));
        }
        catch (TimeoutException e)
        {
            Assert.Fail(e.Message + "\n" + Log("agent"));
        }
    }

    private string Link => windows[Path.Combine("state", "dashboard-link.json")];

    private string Log(string program) => File.ReadAllText(windows[program + ".log"]);

    private string[] Segments() =>
        Directory.Exists(windows["footage"])
            ? [.. Directory.EnumerateFiles(windows["footage"], "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];

    private (string Path, long Bytes)[] OpenSegments() =>
        [
            .. Directory
                .EnumerateFiles(windows["footage"], "*.mp4.part", SearchOption.AllDirectories)
                .Select(p => (p, new FileInfo(p) is { Exists: true } file ? file.Length : 0)),
        ];

    private Task WriteConfigurationAsync(Uri camera) =>
        File.WriteAllTextAsync(
            windows["agent.yaml"],
            $"""
            site: test
            agent: windows-1
            folder: state
            footage: {"{"} volume: footage, createVolume: true, segmentSeconds: 10 {"}"}
            rooms:
              - map: '{WindowsPrograms.Windows(Repository.PathOf("samples", "rooms", "room7", "room.json"))}'
                cameras: [ {"{"} id: C1, address: "{camera}" {"}"} ]
            broker: {"{"} port: 0 {"}"}
            api: {"{"} listen: 127.0.0.1:0 {"}"}
            watch: {"{"} enabled: false, sound: false {"}"}
            plates: {"{"} daily: false {"}"}
            tools: {"{"} ffmpeg: '{WindowsPrograms.Windows(
                WindowsPrograms.Published("tools/ffmpeg.exe")
            )}', ffprobe: '{WindowsPrograms.Windows(WindowsPrograms.Published("tools/ffprobe.exe"))}' {"}"}
            """,
            TestContext.Current.CancellationToken
        );

    private async Task ExampleAndCheckAsync()
    {
        var example = await windows.RunAsync("agent", "example");
        Assert.Equal(
            await File.ReadAllTextAsync(Repository.PathOf("deploy", "agent.example.yaml"), TestContext.Current.CancellationToken),
            example.Output.ReplaceLineEndings("\n")
        );
        Assert.Equal(2, (await windows.RunAsync("agent", "check", "--nonsense")).ExitCode);
        var check = await windows.RunAsync("agent", "check", "--config", "agent.yaml");
        Assert.True(
            check.Output.Contains("h264 960×540", StringComparison.Ordinal)
                && check.Output.Contains("Complete: the agent can run.", StringComparison.Ordinal),
            check.All
        );
    }

    /// <summary>A stranger logs in to the broker and reads what the agent published.</summary>
    private async Task BrokerAsync()
    {
        var link = JsonNode.Parse(await File.ReadAllTextAsync(Link, TestContext.Current.CancellationToken))!;
        var port = new Uri(link["broker"]!.GetValue<string>()).Port.ToString(CultureInfo.InvariantCulture);
        var read = await ProgramResult.OfAsync(
            "mosquitto_sub",
            [
                "-p",
                port,
                "-u",
                link["brokerUser"]!.GetValue<string>(),
                "-P",
                link["brokerPassword"]!.GetValue<string>(),
                "-t",
                "exam-monitor/v1/test/agents/windows-1/state",
                "-C",
                "1",
                "-W",
                "240",
            ],
            TimeSpan.FromSeconds(250)
        );
        Assert.True(read.ExitCode == 0, read.All + "\n" + Log("agent"));
        Assert.Equal("online", JsonNode.Parse(read.Output)!["state"]!.GetValue<string>());
    }

    private async Task DashboardAsync()
    {
        var address = FormattableString.Invariant($"http://127.0.0.1:{Loopback.FreePort()}");
        using var dashboard = windows.Start(
            "dashboard",
            "--link",
            "state\\dashboard-link.json",
            "--data",
            "dashboard-data",
            "--urls",
            address
        );
        using var http = new HttpClient();
        await Eventually.TrueAsync(
            async () => await AnswersAsync(http, address + "/login") || dashboard.HasExited,
            TimeSpan.FromMinutes(5)
        );
        Assert.False(dashboard.HasExited, Log("dashboard"));
        var page = await http.GetStringAsync(address + "/login", TestContext.Current.CancellationToken);
        Assert.Contains("<form", page, StringComparison.Ordinal);
        Assert.Contains(
            "password: ",
            await File.ReadAllTextAsync(
                windows[Path.Combine("dashboard-data", "first-password.txt")],
                TestContext.Current.CancellationToken
            ),
            StringComparison.Ordinal
        );
        dashboard.Kill();
        await dashboard.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string address)
    {
        try
        {
            return (await http.GetAsync(address)).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The stopped volume is whole, for the agent and for the verifier; one changed byte is found by both.</summary>
    private async Task VerifyAsync()
    {
        var key = await windows.RunAsync("agent", "ledger", "key", "--config", "agent.yaml");
        await File.WriteAllTextAsync(windows["public.pem"], key.Output, TestContext.Current.CancellationToken);
        var fsck = await windows.RunAsync("agent", "fsck", "--depth", "hash", "--repair", "--config", "agent.yaml");
        Assert.True(fsck.ExitCode == 0, fsck.All);
        var verify = await windows.RunAsync("agent", "verify", "--config", "agent.yaml");
        Assert.True(verify.ExitCode == 0, verify.All);
        var good = await windows.RunAsync("verify", "volume", "footage", "--key", "public.pem");
        Assert.True(good.ExitCode == 0, good.All);

        var bytes = await File.ReadAllBytesAsync(Segments()[0], TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Segments()[0], bytes, TestContext.Current.CancellationToken);
        var bad = await windows.RunAsync("verify", "volume", "footage", "--key", "public.pem");
        Assert.True(bad.ExitCode == 1, bad.All);
        Assert.Contains(Path.GetFileName(Segments()[0]), bad.Output, StringComparison.Ordinal);
    }
}
