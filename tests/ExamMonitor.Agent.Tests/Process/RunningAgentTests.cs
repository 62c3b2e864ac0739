using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Agent.Tests.Evaluation;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>The agent as its users meet it: real ffmpeg, its own broker, Kestrel.</summary>
public sealed partial class RunningAgentTests(AgentFixture agent) : IClassFixture<AgentFixture>
{
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly CameraId C1 = CameraId.Of("C1");
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private string Url(string route) => agent.Link.ApiAddress + route;

    private static async Task<string> ProbeAsync(string entries, string file) =>
        (
            await OtherProgram.RunAsync("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", entries, "-of", "csv=p=0", file)
        ).Trim();

    [Fact]
    public async Task Api_NoOrWrongToken_IsRefusedWithTheWayToMendIt()
    {
        using var stranger = new HttpClient();
        foreach (var token in new[] { null, "wrong", agent.Link.ApiToken[..^1] })
        {
            stranger.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            foreach (var route in new[] { AgentApi.Problems, AgentApi.Metrics, AgentApi.Picture(Room, C1), "/openapi/v1.json", "/nowhere" })
            {
                using var answer = await stranger.GetAsync(Url(route));
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
                Assert.Contains("api-token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        stranger.DefaultRequestHeaders.Authorization = null;
        Assert.Equal("live\n", await stranger.GetStringAsync(Url(AgentApi.Live)));
        Assert.Equal("ready\n", await stranger.GetStringAsync(Url(AgentApi.Ready)));
    }

    [Theory]
    [InlineData("/api/v1/rooms/R7/cameras/C9/picture.jpg", 404, "It has: C1, C2")]
    [InlineData("/api/v1/rooms/R9/cameras/C1/picture.jpg", 404, "It has: R7")]
    [InlineData("/api/v1/rooms/R7/cameras/%2e%2e%2fC1/picture.jpg", 400, "A-Z")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/picture.jpg?width=7", 400, "16 to 8192")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/timeline", 400, "'from' is missing")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/timeline?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", 400, "744 hours")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/playlist.m3u8?from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z", 400, "24 hours")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/download.mp4?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z", 404, "Nothing is held")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/segments/999999.mp4", 404, "no segment")]
    [InlineData("/api/v1/rooms/R7/cameras/C1/live/999999.m4s", 404, "read the playlist again")]
    [InlineData("/api/v1/rooms/R9/lanes?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", 404, "It has: R7")]
    public async Task Api_WrongRequest_SaysWhatAndHow(string route, int status, string says)
    {
        using var answer = await agent.Api.GetAsync(Url(route));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(
            says,
            JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Picture_Width_IsAJpegOfThatWidth()
    {
        var jpeg = await agent.Api.GetByteArrayAsync(Url(AgentApi.Picture(Room, C1) + "?width=320"));
        await File.WriteAllBytesAsync(agent.PathOf("picture.jpg"), jpeg);
        Assert.Equal("mjpeg,320,180", await ProbeAsync("stream=codec_name,width,height", agent.PathOf("picture.jpg")));
        var reference = await agent.Api.GetByteArrayAsync(Url(AgentApi.Reference(Room, C1)));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], reference[..4]);
    }

    [Fact]
    public async Task Segment_ByteRange_IsThatPartOfTheFile()
    {
        var segment = (await agent.TimelineAsync("C1")).Segments[0];
        var url = Url(AgentApi.Segment(Room, C1, segment.Id));
        var whole = await agent.Api.GetByteArrayAsync(url);
        Assert.Equal(segment.SizeBytes, whole.Length);
        Assert.Equal(segment.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(whole)));
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new(10, 19) } };
        using var answer = await agent.Api.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(whole[10..20], await answer.Content.ReadAsByteArrayAsync());
        using var other = await agent.Api.GetAsync(Url(AgentApi.Segment(Room, CameraId.Of("C2"), segment.Id)));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Playlists_LiveAndRange_NameWhatCanBeFetched()
    {
        var live = await agent.Api.GetStringAsync(Url(AgentApi.LivePlaylist(Room, C1)));
        var folder = Url(AgentApi.LivePlaylist(Room, C1)).Replace("index.m3u8", string.Empty, StringComparison.Ordinal);
        var init = live.Split("URI=\"")[1].Split('"')[0];
        Assert.Equal("ftyp"u8.ToArray(), (await agent.Api.GetByteArrayAsync(folder + init))[4..8]);
        Assert.NotEmpty(
            await agent.Api.GetByteArrayAsync(folder + live.Split('\n').Last(l => l.EndsWith(".m4s", StringComparison.Ordinal)))
        );
        var range = await agent.Api.GetStringAsync(Url(AgentApi.Playlist(Room, C1)) + AgentFixture.Range(Now.AddMinutes(-10), Now));
        Assert.Contains("segments/", range, StringComparison.Ordinal);
        Assert.EndsWith("#EXT-X-ENDLIST\n", range, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_Range_IsOneFileWithItsName()
    {
        var segment = (await agent.TimelineAsync("C1")).Segments[0];
        using var answer = await agent.Api.GetAsync(Url(AgentApi.Download(Room, C1)) + AgentFixture.Range(segment.Start, segment.End));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith(
            "R7-C1-",
            answer.Content.Headers.ContentDisposition?.FileNameStar ?? answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'),
            StringComparison.Ordinal
        );
        await File.WriteAllBytesAsync(agent.PathOf("download.mp4"), await answer.Content.ReadAsByteArrayAsync());
        var seconds = double.Parse(await ProbeAsync("format=duration", agent.PathOf("download.mp4")), CultureInfo.InvariantCulture);
        Assert.InRange(seconds, (segment.End - segment.Start).TotalSeconds - 0.5, (segment.End - segment.Start).TotalSeconds + 1);
    }

    [Fact]
    public async Task Metrics_AndOpenApi_AreServed()
    {
        var metrics = await agent.Api.GetStringAsync(Url(AgentApi.Metrics));
        Assert.Contains("exam_monitor_camera_recording{room=\"R7\",camera=\"C1\"} 1\n", metrics, StringComparison.Ordinal);
        var openApi = JsonNode.Parse(await agent.Api.GetStringAsync(Url("/openapi/v1.json")))!;
        Assert.NotNull(openApi["paths"]!["/api/v1/rooms/{room}/cameras/{camera}/segments/{segment}.mp4"]);
    }

    [Fact]
    public async Task Lanes_ARoomAtWork_SayThatStationsAreCovered()
    {
        RoomLanes? lanes = null;
        await Eventually.TrueAsync(
            async () =>
            {
                lanes = JsonSerializer.Deserialize<RoomLanes>(
                    await agent.Api.GetStringAsync(Url(AgentApi.Lanes(Room)) + AgentFixture.Range(Now.AddMinutes(-10), Now)),
                    ContractJson.Options
                );
                return lanes!.Stations.Any(s => s.Covered.Any(c => c.Value == true) && s.Recorded.Any(r => r.Value == true));
            },
            TimeSpan.FromSeconds(40)
        );
        Assert.Equal(12, lanes!.Stations.Count);
    }

    [Fact]
    public async Task PlatesCheck_ByHandInARoomWithoutPlates_SaysSoOfEachStationAndIsKept()
    {
        await Eventually.TrueAsync(
            async () =>
                JsonSerializer
                    .Deserialize<RoomLanes>(
                        await agent.Api.GetStringAsync(Url(AgentApi.Lanes(Room)) + AgentFixture.Range(Now.AddMinutes(-10), Now)),
                        ContractJson.Options
                    )!
                    .Stations.Any(s => s.Covered.Any(c => c.Value == true)),
            TimeSpan.FromSeconds(40)
        );
        var (code, output, errors) = await AgentFixture.RunAsync("plates", "check", "--room", "R7", "--config", agent.ConfigurationPath);
        Assert.True(code == 1, errors);
        Assert.Contains("R7: 0 of 12 plates were read at their stations.", output, StringComparison.Ordinal);
        var kept = JsonSerializer.Deserialize<RoomPlates>(
            await agent.Api.GetStringAsync(Url(AgentApi.RoomPlates(Room))),
            ContractJson.Options
        )!;
        Assert.Equal(12, kept.Stations.Count);
        Assert.All(kept.Stations, s => Assert.True(s.Verdict is PlateVerdict.NotSeen or PlateVerdict.NotMeasured, s.ToString()));
        Assert.Contains(kept.Stations, s => s is { Verdict: PlateVerdict.NotSeen, PicturesUsed: 3, PicturesSeen: 0 });
        Assert.True(File.Exists(Path.Combine(agent.StateFolder, "plates", "R7.jsonl")));
        Assert.DoesNotContain("plate-wrong", await agent.Api.GetStringAsync(Url(AgentApi.Problems)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_ArchiveTier_IsToldAndALaterCheckByHandWithIt()
    {
        async Task<ArchiveTierStatus> TierAsync() =>
            JsonSerializer
                .Deserialize<RetentionOverview>(await agent.Api.GetStringAsync(Url(AgentApi.Retention)), ContractJson.Options)!
                .Status.ArchiveTier!;
        var told = await TierAsync();
        await Eventually.TrueAsync(async () => (told = await TierAsync()).LastPass is not null, TimeSpan.FromSeconds(40));
        Assert.Equal(("folder", 0L, 0L, null), (told.Kind, told.WaitingSegments, told.MismatchedObjects, told.Failure));
        Assert.Null(told.LastCheck);
        var (code, output, errors) = await AgentFixture.RunAsync("tier", "check", "--config", agent.ConfigurationPath);
        Assert.True(code == 0, output + errors);
        told = await TierAsync();
        Assert.InRange(told.LastCheck!.Value, Now.AddMinutes(-1), Now);
        Assert.Equal(0, told.LastCheckMismatched);
        Assert.StartsWith($"{told.LastCheckProved} proved", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenCv_AnAgentAtWork_IsLoadedByTheMeasuringChildAlone()
    {
        await Eventually.TrueAsync(
            () => agent.Child("watch") is { } child && Maps(child).Contains("OpenCvSharpExtern", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60)
        );
        Assert.DoesNotContain("OpenCvSharp", Maps(agent.ProcessId), StringComparison.Ordinal);

        static string Maps(int process) => File.ReadAllText($"/proc/{process}/maps");
    }

    [Fact]
    public async Task WatchChild_Killed_IsBackInSecondsAndRecordingHasNotNoticed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Untested on Windows: the child is looked up in /proc.");
        await Eventually.TrueAsync(() => agent.Child("watch") is not null);
        var killed = agent.Child("watch")!.Value;
        var killedAt = Now;
        AgentFixture.Signal(killed, "KILL");
        await Eventually.TrueAsync(() => agent.Child("watch") is { } fresh && fresh != killed, TimeSpan.FromSeconds(5));
        var before = (await agent.TimelineAsync("C1")).Segments.Count;
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Count > before, TimeSpan.FromSeconds(30));
        Assert.DoesNotContain((await agent.TimelineAsync("C1")).Gaps, g => g.End is null || g.End > killedAt);
    }

    [Fact]
    public async Task Broker_DashboardsUser_ReadsAndCannotWrite()
    {
        var address = BrokerAddress.Parse(agent.Link.Broker);
        var received = new List<string>();
        var options = new MqttOptions
        {
            Host = address.Host,
            Port = address.Port,
            ClientId = "reader",
            User = agent.Link.BrokerUser,
            Password = agent.Link.BrokerPassword,
        };
        await using var reader = new MqttConnection(options, TimeProvider.System);
        reader.Subscribe(
            "exam-monitor/v1/test/#",
            m =>
            {
                lock (received)
                    received.Add(m.Topic);
            }
        );
        reader.Start();
        await Eventually.TrueAsync(() => reader.State.Connected);
        var forged = new Topics(SiteId.Of("test")).StationStatus(Room, StationId.Of("forged"));
        Assert.Equal(PublishOutcome.Refused, await reader.PublishAsync(new(forged, "{}"u8.ToArray(), Retain: true)));
        await Eventually.TrueAsync(() =>
        {
            lock (received)
                return received.Any(t => t.EndsWith("/rooms/R7/status", StringComparison.Ordinal))
                    && received.Contains("exam-monitor/v1/test/agents/agent-1/manifest");
        });
        lock (received)
            Assert.DoesNotContain(forged, received);
    }

    [Fact]
    public void Secrets_NowhereInTheLogOrOnACommandLine()
    {
        var lines = Directory
            .GetDirectories("/proc")
            .Select(d => Path.Combine(d, "cmdline"))
            .Where(File.Exists)
            .Select(f =>
            {
                try
                {
                    return File.ReadAllText(f);
                }
                catch (IOException)
                {
                    return string.Empty;
                }
            })
            .Append(agent.Log)
            .ToArray();
        foreach (var secret in new[] { "s3cret-of-the-camera", agent.Link.ApiToken, agent.Link.BrokerPassword! })
            Assert.All(lines, line => Assert.DoesNotContain(secret, line, StringComparison.Ordinal));
        if (OperatingSystem.IsWindows())
            return;
        foreach (
            var file in new[] { "dashboard-link.json", "api-token", "ledger-key.pem", "broker/dashboard-password", "broker/agent-password" }
        )
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(agent.StateFolder, file)));
    }
}
