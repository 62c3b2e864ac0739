using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class CameraPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Camera_Live_PlaysWithTheStationsDrawnOnThePicture()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/cameras/demo/R7/C1");
        await Expect(page.Locator(".player[data-by=stream]")).ToHaveAttributeAsync("data-state", "playing");

        // The room proves all ten; of three of them this camera tells nothing.
        await Expect(page.Locator(".player .outline.is-yes")).ToHaveCountAsync(7);
        await Expect(page.Locator(".player .outline.is-unknown")).ToHaveCountAsync(3);
        var (video, drawn) = (
            await page.Locator(".player video").BoundingBoxAsync(),
            await page.Locator(".player svg.over").BoundingBoxAsync()
        );
        Assert.Equal(video!.Width, drawn!.Width, 0.5);
        Assert.Equal(video.Height, drawn.Height, 0.5);
        Assert.Equal(16 / 9f, video.Width / video.Height, 0.02);
        await Expect(page.Locator(".timeline .held")).ToHaveCountAsync(3);
        await ShootAsync(page, "camera-live");
        Assert.Empty(Complaints);
        Assert.Contains(
            await Host.Service<IAuditStore>().RecentAsync(100, CancellationToken.None),
            e => e.Act == "view-live" && e.Subject == "demo/R7/C1"
        );
    }

    [Fact]
    public async Task Camera_LiveStream_GoesOnOverANewRunAndKeepsCloseToTheNewestPicture()
    {
        await FloorAsync();
        Host.Agent.StreamPace = TimeSpan.FromMilliseconds(500);
        try
        {
            var page = await EnterAsync(path: "/cameras/demo/R7/C2");
            await Expect(page.Locator(".player[data-by=stream]")).ToHaveAttributeAsync("data-state", "playing");
            var streams = Host.Agent.Streams;

            // Twelve fragments of a second, two a second: it cannot fall behind by the three seconds from which it jumps, and goes on in
            // the next run.
            await page.WaitForFunctionAsync("() => document.querySelector('.player video').currentTime > 14");
            Assert.True(Host.Agent.Streams > streams);
            Assert.True(
                await page.EvaluateAsync<double>(
                    "() => { const v = document.querySelector('.player video'); return v.buffered.end(v.buffered.length - 1) - v.currentTime; }"
                ) < 6
            );
            Assert.Equal("stream", await page.Locator(".player").GetAttributeAsync("data-by"));
            Assert.Empty(Complaints);
        }
        finally
        {
            Host.Agent.StreamPace = TimeSpan.FromSeconds(1);
        }
    }

    [Fact]
    public async Task Camera_NoStreamOnTheWay_PlaysByHls()
    {
        await FloorAsync();
        Host.Agent.HasStream = false;
        try
        {
            var page = await EnterAsync(path: "/cameras/demo/R7/C2");
            await Expect(page.Locator(".player[data-by=hls]")).ToHaveAttributeAsync("data-state", "playing");
        }
        finally
        {
            Host.Agent.HasStream = true;
        }
    }

    [Fact]
    public async Task Camera_Bumped_OutlinesAndLabelsFollowToWhereStationsAreJudged()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/cameras/demo/R7/C1");
        await Expect(page.Locator(".player")).ToHaveAttributeAsync("data-state", "playing");
        var (outline, label) = (page.Locator(".player polygon.outline").First, page.Locator(".player .labels > li").First);
        await Expect(outline).ToHaveAttributeAsync("points", "0.08,0.35 0.21,0.34 0.22,0.47 0.07,0.48");
        var before = await label.BoundingBoxAsync();
        var picture = await page.Locator(".player video").BoundingBoxAsync();
        try
        {
            await Host.Publisher.SendAsync(
                new Topics(DemoFloor.Site).AgentManifest(DemoFloor.Agent),
                DemoFloor.Manifest(Host.Publisher.Now, Host.Publisher.NextSeq(), shift: 0.1)
            );
            await Expect(outline).ToHaveAttributeAsync("points", "0.18,0.45 0.31,0.44 0.32,0.57 0.17,0.58");
            await Eventually.TrueAsync(async () =>
                await label.BoundingBoxAsync() is { } after
                && Math.Abs(after.X - before!.X - (0.1 * picture!.Width)) < 2
                && Math.Abs(after.Y - before.Y - (0.1 * picture.Height)) < 2
            );
        }
        finally
        {
            await Host.Publisher.SendAsync(
                new Topics(DemoFloor.Site).AgentManifest(DemoFloor.Agent),
                DemoFloor.Manifest(Host.Publisher.Now, Host.Publisher.NextSeq())
            );
        }

        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Camera_DayBefore_ShowsGapsInWordsAndPlaysWhereItIsClicked()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/cameras/demo/R7/C2");
        await page.ClickAsync("button[aria-label='The day before']");
        await Expect(page.Locator(".gaps tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator(".gaps tbody tr").First).ToContainTextAsync("07:15:00.0");
        await Expect(page.Locator(".gaps tbody tr").First).ToContainTextAsync("07:30:00.0");
        await Expect(page.Locator(".gaps tbody tr").First).ToContainTextAsync("network");
        await Expect(page.Locator(".complete"))
            .ToHaveTextAsync(
                "98.76 % held, counted from the first recording of this day on; a session’s page counts from the start of the session"
            );

        var box = (await page.Locator(".timeline").BoundingBoxAsync())!;
        await page.Locator(".timeline")
            .ClickAsync(
                new()
                {
                    Position = new() { X = box.Width / 2, Y = 20 },
                }
            );
        await Expect(page.Locator(".playing")).ToContainTextAsync(new Regex("12:0[0-3]:"));
        // The live picture before it was playing, too.
        await Eventually.TrueAsync(() => Host.Agent.Requests.Any(r => r.Contains("segments/7.mp4 bytes=", StringComparison.Ordinal)));
        await Expect(page.Locator(".player")).ToHaveAttributeAsync("data-state", "playing");
        await Expect(page.Locator(".player .outline:is(.is-yes, .is-no, .is-unknown)")).ToHaveCountAsync(0);
        await ShootAsync(page, "camera-recording");

        await page.Locator(".timeline").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("PageUp");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator(".at .time")).ToHaveTextAsync(new Regex("00:11:00$"));
        await Expect(page.Locator(".timeline")).ToHaveAttributeAsync("aria-valuetext", new Regex("00:11:00: Held$"));

        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("text=Download this range"));
        Assert.Matches(@"^R7_C2_\d{8}T\d{6}Z-\d{6}Z(_ends-\d{6}Z)?(_\d+-gaps)?\.mp4$", download.SuggestedFilename);
        var acts = await Host.Service<IAuditStore>().RecentAsync(100, CancellationToken.None);
        Assert.Contains(acts, e => e.Act == "view-recording" && e.Who == "admin");
        Assert.Contains(acts, e => e.Act == "download" && e.Who == "admin");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Camera_OpenedAtAMoment_PlaysItAndAnotherOneInTheSamePage()
    {
        await FloorAsync();
        var yesterday = Host.Publisher.Now.ToOffset(TimeSpan.FromHours(8)).AddDays(-1).Date;
        string At(double hour) => Uri.EscapeDataString(UtcJsonConverter.ToText(new(yesterday.AddHours(hour), TimeSpan.FromHours(8))));
        var page = await EnterAsync(path: "/cameras/demo/R7/C2?at=" + At(10.5));
        await Expect(page.Locator(".playing")).ToContainTextAsync(new Regex("10:3[0-3]:"));
        await Expect(page.Locator(".player")).ToHaveAttributeAsync("data-state", "playing");
        await page.EvaluateAsync($"Blazor.navigateTo('/cameras/demo/R7/C2?at={At(12)}')");
        await Expect(page.Locator(".playing")).ToContainTextAsync(new Regex("12:0[0-3]:"));
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Camera_FootageOnTheArchiveTierAlone_IsMarkedWithTheWayToGetItBack()
    {
        await FloorAsync();
        Host.Agent.Away = true;
        try
        {
            var page = await EnterAsync(path: "/cameras/demo/R7/C2");
            await page.ClickAsync("button[aria-label='The day before']");
            await Expect(page.Locator(".timeline .held.away")).ToHaveCountAsync(1);
            await Expect(page.Locator(".timeline .held:not(.away)")).ToHaveCountAsync(2);
            await Expect(page.Locator(".timeline .held.away title"))
                .ToContainTextAsync("On the archive tier alone; fetched before it plays");
            await Expect(page.Locator("[data-away]")).ToContainTextAsync("From 00:00:00.0 to 07:15:00.0");
            await Expect(page.Locator("[data-away] code"))
                .ToHaveTextAsync(new Regex("^exam-monitor-agent tier restore --room R7 --camera C2 --from [^ ]+Z --to-time [^ ]+Z$"));
            await page.Locator(".timeline").PressAsync("Home");
            await Expect(page.Locator(".timeline"))
                .ToHaveAttributeAsync("aria-valuetext", new Regex("On the archive tier alone; fetched before it plays$"));
            await Expect(page.Locator(".at .away")).ToHaveCountAsync(1);
            await page.Locator(".download input").First.FillAsync("06:00:00");
            await page.Locator(".download input").Last.FillAsync("07:00:00");
            await Expect(page.Locator("[data-away-download]"))
                .ToHaveTextAsync("Part of it is fetched from the archive tier first: the download begins later.");
            await page.AccessibleAsync();
            await ShootAsync(page, "camera-away");
            Assert.Empty(Complaints);
        }
        finally
        {
            Host.Agent.Away = false;
        }
    }

    [Fact]
    public async Task Camera_AnotherOneOpenedInThePage_ShowsItsOwnDay()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/cameras/demo/R7/C2");
        await page.ClickAsync("button[aria-label='The day before']");
        await Expect(page.Locator(".timeline .held")).ToHaveCountAsync(3);
        await page.Locator(".timeline").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".playing")).ToContainTextAsync("00:00:0");
        Host.Agent.Requests.Clear();
        await page.EvaluateAsync("Blazor.navigateTo('/cameras/demo/R7/C3')");
        await Expect(page.Locator("h1")).ToHaveTextAsync("South");
        await Eventually.TrueAsync(() => Host.Agent.Requests.Any(r => r.Contains("/cameras/C3/timeline", StringComparison.Ordinal)));
        await Expect(page.Locator(".playing")).ToHaveTextAsync("Live picture");
        Assert.Empty(Complaints);
    }

    /// <summary>What is fetched from the archive tier begins late; a player that gives up and asks anew begins the fetching anew.</summary>
    [Fact]
    public async Task Camera_SegmentBeginsAfterHalfAMinute_IsAwaitedAndPlays()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/cameras/demo/R7/C2");
        await page.ClickAsync("button[aria-label='The day before']");
        await Expect(page.Locator(".timeline .held")).ToHaveCountAsync(3);
        await page.Locator(".timeline").PressAsync("Home");
        Host.Agent.HoldSegments = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await page.Clock.InstallAsync();
            Host.Agent.Requests.Clear();
            await page.Locator(".timeline").PressAsync("Enter");
            await Eventually.TrueAsync(() => Asked() > 0);
            var asked = Asked();
            await page.Clock.FastForwardAsync(30_000);
            await page.Clock.RunForAsync(1000);
            Assert.Equal(asked, Asked());
            Host.Agent.HoldSegments.SetResult();
            await Expect(page.Locator(".player")).ToHaveAttributeAsync("data-state", "playing");
        }
        finally
        {
            Host.Agent.HoldSegments.TrySetResult();
            Host.Agent.HoldSegments = null;
        }

        int Asked() => Host.Agent.Requests.Count(r => r.Contains("/segments/7.mp4", StringComparison.Ordinal));
    }

    /// <summary>The agent's answer for one day must never stand under another day's date.</summary>
    [Fact]
    public async Task Camera_DayChangedWhileTheAgentAnswers_ShowsTheDayThatIsNamed()
    {
        await FloorAsync();
        Host.Agent.HoldToday = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var page = await EnterAsync(path: "/cameras/demo/R7/C2");
            await page.ClickAsync("button[aria-label='The day before']");
            await Expect(page.Locator(".timeline .held")).ToHaveCountAsync(3);
            Host.Agent.HoldToday.SetResult();
            // Time for the late answer to arrive and to do harm.
            await page.WaitForTimeoutAsync(1000);
            await Expect(page.Locator(".timeline .held")).ToHaveCountAsync(3);
        }
        finally
        {
            Host.Agent.HoldToday.TrySetResult();
            Host.Agent.HoldToday = null;
        }
    }

    [Fact]
    public async Task Camera_AgentDoesNotKnowThePart_IsNotAskedForIt()
    {
        await FloorAsync();
        var page = await EnterAsync();
        foreach (
            var path in (string[])
                [
                    "../../../../problems",
                    "timeline",
                    "live/..%2f..%2fx.mp4",
                    "live/a.txt",
                    "segments/1.mp4.exe",
                    "segments/-1.mp4",
                    "playlist.m3u8",
                    "playlist.m3u8?from=x&to=y",
                    "picture.jpg?width=99999",
                ]
        )
            Assert.Equal(
                404,
                await page.EvaluateAsync<int>("async p => (await fetch('/media/demo/agent-1/rooms/R7/cameras/C1/' + p)).status", path)
            );
        Assert.Equal(
            404,
            await page.EvaluateAsync<int>("async () => (await fetch('/media/demo/agent-1/rooms/R7/cameras/C9/picture.jpg')).status")
        );
        Assert.Equal(
            206,
            await page.EvaluateAsync<int>(
                "async () => (await fetch('/media/demo/agent-1/rooms/R7/cameras/C1/segments/1.mp4', { headers: { Range: 'bytes=0-9' } })).status"
            )
        );
    }

    [Fact]
    public async Task Wall_RoomChosen_CallsUpItsLivePictures()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/wall", width: 1920, height: 1080);
        await Expect(page.Locator(".wall-rooms li.is-yes")).ToHaveCountAsync(1);
        await ShootAsync(page, "wall");
        await page.ClickAsync(".wall-rooms a");
        await Expect(page.Locator(".wall-cameras .player[data-state=playing]")).ToHaveCountAsync(3);
        await ShootAsync(page, "wall-room");
        Assert.Empty(Complaints);
    }
}
