using System.Text.Json.Nodes;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>Commands as a person types them.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Configure(string cameras, string more = "")
    {
        File.WriteAllText(
            _folder["agent.yaml"],
            $"""
            site: test
            agent: agent-1
            folder: state
            footage:
              volume: footage
              createVolume: true
            rooms:
              - map: {Repository.PathOf("samples", "rooms", "room7", "room.json")}
                cameras:
            {cameras}
            broker:
              port: 0
            api:
              listen: 127.0.0.1:0
            {more}
            """
        );
        return _folder["agent.yaml"];
    }

    [Fact]
    public async Task Example_ParsedAgain_HasNoUnknownKey()
    {
        var (code, output, _) = await AgentFixture.RunAsync("example");
        Assert.Equal(0, code);
        var findings = ConfigurationFile.Parse(_folder["agent.yaml"], "agent.yaml", output).Findings;
        Assert.All(
            findings,
            f =>
                Assert.True(
                    f.Text.StartsWith("there is no file", StringComparison.Ordinal)
                        || f.Text.Contains("is not set", StringComparison.Ordinal),
                    f.ToString()
                )
        );
    }

    [Fact]
    public async Task Run_BadConfiguration_EndsWithTwoAndNamesTheLine()
    {
        var path = Configure("      - id: C7\n        address: rtsp://127.0.0.1:1/x\n        transprot: udp");
        var (code, _, errors) = await AgentFixture.RunAsync("run", "--config", path);
        Assert.Equal(2, code);
        Assert.Contains(
            "agent.yaml:12: error: rooms[0].cameras[0].transprot: is not a known key. Did you mean 'transport'?",
            errors,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(_folder["footage"]));
    }

    [Fact]
    public async Task Run_VolumeOfAnotherSite_RefusesAndWritesNothing()
    {
        Directory.CreateDirectory(_folder["footage"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["footage"], "holiday.jpg"), "not footage");
        var (code, _, errors) = await AgentFixture.RunAsync(
            "run",
            "--config",
            Configure("      - id: C1\n        address: rtsp://127.0.0.1:1/x")
        );
        Assert.Equal(1, code);
        Assert.Contains("footage volume", errors, StringComparison.Ordinal);
        Assert.Equal(["holiday.jpg"], Directory.GetFileSystemEntries(_folder["footage"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Check_UnreachableCameraAndBroker_TellsEachWithItsMend()
    {
        var closed = Loopback.FreePort();
        var path = Configure($"      - id: C1\n        address: rtsp://127.0.0.1:{closed}/x")
            .Replace("\r", string.Empty, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            path,
            (await File.ReadAllTextAsync(path)).Replace(
                "port: 0",
                $"mode: address\n  address: mqtt://127.0.0.1:{closed}",
                StringComparison.Ordinal
            )
        );
        var (code, output, _) = await AgentFixture.RunAsync("check", "--config", path, "--json");
        Assert.Equal(1, code);
        var items = JsonNode.Parse(output)!["items"]!
            .AsArray()
            .Select(i => (Level: i!["level"]!.GetValue<string>(), What: i["what"]!.GetValue<string>(), Text: i["text"]!.GetValue<string>()))
            .ToList();
        Assert.Equal(["broker", "camera R7/C1"], items.Where(i => i.Level == "failed").Select(i => i.What).Order(StringComparer.Ordinal));
        Assert.All(items.Where(i => i.Level == "failed"), i => Assert.Contains($"127.0.0.1:{closed}", i.Text, StringComparison.Ordinal));
        Assert.Contains(items, i => i is { Level: "ok", What: "measuring" });
        Assert.Contains(items, i => i.Level == "warning" && i.Text.Contains("camera C2 of the map has no entry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Map_BadMap_NamesTheLine()
    {
        await File.WriteAllTextAsync(_folder["room.json"], "{\n \"schema\":\"exam-monitor/station-map/1\",\n \"room\":{\"id\":\"R/1\"}\n}");
        var (code, _, errors) = await AgentFixture.RunAsync("map", _folder["room.json"]);
        Assert.Equal(2, code);
        Assert.Contains("room.json:3: error:", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_CoveredClip_SaysCoveredAndWritesOneLinePerSecond()
    {
        var (output, page) = (_folder["verdicts.jsonl"], _folder["report.html"]);
        var (code, table, _) = await AgentFixture.RunAsync(
            "audit",
            "--map",
            Repository.PathOf("samples", "rooms", "room7", "room.json"),
            "--video",
            $"C1={Repository.PathOf("samples", "video", "C1_covered.mp4")}",
            "--out",
            output,
            "--html",
            page
        );
        Assert.Equal(0, code);
        var lines = (await File.ReadAllLinesAsync(output)).Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(Enumerable.Range(0, lines.Count).Select(i => (double)i), lines.Select(l => Math.Floor(l["t"]!.GetValue<double>())));
        Assert.Contains(lines, l => l["health"]!.AsArray().Any(h => h!.GetValue<string>() == "covered"));
        Assert.Contains("covered", table, StringComparison.Ordinal);
        Assert.Contains("page for people", table, StringComparison.Ordinal);
        var html = await File.ReadAllTextAsync(page);
        Assert.Contains("Something covers the lens of camera C1", html, StringComparison.Ordinal);
        Assert.Contains("的镜头被遮挡", html, StringComparison.Ordinal);
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(html, "data:image/jpeg;base64,/9j/"));
    }

    [Theory]
    [InlineData("C9=clip.mp4", "the map has no camera C9. It has: C1, C2, C3.")]
    [InlineData("C1", "not of the form CAMERA=FILE")]
    [InlineData("C1=/nowhere.mp4", "there is no file")]
    public async Task Audit_WrongArguments_SaysWhichAndWritesNothing(string video, string says)
    {
        var (code, _, errors) = await AgentFixture.RunAsync(
            "audit",
            "--map",
            Repository.PathOf("samples", "rooms", "room7", "room.json"),
            "--video",
            video,
            "--out",
            _folder["v.jsonl"]
        );
        Assert.Equal(2, code);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["v.jsonl"]));
    }
}
