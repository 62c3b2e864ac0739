using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.EndToEnd.Site;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd.Evaluator;

/// <summary>A room of four cameras with forty seconds of footage and a session that is over; agent, dashboard and browser run.</summary>
public class EvaluatorSite : IAsyncLifetime
{
    private const string Password = "a-password-of-my-own";
    private const string Evaluator = "li.ping";
    public const string Session = "EVAL-1";
    private static readonly string[] Cameras = ["C1", "C2", "C3", "C4"];
    private IPlaywright? _playwright;
    private bool _hasAccount;

    internal ExamSite Site { get; private set; } = null!;

    internal IBrowser Browser { get; private set; } = null!;

    /// <summary>UTC of the first picture.</summary>
    public DateTimeOffset From { get; private set; }

    /// <summary>UTC of the last picture's end.</summary>
    public DateTimeOffset To { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var browser = LaunchAsync();
        var now = TimeProvider.System.GetUtcNow();
        From = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)).AddMinutes(-10);
        Site = await ExamSite.StartSeededAsync(SeedAsync, Cameras);
        await browser;
        await PlanAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Browser is not null)
            await Browser.CloseAsync();
        _playwright?.Dispose();
        if (Site is not null)
            await Site.DisposeAsync();
    }

    /// <summary>Address of the page on which the session is watched.</summary>
    internal string WatchAddress => $"{Site.DashboardAddress}/evaluation/watch/{Site.Link.Site}/{Site.Link.Agent}/{Session}";

    /// <summary>
    /// A visitor who has logged in as an evaluator. The administrator's first log-in makes the account when it is wanted first.
    /// </summary>
    internal async Task<IPage> EnterAsEvaluatorAsync()
    {
        var page = await VisitAsync();
        var given = _hasAccount ? null : await MakeAccountAsync(page);
        _hasAccount = true;
        await LogInAsync(page, Evaluator, given, Password);
        return page;
    }

    private async Task<string> MakeAccountAsync(IPage page)
    {
        var (user, first) = Site.FirstLogIn();
        await LogInAsync(page, user, first, "admin-" + Password);
        await page.GotoAsync(Site.DashboardAddress + "/users");
        await page.FillAsync("form[action='/users/add'] input[name=name]", Evaluator);
        await page.SelectOptionAsync("form[action='/users/add'] select[name=role]", "Evaluator");
        await page.ClickAsync("form[action='/users/add'] button[type=submit]");
        var given = await page.InnerTextAsync("#new-password");
        await page.Context.ClearCookiesAsync();
        return given;
    }

    private async Task LaunchAsync()
    {
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(
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
    }

    private async Task<IPage> VisitAsync()
    {
        var context = await Browser.NewContextAsync(
            new()
            {
                Locale = "en-GB",
                ViewportSize = new() { Width = 1360, Height = 900 },
                AcceptDownloads = true,
            }
        );
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        return page;
    }

    private async Task LogInAsync(IPage page, string user, string? given, string own)
    {
        await page.GotoAsync(Site.DashboardAddress + "/login");
        await page.FillAsync("input[name=user]", user);
        await page.FillAsync("input[name=password]", given ?? own);
        await page.ClickAsync("main button[type=submit]");
        if (given is null)
            return;
        await page.FillAsync("input[name=old]", given);
        await page.FillAsync("input[name=fresh]", own);
        await page.FillAsync("input[name=repeated]", own);
        await page.ClickAsync("main button[type=submit]");
        await Assertions.Expect(page).Not.ToHaveURLAsync(new Regex("/account/"), new() { Timeout = 30_000 });
    }

    /// <summary>What a camera has seen: fragmented MP4, with a gap between.</summary>
    protected virtual async Task<byte[][]> ClipsAsync(string camera) =>
        camera switch
        {
            // As in the field: one camera sends H.265, another loses its cable and comes back with a smaller picture.
            "C3" => [await SeededFootage.SampleAsync("C1_normal_h265.mp4")],
            "C4" =>
            [
                await SeededFootage.SampleAsync("C2_normal.mp4", 10),
                await new TestKit.FragmentedClip(Seconds: 20, Size: "640x360").BytesAsync(),
            ],
            _ => [await SeededFootage.SampleAsync(camera + "_normal.mp4")],
        };

    private async Task SeedAsync(ExamSite site)
    {
        // The dashboard starts meanwhile; it finds its agent when there is one.
        var dashboard = site.StartDashboardAsync();
        var clips = new Dictionary<CameraId, byte[][]>();
        foreach (var camera in Cameras)
            clips[CameraId.Of(camera)] = await ClipsAsync(camera);
        To = await SeededFootage.WriteAsync(site.Folder, From, clips, TimeSpan.FromSeconds(10));
        await dashboard;
    }

    private async Task PlanAsync()
    {
        var csv = string.Create(
            CultureInfo.InvariantCulture,
            $"id,batch,room,start,end,title\n{Session},B1,R7,{From.AddSeconds(2):yyyy-MM-ddTHH:mm:ssZ},{To.AddSeconds(-2):yyyy-MM-ddTHH:mm:ssZ},电工\n"
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, Site.Link.ApiAddress + AgentApi.ImportSessions + "?file=s.csv")
        {
            Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
        };
        new ActingPerson("Wang").AddTo(request);
        using var answer = await Site.Api.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
