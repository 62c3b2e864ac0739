using System.Diagnostics;
using System.Text.Json;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>From RTSP to MQTT: real cameras' protocol, real ffmpeg, real broker, real files.</summary>
[Collection(LiveFloor.Name)]
public sealed class LiveFloorTests(LiveFloor floor)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(90);

    private ExamSite Site => floor.Site;

    [Fact]
    public async Task Broker_AfterTheStart_RetainsEveryStationCameraAndRoom()
    {
        await Site.AllFineAsync(Settling);
        await using var late = new BrokerListener(Site.Link, Directory.CreateDirectory(Path.Combine(Site.Folder, "late")).FullName);
        string[] expected =
        [
            Site.Topics.AgentState(Site.Link.Agent),
            Site.Topics.AgentManifest(Site.Link.Agent),
            Site.Topics.RoomStatus(Site.Room),
            Site.Topics.FootageStatus(Site.Room),
            Site.Topics.RetentionStatus,
            .. Site.Map.Stations.Select(s => Site.Topics.StationStatus(Site.Room, s.Id)),
            .. Site.Map.Cameras.Select(c => Site.Topics.CameraStatus(Site.Room, c.Id)),
        ];
        await Eventually.TrueAsync(() => expected.All(t => late.All.Any(h => h.Retained && h.Topic == t)), TimeSpan.FromSeconds(20));
        Assert.Equal(AgentConnection.Online, late.Last<AgentState>(expected[0])!.State);
    }

    [Fact]
    public async Task Camera_PulledAndPluggedBack_StationsRoomGapAndReturn()
    {
        await Site.AllFineAsync(Settling);
        var pulled = TimeProvider.System.GetUtcNow();
        await Site.FaultAsync("C2", CameraFault.Of(CameraFaultKind.Unreachable));
        await Eventually.TrueAsync(() => Site.Camera("C2")?.Health.Contains(CameraHealth.SignalLost) == true, TimeSpan.FromSeconds(15));
        // A station that other cameras cover stays covered; what changes within 15 s is what C2 says of it.
        await Eventually.TrueAsync(
            () =>
                Site.Map.Stations.All(s =>
                    Site.Station(s.Id)?.Cameras.FirstOrDefault(c => c.Camera == CameraId.Of("C2"))?.Covered is not true
                ),
            pulled.AddSeconds(15) - TimeProvider.System.GetUtcNow()
        );
        await Eventually.TrueAsync(() => Site.RoomStatus() is { OpenProblems: > 0, WorstProblem: not null }, TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => Site.Footage("C2") is { Recording: false, Cause: GapCause.Network }, TimeSpan.FromSeconds(25));

        await Site.FaultAsync("C2", CameraFault.Of(CameraFaultKind.Ok));
        var plugged = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(
            async () =>
                (await Site.TimelineAsync("C2", TimeSpan.FromMinutes(5))).Gaps is [.., { End: not null } last]
                && last.Start > pulled.AddSeconds(-5),
            TimeSpan.FromSeconds(20)
        );
        var gap = (await Site.TimelineAsync("C2", TimeSpan.FromMinutes(5))).Gaps[^1];
        Assert.Equal(GapCause.Network, gap.Cause);
        Assert.InRange((gap.End!.Value - plugged).TotalSeconds, -2, 5);
        await Site.AllFineAsync(Settling);
    }

    [Fact]
    public async Task AllCamerasPulled_EveryStationChangesWithin15Seconds()
    {
        await Site.AllFineAsync(Settling);
        foreach (var camera in Site.Map.Cameras)
            await Site.FaultAsync(camera.Id.Text, CameraFault.Of(CameraFaultKind.Unreachable));
        try
        {
            await Eventually.TrueAsync(
                () =>
                    Site.Map.Stations.All(s =>
                        Site.Station(s.Id) is { } now && now.Covered.Value is not true && now.Recorded.Value is not true
                    ),
                TimeSpan.FromSeconds(15)
            );
            await Eventually.TrueAsync(() => Site.RoomStatus() is { Stations: { Covered: 0, Recorded: 0 } }, TimeSpan.FromSeconds(3));
        }
        finally
        {
            foreach (var camera in Site.Map.Cameras)
                await Site.FaultAsync(camera.Id.Text, CameraFault.Of(CameraFaultKind.Ok));
        }

        await Site.AllFineAsync(Settling);
    }

    [Fact]
    public async Task Lens_CoveredAndFreed_OneProblemOpenedOnceAndClosedOnce()
    {
        await Site.AllFineAsync(Settling);
        var begun = TimeProvider.System.GetUtcNow();
        await Site.FaultAsync("C1", CameraFault.Play("C1_covered.mp4"));
        await Eventually.TrueAsync(() => Site.Camera("C1")?.Health.Contains(CameraHealth.Covered) == true, TimeSpan.FromSeconds(20));
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        await Site.FaultAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        await Site.AllFineAsync(Settling);
        await Eventually.TrueAsync(() => Covered(ProblemChange.Closed) > 0, TimeSpan.FromSeconds(10));

        Assert.Equal(1, Covered(ProblemChange.Opened));
        Assert.Equal(1, Covered(ProblemChange.Closed));

        int Covered(ProblemChange change) =>
            Site
                .Broker.All.Where(h => h.Topic == Site.Topics.Events && h.At > begun)
                .Select(h => JsonSerializer.Deserialize<ProblemEvent>(h.Json, ContractJson.Options)!)
                .Count(e => e.Code == "camera-covered" && e.Change == change && e.Subject.Camera == CameraId.Of("C1"));
    }

    [Fact]
    public async Task WatchProcess_Killed_ComesBackAndRecordingHasNotNoticed()
    {
        await Site.AllFineAsync(Settling);
        var before = Children("watch");
        Assert.Single(before);
        var killed = TimeProvider.System.GetUtcNow();
        using (var watch = Process.GetProcessById(before[0]))
            watch.Kill();
        await Eventually.TrueAsync(() => Children("watch") is [var id] && id != before[0], TimeSpan.FromSeconds(10));
        await Site.AllFineAsync(Settling);
        await Eventually.TrueAsync(
            async () => (await Site.TimelineAsync("C1", TimeSpan.FromMinutes(2))).Segments.Any(s => s.Start <= killed && s.End > killed),
            TimeSpan.FromSeconds(30)
        );
        foreach (var camera in Site.Map.Cameras)
        {
            var timeline = await Site.TimelineAsync(camera.Id.Text, TimeSpan.FromMinutes(2));
            Assert.DoesNotContain(timeline.Gaps, g => g.End is null || (g.Start < killed.AddSeconds(20) && g.End > killed));
        }
    }

    [Fact]
    public async Task Segments_EveryCommittedOne_PlaysWithVideoAndAudio()
    {
        await Site.AllFineAsync(Settling);
        await Eventually.TrueAsync(
            () => Directory.EnumerateFiles(Site.Volume, "*.mp4", SearchOption.AllDirectories).Count() >= 6,
            TimeSpan.FromSeconds(60)
        );
        foreach (var file in Directory.EnumerateFiles(Site.Volume, "*.mp4", SearchOption.AllDirectories))
            await PlayedFile.AssertPlaysAsync(file);
    }

    [Fact]
    public async Task Payloads_AllOfThem_FollowThePublishedSchemas()
    {
        await Site.AllFineAsync(Settling);
        var cases = Site
            .Broker.All.Select(h => (h.Topic, JsonDocument.Parse(h.Json).RootElement.GetProperty("schema").GetString()!, h.Json))
            .ToArray();
        Assert.True(cases.Length > 20, $"only {cases.Length} payloads were heard");
        Assert.Empty(await SchemaValidator.CheckAsync(cases));
    }

    [Fact]
    public async Task CameraPassword_NowhereToBeSeen()
    {
        await Site.AllFineAsync(Settling);
        Assert.DoesNotContain(
            ExamSite.CameraPassword,
            await File.ReadAllTextAsync(Site.AgentLog, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(Site.Broker.All, h => h.Json.Contains(ExamSite.CameraPassword, StringComparison.Ordinal));
        foreach (var line in CommandLines())
            Assert.DoesNotContain(ExamSite.CameraPassword, line.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<(int Id, string Text)> CommandLines()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)))
        {
            string text;
            try
            {
                text = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }

            yield return (int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture), text);
        }
    }

    /// <summary>Children of the agent with a command of ours, found by their parent, since other agents may run beside.</summary>
    private List<int> Children(string command) =>
        [
            .. CommandLines()
                .Where(c => c.Text.Contains("exam-monitor-agent " + command, StringComparison.Ordinal) && ParentOf(c.Id) == Site.Agent.Id)
                .Select(c => c.Id),
        ];

    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
