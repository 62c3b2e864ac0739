using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using Microsoft.Playwright;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>Common steps of a visitor.</summary>
public abstract class PageTest(Browser browser, DashboardHost host) : IAsyncDisposable
{
    private readonly List<IBrowserContext> _visits = [];

    internal Browser Browser { get; } = browser;

    internal const string NewPassword = "a password of my own";

    internal DashboardHost Host { get; } = host;

    internal List<string> Complaints { get; } = [];

    internal async Task<IPage> VisitAsync(string locale = "en-GB", int width = 1440, int height = 900, string scheme = "light")
    {
        var page = await Browser.OpenAsync(Complaints, locale, width, height, scheme);
        _visits.Add(page.Context);
        await page.GotoAsync(Host.Address);
        return page;
    }

    /// <summary>Waits until the live connection has drawn the page; one that has none is what it is.</summary>
    internal static Task AliveAsync(IPage page) =>
        page.WaitForSelectorAsync("main[data-alive], #lost[data-live=false]", new() { State = WaitForSelectorState.Attached });

    internal async Task<IPage> EnterAsync(
        string locale = "en-GB",
        int width = 1440,
        int height = 900,
        string path = "/",
        string scheme = "light"
    )
    {
        var page = await VisitAsync(locale, width, height, scheme);
        await LogInAsync(page);
        if (path != "/")
            await page.GotoAsync(Host.Address + path);
        await AliveAsync(page);
        return page;
    }

    /// <summary>Logs in as the administrator, changing the first password when it was never changed.</summary>
    internal async Task LogInAsync(IPage page)
    {
        var first = File.Exists(Path.Combine(Host.DataFolder, Dashboard.Accounts.FirstPassword.FileName)) ? Host.FirstPassword : null;
        await page.FillAsync("input[name=user]", "admin");
        await page.FillAsync("input[name=password]", first ?? NewPassword);
        await page.ClickAsync("main button[type=submit]");
        if (first is null)
            return;
        await page.FillAsync("input[name=old]", first);
        await page.FillAsync("input[name=fresh]", NewPassword);
        await page.FillAsync("input[name=repeated]", NewPassword);
        await page.ClickAsync("main button[type=submit]");
    }

    /// <summary>Logs in as a person of that role, whose account is made when it is missing.</summary>
    internal async Task<IPage> EnterAsAsync(
        string name,
        Role role,
        string path,
        string scopes = "*",
        string locale = "en-GB",
        int width = 1440
    )
    {
        var accounts = Host.Service<IAccountStore>();
        if (await accounts.FindAsync(name, CancellationToken.None) is null)
        {
            Assert.True(Scopes.TryParse(scopes, out var where));
            await accounts.AddAsync(
                new(
                    0,
                    name,
                    Host.Service<Passwords>().Hash(NewPassword),
                    role,
                    where,
                    Passwords.NewStamp(),
                    false,
                    false,
                    0,
                    DateTimeOffset.UnixEpoch,
                    Host.Clock.GetUtcNow()
                ),
                CancellationToken.None
            );
        }

        var page = await VisitAsync(locale, width);
        await page.FillAsync("input[name=user]", name);
        await page.FillAsync("input[name=password]", NewPassword);
        await page.ClickAsync("main button[type=submit]");
        await page.GotoAsync(Host.Address + path);
        await AliveAsync(page);
        return page;
    }

    /// <summary>Visitors leave with their test: a page that stays open keeps its live connection, and the server draws it on.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var visit in _visits)
            await visit.CloseAsync();
    }

    internal async Task<IReadOnlyList<AuditEntry>> RecordAsync() =>
        await Host.Service<IAuditStore>().RecentAsync(200, CancellationToken.None);

    internal async Task FloorAsync()
    {
        await Host.LinkAsync();
        await Host.Publisher.SendFloorAsync();
        await Eventually.TrueAsync(() =>
            Host.Store.Reading.Room("demo", "R7") is { } room
            && room.Proved == 10
            && room.Cameras.All(c => c.Overall == Dashboard.State.Mark.Yes)
        );
    }

    /// <summary>
    /// Keeps pictures where the variable says so, for people to look at: as the page stands, and in Chinese on a telephone's width.
    /// </summary>
    internal static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("EXAM_MONITOR_SHOTS") is not { Length: > 0 } folder)
            return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        var address = new Uri(page.Url);
        if (address.AbsolutePath is "/login")
            return;
        var other = await page.Context.NewPageAsync();
        await other.SetViewportSizeAsync(420, 900);
        await other.GotoAsync(
            $"{address.GetLeftPart(UriPartial.Authority)}/language/zh-Hans?back={Uri.EscapeDataString(address.PathAndQuery)}"
        );
        await other.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await other.ScreenshotAsync(new() { Path = Path.Combine(folder, name + "-zh.png"), FullPage = true });
        await other.GotoAsync($"{address.GetLeftPart(UriPartial.Authority)}/language/{Languages.English}");
        await other.CloseAsync();
    }
}
