using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>Stands in for an agent's HTTP API: pictures, a short clip as live and range playlist, a timeline with gaps.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    public const string Token = "a-token-for-tests-only-0123456789";

    private readonly WebApplication _app;
    private readonly byte[] _clip;

    /// <summary>Whether it has live streams, or playlists alone.</summary>
    public bool HasStream { get; set; } = true;

    /// <summary>Time between two fragments of a live stream.</summary>
    public TimeSpan StreamPace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Live streams that were asked for.</summary>
    public int Streams { get; private set; }
    private readonly TimeProvider _time;

    private FakeAgent(WebApplication app, byte[] clip, TimeProvider time) => (_app, _clip, _time) = (app, clip, time);

    public string Address => _app.Urls.First();

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Writes that arrived, with who asked and why.</summary>
    public ConcurrentQueue<(string Path, ActingPerson Person)> Acts { get; } = new();

    public FakeSchedule Schedule { get; private set; } = null!;

    public FakeRetention Retention { get; private set; } = null!;

    public FakeSetUp SetUp { get; private set; } = null!;

    public FakeEvaluation Evaluation { get; private set; } = null!;

    /// <summary>Set to hold the first seven hours of every day on the archive tier alone.</summary>
    public bool Away { get; set; }

    /// <summary>Answers of the day that still runs wait for it, and hold nothing; null answers at once.</summary>
    public TaskCompletionSource? HoldToday { get; set; }

    /// <summary>Segments wait for it, as one does that is fetched from the archive tier; null answers at once.</summary>
    public TaskCompletionSource? HoldSegments { get; set; }

    /// <summary>Set to answer every question of records with 503, as an agent that starts.</summary>
    public bool Mute { get; set; }

    /// <summary>What it answers when asked for open problems; null for no answer.</summary>
    public IReadOnlyList<OpenProblem>? Open { get; set; }

    /// <summary>How it proves that its ledger continues; null for no answer.</summary>
    public Func<long, long, ConsistencyProof?>? Consistency { get; set; }

    public static async Task<FakeAgent> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var agent = new FakeAgent(app, await new FragmentedClip(Seconds: 12, Size: "640x360").BytesAsync(), time);
        app.Use((http, next) => agent.GuardAsync(http, next));
        app.MapGet(AgentApi.Root + "/rooms/{room}/cameras/{camera}/picture.jpg", agent.Picture);
        app.MapGet(
            AgentApi.Root + "/rooms/{room}/cameras/{camera}/problems/{problem}/{picture}.jpg",
            (string problem, string picture) => problem == "gone-by" ? Results.NotFound() : agent.Picture(picture == "now" ? "C2" : "C1")
        );
        app.MapGet(
            AgentApi.Root + "/rooms/{room}/cameras/{camera}/segments/{id:long}.mp4",
            async () =>
            {
                if (agent.HoldSegments is { } held)
                    await held.Task;
                return Results.Bytes(agent._clip, "video/mp4", enableRangeProcessing: true);
            }
        );
        app.MapGet(
            AgentApi.Root + "/rooms/{room}/cameras/{camera}/live/clip.mp4",
            () => Results.Bytes(agent._clip, "video/mp4", enableRangeProcessing: true)
        );
        app.MapGet(AgentApi.Root + "/rooms/{room}/cameras/{camera}/download.mp4", () => Results.Bytes(agent._clip, "video/mp4"));
        app.MapGet(AgentApi.Root + "/rooms/{room}/cameras/{camera}/live/stream.mp4", agent.StreamAsync);
        app.MapGet(
            AgentApi.Root + "/rooms/{room}/cameras/{camera}/live/index.m3u8",
            () => agent.Playlist("clip.mp4", UtcJsonConverter.ToText(time.GetUtcNow()))
        );
        app.MapGet(
            AgentApi.Root + "/rooms/{room}/cameras/{camera}/playlist.m3u8",
            (string room, string camera, string from) =>
                agent.Schedule.Footage is { } and not FootageState.Held
                    ? Results.NotFound()
                    : agent.Playlist($"{AgentApi.Root}/rooms/{room}/cameras/{camera}/segments/7.mp4", from)
        );
        app.MapGet(
            AgentApi.Root + "/rooms/{room}/cameras/{camera}/timeline",
            async (DateTimeOffset from, DateTimeOffset to) =>
            {
                var isHeldBack = agent.HoldToday is not null && to > time.GetUtcNow();
                if (isHeldBack)
                    await agent.HoldToday!.Task;
                var day = isHeldBack ? DayOf(from, to) with { Segments = [] } : DayOf(from, to);
                if (agent.Schedule.Footage is { } footage and not FootageState.Held)
                    day = new(
                        from,
                        to,
                        [],
                        [
                            new(
                                from,
                                to,
                                footage == FootageState.Destroyed ? GapCause.Unknown : GapCause.Agent,
                                new("Said then.", "当时的说明。"),
                                footage == FootageState.Destroyed
                            ),
                        ],
                        0
                    );
                return Results.Bytes(
                    JsonSerializer.SerializeToUtf8Bytes(agent.Away ? AwayOf(day) : day, ContractJson.Options),
                    "application/json"
                );
            }
        );
        app.MapGet(
            AgentApi.Problems,
            () =>
                agent.Open is { } open
                    ? Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(open, ContractJson.Options), "application/json")
                    : Results.StatusCode(503)
        );
        agent.Schedule = new(agent, app, time.GetUtcNow());
        app.MapGet(
            AgentApi.LedgerConsistency,
            (long from, long to) =>
                agent.Consistency is not { } prove ? Results.StatusCode(503)
                : prove(from, to) is { } proof
                    ? Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(proof, ContractJson.Options), "application/json")
                : Results.StatusCode(400)
        );
        agent.Retention = new(agent, app, time.GetUtcNow());
        agent.SetUp = new(agent, app, time.GetUtcNow());
        agent.Evaluation = new(agent, app, time);
        app.MapPost(
            AgentApi.Root + "/rooms/{room}/readiness",
            (HttpContext http) => agent.Act(http, _ => FakeRecords.Json(DemoFloor.Ready(time.GetUtcNow(), 1, true)))
        );
        app.MapPost(
            AgentApi.Root + "/rooms/{room}/plates",
            (HttpContext http) => agent.Act(http, _ => FakeRecords.Json(new PlateCheckBegun(DemoFloor.Room, time.GetUtcNow())))
        );
        await app.StartAsync();
        return agent;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>A day with a whole night, a network gap and a disk gap.</summary>
    public static Timeline DayOf(DateTimeOffset from, DateTimeOffset to)
    {
        TimelineSegment Segment(long id, double start, double end) =>
            new(id, from.AddHours(start), from.AddHours(end), 1000, new string('0', 64), false);
        return new(
            from,
            to,
            [Segment(1, 0, 3), Segment(2, 3, 7.25), Segment(3, 7.5, 12), Segment(4, 12.05, 24)],
            [
                new(from.AddHours(7.25), from.AddHours(7.5), GapCause.Network, new("The camera did not answer.", "摄像头没有应答。")),
                new(from.AddHours(12), from.AddHours(12.05), GapCause.Disk, null),
            ],
            0.98765
        );
    }

    private static Timeline AwayOf(Timeline day) =>
        day with
        {
            Segments = [.. day.Segments.Select(s => s.Id <= 2 ? s with { OnArchiveTier = true } : s)],
        };

    private Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        Requests.Enqueue($"{http.Request.Path}{http.Request.QueryString} {http.Request.Headers.Range}");
        var known = http.Request.Headers.Authorization == $"Bearer {Token}";
        if (known && !Mute)
            return next(http);
        http.Response.StatusCode = known ? 503 : 401;
        return Task.CompletedTask;
    }

    private IResult Picture(string camera)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Golden", camera == "C2" ? "picture-2.jpg" : "picture-1.jpg");
        return Results.File(file, "image/jpeg", lastModified: _time.GetUtcNow());
    }

    private IResult Playlist(string clip, string from) =>
        Results.Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                #EXTM3U
                #EXT-X-VERSION:7
                #EXT-X-TARGETDURATION:12
                #EXT-X-PLAYLIST-TYPE:VOD
                #EXT-X-MAP:URI="{clip}",BYTERANGE="{InitLength()}@0"
                #EXT-X-PROGRAM-DATE-TIME:{from}
                #EXTINF:12.0,
                #EXT-X-BYTERANGE:{_clip.Length - InitLength()}@{InitLength()}
                {clip}
                #EXT-X-ENDLIST

                """
            ),
            "application/vnd.apple.mpegurl"
        );

    // As an agent does: what a player needs first, then each fragment as its second comes; after the last one the camera "begins anew".
    private async Task StreamAsync(HttpContext http)
    {
        Streams++;
        if (!HasStream)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var entry = _clip.AsSpan().IndexOf("avcC"u8) + 5;
        http.Response.ContentType = $"video/mp4; codecs=\"avc1.{Convert.ToHexStringLower(_clip.AsSpan(entry, 3))}, mp4a.40.2\"";
        await http.Response.Body.WriteAsync(_clip.AsMemory(0, InitLength()));
        for (var from = InitLength(); from < _clip.Length; )
        {
            var next = _clip.AsSpan(from + 8).IndexOf("moof"u8);
            var length = next < 0 ? _clip.Length - from : next + 4;
            await http.Response.Body.WriteAsync(_clip.AsMemory(from, length));
            await http.Response.Body.FlushAsync(http.RequestAborted);
            from += length;
            await Task.Delay(StreamPace, _time, http.RequestAborted);
        }
    }

    // Length of ftyp + moov: everything before the first moof.
    private int InitLength() => _clip.AsSpan().IndexOf("moof"u8) - 4;
}
