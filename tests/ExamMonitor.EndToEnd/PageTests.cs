using System.Globalization;
using System.Text.RegularExpressions;
using ExamMonitor.CameraSimulator;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>
/// The page as a supervisor sees it: real browser, real dashboard, real agent. Pictures of it are kept under artifacts/screenshots.
/// </summary>
[Collection(LiveFloor.Name)]
public sealed partial class PageTests(LiveFloor floor) : IAsyncLifetime
{
    private const string Password = "a-password-of-my-own";
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private ExamSite Site => floor.Site;

    public async ValueTask InitializeAsync()
    {
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
                    "--autoplay-policy=no-user-gesture-required",
                ],
            }
        );
        await Site.StartDashboardAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    [Fact]
    public async Task Supervisor_LogsIn_SeesEveryStationGreenThenACameraFailThenLiveVideo()
    {
        await Site.AllFineAsync(TimeSpan.FromSeconds(90));
        var context = await _browser!.NewContextAsync(
            new()
            {
                Locale = "en-GB",
                ViewportSize = new() { Width = 1600, Height = 1000 },
            }
        );
        var page = await context.NewPageAsync();
        await LogInAsync(page);

        await page.GotoAsync(Site.DashboardAddress + "/");
        await Assertions
            .Expect(page.Locator("svg.plan g.station.is-yes"))
            .ToHaveCountAsync(Site.Map.Stations.Count, new() { Timeout = 30_000 });
        await PictureAsync(page, "floor");

        // Without a reload: a camera is pulled, the page says so, the camera comes back.
        await Site.FaultAsync("C2", CameraFault.Of(CameraFaultKind.Unreachable));
        await Assertions.Expect(page.Locator("svg.plan g.camera.is-no")).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await PictureAsync(page, "floor-camera-pulled");
        await Site.FaultAsync("C2", CameraFault.Of(CameraFaultKind.Ok));
        await Assertions.Expect(page.Locator("svg.plan g.camera.is-no")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        await page.GotoAsync($"{Site.DashboardAddress}/cameras/{Site.Link.Site}/{Site.Room}/C1");
        await page.WaitForFunctionAsync(
            "() => { const v = document.querySelector('video'); return v && v.currentTime > 1 && v.videoWidth > 0 && !v.paused; }",
            null,
            new() { Timeout = 40_000 }
        );
        await PictureAsync(page, "camera-live");
    }

    /// <summary>What is promised where camera, network and computer allow it: run alone.</summary>
    [Fact(Explicit = true)]
    public async Task Live_FromTheLensToThePage_TakesAtMostTwoSeconds() => Assert.InRange(await FromLensToPageAsync(), 0, 2);

    /// <summary>The same beside other work: by playlists it was nine and a half.</summary>
    [Fact]
    public async Task Live_BesideOtherWork_StaysCloseToTheLens() => Assert.InRange(await FromLensToPageAsync(), 0, 5);

    /// <summary>
    /// A clock in the picture: the lights go out and on, and the page's own video says when it sees that. The median of five, in seconds.
    /// </summary>
    private async Task<double> FromLensToPageAsync()
    {
        await Site.AllFineAsync(TimeSpan.FromSeconds(90));
        var page = await (await _browser!.NewContextAsync(new() { Locale = "en-GB" })).NewPageAsync();
        await LogInAsync(page);
        await page.GotoAsync($"{Site.DashboardAddress}/cameras/{Site.Link.Site}/{Site.Room}/C1");
        await page.WaitForFunctionAsync(
            "() => { const v = document.querySelector('.player[data-by=stream] video'); return v && v.currentTime > 8; }",
            null,
            new() { Timeout = 40_000 }
        );
        await page.EvaluateAsync(
            """
            () => {
              const video = document.querySelector(".player video"), canvas = new OffscreenCanvas(16, 9), draw = canvas.getContext("2d", { willReadFrequently: true });
              window.seen = [];
              const look = () => {
                draw.drawImage(video, 0, 0, 16, 9);
                window.seen.push([Date.now(), draw.getImageData(0, 0, 16, 9).data.reduce((sum, v, i) => i % 4 === 3 ? sum : sum + v, 0) / (16 * 9 * 3)]);
                video.requestVideoFrameCallback(look);
              };
              video.requestVideoFrameCallback(look);
            }
            """
        );
        // When a picture of that brightness was first shown, of those since then; false for none yet.
        const string Sees =
            "([since, isDark]) => window.seen.find(([at, brightness]) => at >= since && (isDark ? brightness < 50 : brightness > 80))?.[0] ?? false";
        var latencies = new List<double>();
        var changed = 0L;
        try
        {
            for (var i = 0; i < 5; i++)
            {
                var isDark = i % 2 == 0;
                await page.WaitForFunctionAsync(Sees, new object[] { changed, !isDark }, new() { Timeout = 20_000 });
                await Site.FaultAsync(
                    "C1",
                    isDark ? new() { Kind = CameraFaultKind.Play, Clip = "C1_lights_off.mp4" } : CameraFault.Of(CameraFaultKind.Ok)
                );
                await Eventually.TrueAsync(
                    () => Site.Cameras!.Camera("C1").Clip.Contains("lights_off", StringComparison.Ordinal) == isDark,
                    TimeSpan.FromSeconds(10)
                );
                changed = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                var shown = await page.WaitForFunctionAsync(Sees, new object[] { changed, isDark }, new() { Timeout = 20_000 });
                latencies.Add((await shown.JsonValueAsync<double>() - changed) / 1000);
            }
        }
        finally
        {
            await Site.FaultAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        }

        var text = string.Join(", ", latencies.Select(l => l.ToString("0.00", CultureInfo.InvariantCulture)));
        TestContext.Current.TestOutputHelper!.WriteLine($"From the lens to the page: {text} s");
        return latencies.Order().ElementAt(latencies.Count / 2);
    }

    private static async Task PictureAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new() { Path = Repository.PathOf("artifacts", "screenshots", name + ".png"), FullPage = true });

    private async Task LogInAsync(IPage page)
    {
        var (user, first) = Site.FirstLogIn();
        await page.GotoAsync(Site.DashboardAddress + "/login");
        await page.Locator("input[autocomplete=username]").FillAsync(user);
        await page.Locator("input[type=password]").FillAsync(first);
        await page.Locator("form.stack button[type=submit]").ClickAsync();
        // The address alone: whether "load" is still to come is not known, once a page is there.
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/login$"), new() { Timeout = 30_000 });
        if (page.Url.Contains("/login?problem", StringComparison.Ordinal))
        {
            // Another test of this site has changed it.
            await page.Locator("input[autocomplete=username]").FillAsync(user);
            await page.Locator("input[type=password]").FillAsync(Password);
            await page.Locator("form.stack button[type=submit]").ClickAsync();
            await Assertions.Expect(page.Locator("svg.plan").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
            return;
        }

        await page.Locator("input[name=old]").FillAsync(first);
        await page.Locator("input[name=fresh]").FillAsync(Password);
        await page.Locator("input[name=repeated]").FillAsync(Password);
        await page.Locator("form.stack button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("svg.plan").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }
}
