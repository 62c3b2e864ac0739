using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>
/// A technician sets up the sample room in the browser, from a site that knows nothing to a signed calibration: real browser, dashboard,
/// agent and streams. What the page asks to be clicked is clicked where the sample map says that it lies; what the map says beside it is
/// held out.
/// </summary>
public sealed class TechnicianTests : IAsyncLifetime
{
    private const string Password = "a-password-of-my-own";
    private const int Enlarged = 4;
    private static readonly RoomId Room = RoomId.Of("R7");
    private ExamSite? _site;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private ExamSite Site => _site!;

    public async ValueTask InitializeAsync()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Environment.GetEnvironmentVariable("EXAM_MONITOR_CHROMIUM") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
        _site = await ExamSite.StartEmptyAsync();
        await Site.StartDashboardAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
        if (_site is not null)
            await _site.DisposeAsync();
    }

    // A minute each, and a site of its own: -explicit only.
    [Theory(Explicit = true)]
    [InlineData("plates")]
    [InlineData("clicks")]
    [InlineData("csv")]
    public Task Technician_FromAnEmptySite_ReachesOnePercentAndTheVerdictsOfTheSampleMap(string way) => SetUpAsync(way, byTouch: false);

    [Theory(Explicit = true)]
    [InlineData("plates")]
    [InlineData("clicks")]
    [InlineData("csv")]
    public Task Technician_ByTouchOn1024By768_ReachesTheSame(string way) => SetUpAsync(way, byTouch: true);

    private async Task SetUpAsync(string way, bool byTouch)
    {
        Assertions.SetDefaultExpectTimeout(40_000);
        var hand = new TechnicianHand(await OpenAsync(byTouch), byTouch);
        var page = hand.Page;
        await LogInAsync(page);
        hand.Begin();
        hand.Step("list");
        await page.GotoAsync(Site.DashboardAddress + "/set-up");
        await page.WaitForSelectorAsync("main[data-alive]");
        await hand.FillAsync("input[name=room]", Room.Text);
        await hand.ClickAsync("button[type=submit].primary");
        hand.Step("room");
        await DrawAsync(hand, way);
        hand.Step("cameras");
        await AddCamerasAsync(hand);
        hand.Step("save");
        await SaveAsync(hand);
        hand.Step("calibrate");
        await hand.ClickAsync("[data-act=step][data-arg=calibrate]");
        await PicturesArriveAsync();
        var more = "";
        if (way == "clicks")
            more = await ByClicksAsync(hand);
        else
            await ByPlatesAsync(hand);
        hand.Step("result and signature");
        await hand.ClickAsync("[data-act=step][data-arg=result]");
        await Assertions.Expect(page.Locator(".result-table tbody tr")).ToHaveCountAsync(Site.Map.Stations.Count);
        await hand.ClickAsync("form.set-up-save button[value=sign]");
        await Assertions.Expect(page.Locator("[data-notice=save]")).ToContainTextAsync("Version 2 is signed");
        var worst = await JudgeAsync();
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"{way}{(byTouch ? " by touch" : "")}: {hand.Said()}; held-out points off by {worst * 100:0.00} % of the diagonal at most{more}"
        );
        TestContext.Current.SendDiagnosticMessage(note);
        if (Shots is { } folder)
            await File.AppendAllTextAsync(Path.Combine(folder, "actions.txt"), note + "\n");
        Assert.True(hand.Actions < 60, note);
        if (way == "plates" && !byTouch)
            await ShootAllAsync(page);
    }

    private static string? Shots => Environment.GetEnvironmentVariable("EXAM_MONITOR_SHOTS") is { Length: > 0 } folder ? folder : null;

    private async Task<IPage> OpenAsync(bool byTouch)
    {
        var context = await _browser!.NewContextAsync(
            new()
            {
                Locale = "en-GB",
                HasTouch = byTouch,
                ViewportSize = byTouch ? new() { Width = 1024, Height = 768 } : new() { Width = 1366, Height = 860 },
            }
        );
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(40_000);
        return page;
    }

    private async Task DrawAsync(TechnicianHand hand, string way)
    {
        var page = hand.Page;
        await page.WaitForSelectorAsync(".set-up-steps");
        await hand.FillAsync("[data-set=outline]", "12 x 8.4");
        await hand.FillAsync("[data-set=height]", "3.2");
        await hand.FillAsync("[data-set=density]", "30");
        string N(double v) => v.ToString(CultureInfo.InvariantCulture);
        if (way == "csv")
        {
            var csv =
                "编号,标签,x,y,宽,深,高,转角\r\n"
                + string.Concat(
                    Site.Map.Stations.Select(s =>
                        $"{s.Id},{s.Label},{N(s.Center.X)},{N(s.Center.Y)},{N(s.Size.Width)},{N(s.Size.Depth)},{N(s.Height)},{N(s.RotationDeg)}\r\n"
                    )
                );
            hand.Count(clicks: 1);
            await page.SetInputFilesAsync(
                "[data-set=csv]",
                new FilePayload
                {
                    Name = "工位.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.GetEncoding("GB18030").GetBytes(csv),
                }
            );
        }
        else
        {
            var table =
                "id\tlabel\tx\ty\twidth\tdepth\theight\trotation\n"
                + string.Concat(
                    Site.Map.Stations.Select(s =>
                        $"{s.Id}\t{s.Label}\t{N(s.Center.X)}\t{N(s.Center.Y)}\t{N(s.Size.Width)}\t{N(s.Size.Depth)}\t{N(s.Height)}\t{N(s.RotationDeg)}\n"
                    )
                );
            await hand.FillAsync("[data-set=paste]", table, isPasted: true);
            await page.Locator("[data-set=paste]").BlurAsync();
        }

        await Assertions.Expect(page.Locator("svg[data-view=plan] g.station")).ToHaveCountAsync(Site.Map.Stations.Count);
    }

    private async Task AddCamerasAsync(TechnicianHand hand)
    {
        await hand.ClickAsync("[data-act=step][data-arg=cameras]");
        await hand.FillAsync(
            "textarea[name=addresses]",
            string.Join('\n', Site.Map.Cameras.Select(c => Site.Cameras!.RtspAddress(c.Id.Text).AbsoluteUri)),
            isPasted: true
        );
        await hand.FillAsync("form[data-submit=add] input[name=user]", "viewer");
        await hand.FillAsync("form[data-submit=add] input[name=password]", ExamSite.CameraPassword);
        await hand.ClickAsync("form[data-submit=add] button");
        await Assertions.Expect(hand.Page.Locator(".camera-item")).ToHaveCountAsync(3);
    }

    private static async Task SaveAsync(TechnicianHand hand)
    {
        await hand.FillAsync("input[name=reason]", "首次标定");
        await hand.ClickAsync("form.set-up-save button[type=submit]");
        await Assertions.Expect(hand.Page.Locator("[data-notice=save]")).ToContainTextAsync("version 1");
    }

    /// <summary>A saved camera needs some seconds until its first picture: a technician would read the page meanwhile.</summary>
    private async Task PicturesArriveAsync()
    {
        foreach (var camera in Site.Map.Cameras)
        {
            await Eventually.TrueAsync(
                async () =>
                    (await Site.Api.GetAsync(Site.Link.ApiAddress + Contracts.Api.AgentApi.Picture(Room, camera.Id))).IsSuccessStatusCode,
                TimeSpan.FromSeconds(150)
            );
        }
    }

    private static async Task ByPlatesAsync(TechnicianHand hand)
    {
        await hand.ClickAsync("[data-act=plates]");
        await Assertions
            .Expect(hand.Page.Locator("[data-message=good]"))
            .ToContainTextAsync("plates were found", new() { Timeout = 120_000 });
        await Assertions.Expect(hand.Page.Locator(".camera-tabs .is-yes:text('✓')")).ToHaveCountAsync(3);
    }

    private async Task<string> ByClicksAsync(TechnicianHand hand)
    {
        var page = hand.Page;
        await hand.ClickAsync("[data-act=take-all]");
        await Assertions.Expect(page.Locator("[data-act=take-all]")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        foreach (var camera in Site.Map.Cameras)
        {
            // After ten points that fit the page goes on by itself.
            await Assertions.Expect(page.Locator($"[data-act=camera][data-arg={camera.Id}]")).ToHaveAttributeAsync("aria-pressed", "true");
            await page.WaitForFunctionAsync(
                "() => performance.now() > document.querySelector('room-set-up').steps.calibrate.view.restsUntil"
            );
            await Assertions.Expect(page.Locator("svg[data-view=picture] image").First).ToBeVisibleAsync();
            for (var marked = 0; marked < 10; )
            {
                var plan = await page.EvaluateAsync<double[]>("document.querySelector('room-set-up').steps.calibrate.target.plan");
                var known = camera.Calibration!.Points.FirstOrDefault(p =>
                    Math.Abs(p.Plan.X - plan[0]) < 0.01 && Math.Abs(p.Plan.Y - plan[1]) < 0.01 && Math.Abs(p.Plan.Z - plan[2]) < 0.01
                );
                if (known is null)
                    await hand.ClickAsync("[data-act=skip]");
                else
                {
                    await hand.MarkAsync(known.Pixel.U * Enlarged, known.Pixel.V * Enlarged);
                    if (++marked < 10)
                        await Assertions.Expect(page.Locator("ol.points-list li")).ToHaveCountAsync(marked);
                }
            }

            await Assertions.Expect(page.Locator("[data-message=good]")).ToContainTextAsync($"{camera.Id} is calibrated: 10 points");
        }

        await Assertions.Expect(page.Locator(".camera-tabs .is-yes:text('✓')")).ToHaveCountAsync(3);
        await BadClickAsync(hand);
        return hand.ByTouch ? "" : await DragTimesAsync(page);
    }

    /// <summary>
    /// From the move of a pointer until the residuals that the agent computed for it are drawn, for a camera of ten points.
    /// </summary>
    private static async Task<string> DragTimesAsync(IPage page)
    {
        var times = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const frame = () => new Promise(r => requestAnimationFrame(r)), rest = ms => new Promise(r => setTimeout(r, ms));
              const ring = document.querySelector("svg[data-view=picture] [data-kind=point][data-id='2'] .ring"), box = ring.getBoundingClientRect();
              const figures = () => document.querySelector("li[data-point='2'] .figures").textContent;
              let [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
              const send = type => ring.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x, clientY: y, pointerType: "mouse" }));
              const times = [];
              send("pointerdown");
              x += 6;
              for (let i = 0; i < 20; i++) {
                await rest(400);
                const before = figures(), began = performance.now();
                x += 1;
                send("pointermove");
                while (figures() === before && performance.now() - began < 5000) await frame();
                times.push(performance.now() - began);
              }

              send("pointerup");
              return times.sort((a, b) => a - b);
            }
            """
        );
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.Locator("li[data-state=wrong]")).ToHaveCountAsync(0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"; residuals drawn {times[times.Length / 2]:0} ms after a move (median of {times.Length}; {times[0]:0} to {times[^1]:0} ms)"
        );
    }

    /// <summary>As it stands, in both languages; the draft is that of the browser.</summary>
    private static async Task ShootWrongPointAsync(IPage page)
    {
        if (Shots is not { } folder)
            return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "wrong-point-en.png") });
        var address = new Uri(page.Url);
        var other = await page.Context.NewPageAsync();
        await other.SetViewportSizeAsync(1280, 860);
        await other.GotoAsync(
            $"{address.GetLeftPart(UriPartial.Authority)}/language/zh-Hans?back={Uri.EscapeDataString(address.AbsolutePath)}"
        );
        await other.GotoAsync(address.AbsoluteUri);
        try
        {
            await other.WaitForSelectorAsync("li[data-point='4'][data-state=wrong]");
        }
        finally
        {
            await other.ScreenshotAsync(new() { Path = Path.Combine(folder, "wrong-point-zh.png") });
        }

        await other.GotoAsync($"{address.GetLeftPart(UriPartial.Authority)}/language/en-GB");
        await other.CloseAsync();
    }

    /// <summary>A click beside its point: it alone is named; taken back, all is well again. Not counted: nobody needs it.</summary>
    private static async Task BadClickAsync(TechnicianHand hand)
    {
        var page = hand.Page;
        var ring = (await page.Locator("svg[data-view=picture] [data-kind=point][data-id='4'] .ring").BoundingBoxAsync())!;
        await hand.DragAsync(ring.X + (ring.Width / 2), ring.Y + (ring.Height / 2), 70, 40);
        await Assertions.Expect(page.Locator("li[data-point='4'][data-state=wrong]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("li[data-state=wrong]")).ToHaveCountAsync(1);
        if (!hand.ByTouch)
            await ShootWrongPointAsync(page);
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.Locator("li[data-state=wrong]")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("[data-kind-of=spatial]")).ToBeVisibleAsync();
    }

    /// <summary>
    /// The saved room beside the sample map: every point of it projected, every verdict compared. Gives the worst miss, share of the
    /// diagonal.
    /// </summary>
    private async Task<double> JudgeAsync()
    {
        var saved = JsonSerializer.Deserialize<RoomSetUp>(
            await Site.Api.GetStringAsync(Site.Link.ApiAddress + SetUpApi.Room(Room)),
            ContractJson.Options
        )!;
        var worst = 0.0;
        foreach (var truth in Site.Map.Cameras)
        {
            var camera = saved.Map.Cameras.Single(c => c.Id == truth.Id);
            Assert.Equal(new PixelSize(truth.Image.Width * Enlarged, truth.Image.Height * Enlarged), camera.Image);
            var projection = CameraGeometry.Of(saved.Map, camera).Projection;
            Assert.NotNull(projection);
            var diagonal = double.Hypot(truth.Image.Width, truth.Image.Height);
            foreach (var point in truth.Calibration!.Points)
            {
                var at = projection.Project(point.Plan);
                Assert.NotNull(at);
                worst = Math.Max(
                    worst,
                    double.Hypot((at.Value.U / Enlarged) - point.Pixel.U, (at.Value.V / Enlarged) - point.Pixel.V) / diagonal
                );
            }
        }

        Assert.True(worst <= 0.01, string.Create(CultureInfo.InvariantCulture, $"{worst:P2}"));
        var (made, sample) = (
            RoomGeometry.Of(saved.Map),
            RoomGeometry.Of(Site.Map with { Cameras = [.. Site.Map.Cameras.Select(c => c with { RecordedSize = new(3840, 2160) })] })
        );
        Assert.Equal(
            Site.Map.Stations.Select(s => (s.Id, sample.Best(s.Id)?.Passes)),
            Site.Map.Stations.Select(s => (s.Id, made.Best(s.Id)?.Passes))
        );
        return worst;
    }

    /// <summary>Every step in both languages, for people to look at.</summary>
    private async Task ShootAllAsync(IPage page)
    {
        if (Shots is not { } folder)
            return;
        await page.SetViewportSizeAsync(1280, 860);
        foreach (var language in new[] { "en", "zh" })
        {
            await page.GotoAsync($"{Site.DashboardAddress}/language/{(language == "zh" ? "zh-Hans" : "en-GB")}?back=/set-up");
            await Assertions.Expect(page.Locator("main[data-alive] table")).ToContainTextAsync("R7");
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"list-{language}.png") });
            foreach (
                var (step, act, shown) in new[]
                {
                    ("plan", "[data-act=select-station][data-arg=S06]", "g.station.selected"),
                    ("cameras", "[data-act=test][data-arg=C1]", ".test-result img"),
                    ("plates", null, "[data-act=print]"),
                    ("calibrate", null, "svg[data-view=picture] g.outline"),
                    ("result", "[data-act=advise]:not([disabled])", ".set-up-step.is-result :is(ul, ol, p)[role=status]"),
                    ("versions", null, "tr[data-version='2']"),
                }
            )
            {
                await page.GotoAsync($"{Site.DashboardAddress}/set-up/{Site.Link.Site}/{Site.Link.Agent}/{Room}#{step}");
                await page.ReloadAsync();
                await page.WaitForSelectorAsync($".set-up-step.is-{step}");
                if (act is not null)
                    await page.ClickAsync(act);
                await page.WaitForSelectorAsync(shown, new() { State = WaitForSelectorState.Attached });
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await page.EvaluateAsync("() => Promise.all([...document.images].map(i => i.decode().catch(() => null)))");
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{step}-{language}.png") });
                if (step == "result")
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{step}-{language}-full.png"), FullPage = true });
            }
        }
    }

    private async Task LogInAsync(IPage page)
    {
        var (user, first) = Site.FirstLogIn();
        await page.GotoAsync(Site.DashboardAddress + "/login");
        await page.Locator("input[autocomplete=username]").FillAsync(user);
        await page.Locator("input[type=password]").FillAsync(first);
        await page.Locator("form.stack button[type=submit]").ClickAsync();
        await page.Locator("input[name=old]").FillAsync(first);
        await page.Locator("input[name=fresh]").FillAsync(Password);
        await page.Locator("input[name=repeated]").FillAsync(Password);
        await page.Locator("form.stack button[type=submit]").ClickAsync();
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/password"), new() { Timeout = 30_000 });
    }
}
