using ExamMonitor.CameraSimulator;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>The page as a supervisor sees it: real browser, real dashboard, real agent. Pictures of it are kept under artifacts/screenshots.</summary>
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
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("EXAM_MONITOR_CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"],
        });
        await Site.StartDashboardAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    [Fact]
    public async Task Supervisor_LogsIn_SeesEveryStationGreenThenACameraFailThenLiveVideo()
    {
        await Site.AllFineAsync(TimeSpan.FromSeconds(90));
        var context = await _browser!.NewContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1600, Height = 1000 } });
        var page = await context.NewPageAsync();
        await LogInAsync(page);

        await page.GotoAsync(Site.DashboardAddress + "/");
        await Assertions.Expect(page.Locator("svg.plan g.station.is-yes")).ToHaveCountAsync(Site.Map.Stations.Count, new() { Timeout = 30_000 });
        await PictureAsync(page, "floor");

        // Without a reload: a camera is pulled, the page says so, the camera comes back.
        await Site.FaultAsync("C2", CameraFault.Of(CameraFaultKind.Unreachable));
        await Assertions.Expect(page.Locator("svg.plan g.camera.is-no")).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await PictureAsync(page, "floor-camera-pulled");
        await Site.FaultAsync("C2", CameraFault.Of(CameraFaultKind.Ok));
        await Assertions.Expect(page.Locator("svg.plan g.camera.is-no")).ToHaveCountAsync(0, new() { Timeout = 60_000 });

        await page.GotoAsync($"{Site.DashboardAddress}/cameras/{Site.Link.Site}/{Site.Room}/C1");
        await page.WaitForFunctionAsync("() => { const v = document.querySelector('video'); return v && v.currentTime > 1 && v.videoWidth > 0 && !v.paused; }", null, new() { Timeout = 40_000 });
        await PictureAsync(page, "camera-live");
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
        await page.WaitForURLAsync(u => !u.EndsWith("/login", StringComparison.Ordinal));
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
