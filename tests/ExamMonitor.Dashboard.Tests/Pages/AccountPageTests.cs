using System.Net;
using System.Runtime.Versioning;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class AccountPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task LogIn_FirstTime_AsksForANewPasswordAndRemovesTheFile()
    {
        var file = Path.Combine(Host.DataFolder, Dashboard.Accounts.FirstPassword.FileName);
        if (!OperatingSystem.IsWindows() && File.Exists(file))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var page = await VisitAsync();
        Assert.Contains("/login", page.Url, StringComparison.Ordinal);
        await ShootAsync(page, "login");
        await page.FillAsync("input[name=user]", "admin");
        await page.FillAsync("input[name=password]", "not the password");
        await page.ClickAsync("main button[type=submit]");
        await Expect(page.Locator("main [role=alert]")).ToHaveTextAsync("Name or password is wrong.");

        await LogInAsync(page);

        await Expect(page.Locator(".who")).ToHaveTextAsync("admin");
        Assert.False(File.Exists(file));
        await page.ClickAsync("text=Log out");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Log in");
        await page.GotoAsync(Host.Address + "/about");
        Assert.Contains("/login", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_TechnicianOfAnotherRoom_SeesNeitherFloorNorFootage()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/users");
        await page.FillAsync("form[action='/users/add'] input[name=name]", "tech");
        await page.SelectOptionAsync("form[action='/users/add'] select[name=role]", "Technician");
        await page.FillAsync("form[action='/users/add'] input[name=scopes]", "demo/R9");
        await page.ClickAsync("form[action='/users/add'] button[type=submit]");
        var password = await page.TextContentAsync("#new-password");
        await ShootAsync(page, "users");
        await page.ReloadAsync();
        await Expect(page.Locator("#new-password")).ToHaveCountAsync(0);

        var other = await VisitAsync();
        await other.FillAsync("input[name=user]", "tech");
        await other.FillAsync("input[name=password]", password!);
        await other.ClickAsync("main button[type=submit]");
        await other.GotoAsync(Host.Address + "/");
        await Expect(other.Locator("h1")).ToHaveTextAsync("Change password");
        await other.FillAsync("input[name=old]", password!);
        await other.FillAsync("input[name=fresh]", NewPassword + "2");
        await other.FillAsync("input[name=repeated]", NewPassword + "2");
        await other.ClickAsync("main button[type=submit]");
        await Expect(other.Locator(".who")).ToHaveTextAsync("tech");
        await Expect(other.Locator(".plan")).ToHaveCountAsync(0);
        Assert.Equal(404, await StatusAsync(other, "/media/demo/agent-1/rooms/R7/cameras/C1/picture.jpg"));
        await other.GotoAsync(Host.Address + "/users");
        await Expect(other.Locator("h1")).ToHaveTextAsync("You may not see this");

        await ScopeAsync("tech", "demo/R7");
        await other.GotoAsync(Host.Address + "/");
        await Expect(other.Locator("h1")).ToHaveTextAsync("Log in");
        await other.FillAsync("input[name=user]", "tech");
        await other.FillAsync("input[name=password]", NewPassword + "2");
        await other.ClickAsync("main button[type=submit]");
        await Expect(other.Locator(".plan")).ToHaveCountAsync(1);
        Assert.Equal(200, await StatusAsync(other, "/media/demo/agent-1/rooms/R7/cameras/C1/picture.jpg"));
        Assert.Equal(403, await StatusAsync(other, "/media/demo/agent-1/rooms/R7/cameras/C1/segments/1.mp4"));
        await other.GotoAsync(Host.Address + "/cameras/demo/R7/C1");
        await Expect(other.Locator(".player")).ToHaveCountAsync(1);
        await Expect(other.Locator(".timeline")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Server_Stops_PageSaysSoInsteadOfLookingCurrent()
    {
        var own = new DashboardHost();
        await own.InitializeAsync();
        try
        {
            await using var test = new Lone(this, own);
            await test.FloorAsync();
            var page = await test.EnterAsync();
            await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
            await own.StopAsync();
            await Expect(page.Locator("#lost"))
                .ToContainTextAsync(new System.Text.RegularExpressions.Regex("Nothing on this page is current|This page has ended"));
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Answers_Always_CarryThePolicyAndNoServerName()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CheckCertificateRevocationList = true });
        using var answer = await http.GetAsync(new Uri(Host.Address + "/login"));
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
        using var media = await http.GetAsync(new Uri(Host.Address + "/media/demo/agent-1/rooms/R7/cameras/C1/picture.jpg"));
        Assert.Equal(HttpStatusCode.Unauthorized, media.StatusCode);
    }

    [Fact]
    public async Task LogIn_WithoutTheFormsToken_IsRefused()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CheckCertificateRevocationList = true });
        using var form = new FormUrlEncodedContent([new("user", "admin"), new("password", "x")]);
        using var answer = await http.PostAsync(new Uri(Host.Address + "/account/log-in"), form);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/problem/400", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Keys_OfTheCookies_AreReadableByTheUserAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Modes of files are a matter of Unix.");
        await EnterAsync();
        var keys = Directory.GetFiles(Path.Combine(Host.DataFolder, "keys"));
        Assert.NotEmpty(keys);
        Assert.All(keys, k => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(k)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Host.DataFolder, "dashboard.db")));
    }

    private static Task<int> StatusAsync(IPage page, string path) => page.EvaluateAsync<int>("async p => (await fetch(p)).status", path);

    private async Task ScopeAsync(string name, string scopes)
    {
        var accounts = Host.Service<IAccountStore>();
        var user = await accounts.FindAsync(name, CancellationToken.None);
        Assert.True(Scopes.TryParse(scopes, out var parsed));
        await accounts.UpdateAsync(user! with { Scopes = parsed, Stamp = Passwords.NewStamp() }, CancellationToken.None);
    }

    private sealed class Lone(AccountPageTests of, DashboardHost host) : PageTest(of.Browser, host);

    /// <summary>Every right holds only in the account's scope: an administrator of one site is none of another.</summary>
    [Fact]
    public async Task Users_AdministratorOfOneSite_GivesNoRightsBeyondItAndSeesNoneOfIt()
    {
        await FloorAsync();
        await (await EnterAsync(path: "/users")).Context.CloseAsync();
        await (await EnterAsAsync("floor-man", Role.Supervisor, "/", scopes: "demo/R7")).Context.CloseAsync();
        var page = await EnterAsAsync("site-admin", Role.Administrator, "/users", scopes: "demo/*");
        await Expect(page.Locator("form.user[aria-label=floor-man]")).ToHaveCountAsync(1);
        await Expect(page.Locator("form.user[aria-label=admin]")).ToHaveCountAsync(0);
        await Expect(page.Locator("form[action='/users/add'] input[name=scopes]")).ToHaveValueAsync("demo/*");
        await page.FillAsync("form[action='/users/add'] input[name=name]", "king");
        await page.SelectOptionAsync("form[action='/users/add'] select", "Administrator");
        await page.FillAsync("form[action='/users/add'] input[name=scopes]", "*");
        await page.ClickAsync("form[action='/users/add'] button");
        await Expect(page.Locator(".notice.bad")).ToHaveTextAsync("You can give only what lies within your own scope.");
        var accounts = Host.Service<IAccountStore>();
        Assert.Null(await accounts.FindAsync("king", CancellationToken.None));

        // The form names the account by a number: that of one outside the scope is no more there than none.
        var admin = (await accounts.FindAsync("admin", CancellationToken.None))!;
        await page.EvalOnSelectorAsync("form.user[aria-label=floor-man] input[name=id]", $"e => e.value = '{admin.Id}'");
        await page.ClickAsync("form.user[aria-label=floor-man] button[value=password]");
        await Expect(page.Locator(".notice.bad")).ToHaveTextAsync("There is no such account.");
        Assert.Equal(admin.Stamp, (await accounts.FindAsync("admin", CancellationToken.None))!.Stamp);
        await page.GotoAsync(Host.Address + "/record");
        await Expect(page.Locator("tbody")).Not.ToContainTextAsync("logged in");
    }

    [Fact]
    public async Task Ledger_AlarmOfAnotherSite_IsNotAcknowledgedByAnAdministratorOfThisOne()
    {
        await FloorAsync();
        var store = Host.Service<IWitnessStore>();
        await store.RaiseAsync(
            DemoFloor.Site,
            DemoFloor.Agent,
            AlarmKind.Forked,
            Host.Clock.GetUtcNow(),
            "own",
            null,
            CancellationToken.None
        );
        await store.RaiseAsync(
            Contracts.SiteId.Of("other"),
            DemoFloor.Agent,
            AlarmKind.Forked,
            Host.Clock.GetUtcNow(),
            "other",
            null,
            CancellationToken.None
        );
        var other = (await store.AlarmsAsync(10, CancellationToken.None)).Single(a => a.Site.Text == "other");
        var page = await EnterAsAsync("site-admin", Role.Administrator, "/ledger", scopes: "demo/*");
        await Expect(page.Locator(".ledger-alarm")).ToHaveCountAsync(1);
        await page.EvalOnSelectorAsync(".ledger-alarm input[name=alarm]", $"e => e.value = '{other.Id}'");
        await page.FillAsync(".ledger-alarm input[name=reason]", "not mine to say");
        await page.ClickAsync(".ledger-alarm button");
        await Expect(page.Locator(".notice.bad")).ToHaveCountAsync(1);
        Assert.All(await store.AlarmsAsync(10, CancellationToken.None), a => Assert.Null(a.AcknowledgedAt));
    }

    [Fact]
    public async Task Links_OfOtherSites_AreNotNamedToWhoSeesNoneOfThem()
    {
        await FloorAsync();
        Host.Store.SetLink(
            new(
                "/srv/secret/e.json",
                Links.LinkCondition.Connecting,
                Host.Clock.GetUtcNow(),
                new(Contracts.SiteId.Of("elsewhere"), DemoFloor.Agent, "http://127.0.0.1:1", "x", "mqtt://127.0.0.1:1", null, null, null),
                null
            )
        );
        Host.Store.SetLink(new("/srv/secret/none.json", Links.LinkCondition.Missing, Host.Clock.GetUtcNow(), null, null));
        var page = await EnterAsAsync("floor-man", Role.Supervisor, "/", scopes: "demo/R7");
        await Expect(page.Locator(".room-head")).ToHaveCountAsync(1);
        await Expect(page.Locator("main")).Not.ToContainTextAsync("elsewhere");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("/srv/secret");
        await page.GotoAsync(Host.Address + "/about");
        await Expect(page.Locator("main")).ToContainTextAsync("demo / agent-1");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("elsewhere");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("/srv/secret");
        page = await EnterAsync(path: "/about");
        await Expect(page.Locator("main")).ToContainTextAsync("elsewhere / agent-1");
        await Expect(page.Locator("main")).ToContainTextAsync("/srv/secret/none.json");
    }
}
