using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>
/// <c>run</c> and <c>check</c> over folders that are no footage volume, or not the one that belongs here: both refuse, with one sentence,
/// and neither writes a byte.
/// </summary>
public sealed class VolumeJudgementTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("another volume")]
    [InlineData("an empty disk")]
    [InlineData("not mounted")]
    [InlineData("another site")]
    [InlineData("other files")]
    [InlineData("unreadable identity")]
    public async Task Folder_ThatIsNotTheVolume_IsRefusedByRunAndCheckAlike_AndStaysAsItIs(string what)
    {
        var cancel = TestContext.Current.CancellationToken;
        var volume = _folder["footage"];
        var identity = Path.Combine(volume, "volume.json");
        if (what is not ("other files" or "another site"))
            await MakeAsync("test");
        if (what == "another site")
            await MakeAsync("elsewhere");
        if (what == "another site")
            File.Delete(Path.Combine(_folder["state"], "index.db"));
        if (what == "another volume")
            await File.WriteAllTextAsync(
                identity,
                (await File.ReadAllTextAsync(identity, cancel)).Replace(
                    JsonNode.Parse(await File.ReadAllTextAsync(identity, cancel))!["id"]!.GetValue<string>(),
                    Guid.NewGuid().ToString("D"),
                    StringComparison.Ordinal
                ),
                cancel
            );
        if (what == "unreadable identity")
            await File.WriteAllTextAsync(identity, "{", cancel);
        if (what is "an empty disk" or "not mounted")
            Directory.Delete(volume, recursive: true);
        if (what != "not mounted")
            Directory.CreateDirectory(volume);
        if (what == "other files")
            await File.WriteAllTextAsync(Path.Combine(volume, "holiday.jpg"), "not footage", cancel);
        if (Directory.Exists(volume))
            File.Delete(Path.Combine(volume, "agent.lock"));
        var before = Files();

        var run = await AgentFixture.RunAsync("run", "--config", Configure());
        Assert.Equal(1, run.Code);
        Assert.Equal(before, Files());
        var check = await AgentFixture.RunAsync("check", "--config", Configure(), "--json");
        Assert.Equal(1, check.Code);
        Assert.Equal(before, Files());
        var item = JsonNode.Parse(check.Output)!["items"]!.AsArray().Single(i => i!["what"]!.GetValue<string>() == "volume")!;
        Assert.Equal("failed", item["level"]!.GetValue<string>());
        Assert.Contains(item["text"]!.GetValue<string>(), run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_ThatIsGone_IsToldByCheckAsByRun()
    {
        await MakeAsync("test");
        Directory.CreateDirectory(Path.Combine(_folder["footage"], "ledger"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder["footage"], "ledger", "checkpoint"),
            "a head",
            TestContext.Current.CancellationToken
        );
        var check = await AgentFixture.RunAsync("check", "--config", Configure(), "--json");
        var item = JsonNode.Parse(check.Output)!["items"]!.AsArray().Single(i => i!["what"]!.GetValue<string>() == "ledger key")!;
        Assert.Equal("failed", item["level"]!.GetValue<string>());
        var run = await AgentFixture.RunAsync("run", "--config", Configure());
        Assert.Equal(1, run.Code);
        Assert.Contains(item["text"]!.GetValue<string>(), run.Errors, StringComparison.Ordinal);
        Assert.Contains("ledger new-key", run.Errors, StringComparison.Ordinal);
    }

    /// <summary>A volume that the index knows.</summary>
    private async Task MakeAsync(string site)
    {
        Directory.CreateDirectory(_folder["footage"]);
        var options = new FootageOptions
        {
            VolumePath = _folder["footage"],
            IndexPath = Path.Combine(_folder["state"], "index.db"),
            Site = SiteId.Of(site),
        };
        var archive = await FootageArchive.OpenAsync(
            options,
            null,
            TimeProvider.System,
            NullLogger<FootageArchive>.Instance,
            TestContext.Current.CancellationToken
        );
        await archive.DisposeAsync();
    }

    private List<string> Files() =>
        Directory.Exists(_folder["footage"])
            ? [.. Directory.EnumerateFileSystemEntries(_folder["footage"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : ["no folder"];

    private string Configure()
    {
        // The first start is allowed: what is refused is refused all the same.
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
                  - id: C1
                    address: rtsp://127.0.0.1:1/x
            broker:
              port: 0
            api:
              listen: 127.0.0.1:0
            """
        );
        return _folder["agent.yaml"];
    }
}
