using System.Net;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Dashboard.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Accounts;

/// <summary>Accounts that end, accounts of one evaluation, and share links: what they open, and everything that they do not.</summary>
public sealed class EvaluationLimitTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    private const string Media = "/media/demo/agent-1/rooms/R7/cameras/C1/";
    private static readonly EvaluationLimit Session = new(DemoFloor.Site, DemoFloor.Agent, "W-1");

    [Theory]
    [InlineData("Evaluator")]
    [InlineData("Guest")]
    public async Task Account_OfOneEvaluation_OpensThatAndNothingElse(string name)
    {
        var role = Enum.Parse<Role>(name);
        await FloorAsync();
        var client = await EnterAsync(await AddAsync($"one-{role}".ToLowerInvariant(), role, Session.Text, Now.AddDays(1)));
        var (from, to) = (Host.Agent.Schedule.Over.Start, Host.Agent.Schedule.Over.End);
        string Between(double begin, double end) =>
            $"?from={Uri.EscapeDataString(UtcJsonConverter.ToText(from.AddMinutes(begin)))}&to={Uri.EscapeDataString(UtcJsonConverter.ToText(to.AddMinutes(end)))}";
        var playlist = await client.GetStringAsync(Media + "playlist.m3u8" + Between(0, 0));
        var segment = Regex.Match(playlist, "segments/7.mp4\\?grant=[0-9a-f]{32}", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        string[] open =
        [
            Session.Home,
            "/evaluation/watch/demo/agent-1/W-1",
            "/evaluation/demo/agent-1/packs/PONE.zip",
            "/health/live",
            Media + segment,
            Media + "playlist.m3u8" + Between(60, 0),
            Media + "download.mp4" + Between(10, -10),
        ];
        string[] closed =
        [
            "/problems",
            "/sessions",
            "/wall",
            "/wall/demo/R7",
            "/rooms/demo/R7",
            "/cameras/demo/R7/C1",
            "/ledger",
            "/about",
            "/readiness",
            "/retention",
            "/retention/holds",
            "/evaluation",
            "/sessions/demo/agent-1/W-1",
            "/evaluation/samples/demo/agent-1/W-2",
            "/evaluation/samples/demo/agent-2/W-1",
            "/evaluation/score/demo/agent-1/W-2",
            "/evaluation/watch/demo/agent-2/W-1",
            "/evaluation/demo/agent-1/packs/PTWO.zip",
            "/evaluation/demo/agent-1/packs/PNONE.zip",
            "/evaluation/demo/agent-1/draws/D9/population.jsonl",
            "/evaluation/demo/agent-1/report/W-2.pdf",
            "/ledger/demo/agent-1/entries/7/entry.json",
            "/sessions/demo/agent-1/schedule.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z",
            "/retention/demo/agent-1/register.csv",
            Media + "picture.jpg",
            Media + "live/index.m3u8",
            Media + "reference.png",
            Media + "segments/7.mp4",
            Media + "segments/8.mp4?grant=" + segment.Split('=').Last(),
            "/media/demo/agent-1/rooms/R7/cameras/C2/" + segment,
            Media + "playlist.m3u8" + Between(-1, 0),
            Media + "playlist.m3u8" + Between(0, 1),
            Media + "download.mp4" + Between(0, 5),
        ];
        foreach (var path in open)
            Assert.Equal((path, HttpStatusCode.OK), (path, await StatusAsync(client, path)));
        foreach (var path in closed)
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(client, path)));
        Assert.Equal(
            role == Role.Guest ? HttpStatusCode.Redirect : HttpStatusCode.OK,
            await StatusAsync(client, "/evaluation/score/demo/agent-1/W-1")
        );
        foreach (var path in (string[])["/users", "/record", "/sessions/new"])
            Assert.NotEqual(HttpStatusCode.OK, await StatusAsync(client, path));
        using var home = await client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal((HttpStatusCode.Redirect, Session.Home), (home.StatusCode, home.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Account_ThatEnded_OpensNothingAndLogsInNoMore()
    {
        await FloorAsync();
        var name = await AddAsync("soon-over", Role.Evaluator, null, Now.AddHours(1));
        var client = await EnterAsync(name);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/evaluation"));
        Assert.Equal(
            HttpStatusCode.Redirect,
            await StatusAsync(await EnterAsync(await AddAsync("over", Role.Evaluator, null, Now.AddSeconds(-1))), "/evaluation")
        );
        await EndAsync(name, Now);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(client, "/evaluation"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, Media + "picture.jpg"));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(await EnterAsync(name), "/evaluation"));
        Assert.Contains(await RecordAsync(), e => e is { Who: "soon-over", Act: "log-in-failed" });
    }

    [Theory]
    [InlineData("Guest", null)]
    [InlineData("Guest", "no evaluation")]
    [InlineData("Administrator", "demo/agent-1")]
    public async Task Account_WhoseLimitCannotBeRead_OpensNothing(string name, string? evaluation)
    {
        var role = Enum.Parse<Role>(name);
        await FloorAsync();
        var client = await EnterAsync(
            await AddAsync($"odd-{role}-{evaluation?.Length}".ToLowerInvariant(), role, evaluation, Now.AddDays(1))
        );
        foreach (var path in (string[])["/", Session.Home, "/evaluation/watch/demo/agent-1/W-1", "/problems", Media + "picture.jpg"])
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(client, path)));
    }

    [Fact]
    public async Task Act_OfAnAccountOfOneEvaluation_IsDeniedOutsideIt()
    {
        await FloorAsync();
        var name = await AddAsync("one-acts", Role.Evaluator, Session.Text, Now.AddDays(1));
        var user = LoginClaims.Of((await Host.Service<IAccountStore>().FindAsync(name, default))!);
        using var scope = Host.Service<IServiceScopeFactory>().CreateScope();
        var acts = scope.ServiceProvider.GetRequiredService<ActService>();
        Act Of(ActKind kind, string? evaluation, string agent = "agent-1") =>
            new(kind, DemoFloor.Site, AgentId.Of(agent), null, "x", "y") { Evaluation = evaluation };
        Assert.True(await acts.MayAsync(user, Of(ActKind.FindingRecord, "W-1")));
        Assert.True(await acts.MayAsync(user, Of(ActKind.PackMake, "W-1")));
        Assert.False(await acts.MayAsync(user, Of(ActKind.FindingRecord, "W-2")));
        Assert.False(await acts.MayAsync(user, Of(ActKind.ScoresRecord, null)));
        Assert.False(await acts.MayAsync(user, Of(ActKind.PackMake, "W-1", "agent-2")));
        Assert.False(await acts.MayAsync(user, Of(ActKind.DrawMake, "W-1")));
        Assert.False(await acts.MayAsync(user, Of(ActKind.HoldPlace, "W-1")));
        await EndAsync(name, Now);
        Assert.Equal(
            ActResult.Denied,
            (
                await acts.DoAsync<SampleFinding>(
                    user,
                    "",
                    Of(ActKind.FindingRecord, "W-1"),
                    HttpMethod.Post,
                    EvaluationApi.Findings,
                    null,
                    default
                )
            ).Result
        );
        Assert.DoesNotContain(Host.Agent.Acts, a => a.Person.Name == name);
    }

    [Fact]
    public async Task ShareLink_Opened_ShowsTheEvaluationUntilItIsCalledBack()
    {
        await FloorAsync();
        var page = await EnterAsAsync("eva-shares", Role.Evaluator, Session.Home);
        await page.Locator("details.share-links summary").ClickAsync();
        await page.Locator("details.share-links textarea").FillAsync("second expert");
        await page.Locator("details.share-links button[type=submit]").ClickAsync();
        var address = await page.Locator("[data-share]").InputValueAsync();
        Assert.Matches("^http://127.0.0.1:[0-9]+/share#link-[0-9a-f]{10}:[a-z0-9-]{23}$", address);

        var guest = await VisitAsync();
        await guest.GotoAsync(address);
        await Expect(guest.Locator("#share button")).ToBeEnabledAsync();
        Assert.DoesNotContain("#", guest.Url, StringComparison.Ordinal);
        await guest.Locator("#share button").ClickAsync();
        await Expect(guest).ToHaveURLAsync(new Regex(Regex.Escape(Session.Home) + "$"));
        await AliveAsync(guest);
        await Expect(guest.Locator("[data-made=PONE] a")).ToBeVisibleAsync();
        await Expect(guest.Locator("[data-made=PTWO], .share-links, .pack-maker, nav[aria-label='Main navigation'], [data-report]"))
            .ToHaveCountAsync(0);
        await guest.AccessibleAsync();
        await guest.Locator("tr[data-unit=W-1] a").ClickAsync();
        await Expect(guest.Locator("section.watch figure").First).ToHaveAttributeAsync("data-footage", "true");
        await Expect(guest.Locator("form.finding, .pack-maker")).ToHaveCountAsync(0);

        // The live connection opens no other page, either.
        await guest.EvaluateAsync("() => Blazor.navigateTo('/problems')");
        await Expect(guest.Locator("h1")).ToHaveTextAsync("There is no such page");

        // Other accounts of one evaluation stand in the same list.
        var link = page.Locator("[data-link]").Filter(new() { HasText = "link-" });
        await link.Locator("button").ClickAsync();
        await Expect(link.Locator("em")).ToBeVisibleAsync();
        await guest.GotoAsync(Host.Address + Session.Home);
        await Expect(guest).ToHaveURLAsync(new Regex("/login", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await guest.GotoAsync(address);
        await guest.Locator("#share button").ClickAsync();
        await Expect(guest.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToContainTextAsync("was called back");
        var record = await RecordAsync();
        Assert.Contains(
            record,
            e => e is { Who: "eva-shares", Act: "share-made" } && e.Subject.Contains("second expert", StringComparison.Ordinal)
        );
        Assert.Contains(record, e => e is { Act: "share-ended" });
        Assert.Contains(record, e => e.Who.StartsWith("link-", StringComparison.Ordinal) && e.Act == "log-in");
        Assert.Contains(record, e => e.Who.StartsWith("link-", StringComparison.Ordinal) && e.Act == "view-recording");
        Assert.DoesNotContain(
            record,
            e => address.Split(':')[^1] is var secret && (e.Subject + e.Who).Contains(secret, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task UsersPage_EvaluatorForOneEvaluation_IsMadeWithItsEnd()
    {
        await FloorAsync();
        var page = await EnterAsync(path: "/users");
        var form = page.Locator("form[action='/users/add']");
        await form.Locator("[name=name]").FillAsync("guest-expert");
        await form.Locator("[name=role]").SelectOptionAsync("Evaluator");
        await form.Locator("[name=scopes]").FillAsync("demo/*");
        await form.Locator("[name=until]")
            .FillAsync(Now.AddDays(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await form.Locator("[name=evaluation]").FillAsync(Session.Text);
        await form.Locator("button").ClickAsync();
        await Expect(page.Locator("#new-password")).ToBeVisibleAsync();
        var made = (await Host.Service<IAccountStore>().FindAsync("guest-expert", default))!;
        Assert.Equal((Session.Text, Role.Evaluator), (made.Evaluation, made.Role));
        Assert.InRange(made.ExpiresAt!.Value, Now.AddDays(2), Now.AddDays(4.1));
        var users = Host.Service<UserService>();
        Task<(UserProblem? Problem, string? Password)> Add(string role, string scopes, string evaluation, DateTimeOffset? until = null) =>
            users.AddAsync("x-" + Guid.NewGuid().ToString("N"), role, scopes, Scopes.All, "admin", "", default, until, evaluation);
        Assert.Equal(UserProblem.EvaluationInvalid, (await Add("Supervisor", "demo/*", Session.Text)).Problem);
        Assert.Equal(UserProblem.EvaluationInvalid, (await Add("Evaluator", "demo/R7", Session.Text)).Problem);
        Assert.Equal(UserProblem.EvaluationInvalid, (await Add("Evaluator", "demo/*", "demo/W-1")).Problem);
        Assert.Equal(UserProblem.RoleUnknown, (await Add("Guest", "demo/*", Session.Text)).Problem);
        Assert.Equal(UserProblem.UntilInvalid, (await Add("Evaluator", "demo/*", "", Now.AddMinutes(-1))).Problem);
    }

    private DateTimeOffset Now => Host.Clock.GetUtcNow();

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private async Task<string> AddAsync(string name, Role role, string? evaluation, DateTimeOffset until)
    {
        Assert.True(Scopes.TryParse("demo/*", out var scopes));
        await Host.Service<IAccountStore>()
            .AddAsync(
                new(
                    0,
                    name,
                    Host.Service<Passwords>().Hash(NewPassword),
                    role,
                    scopes,
                    Passwords.NewStamp(),
                    false,
                    false,
                    0,
                    DateTimeOffset.UnixEpoch,
                    Now,
                    until,
                    evaluation
                ),
                default
            );
        return name;
    }

    /// <summary>The account ends now, as by the clock: with the same stamp, so that nothing but its end closes it.</summary>
    private async Task EndAsync(string name, DateTimeOffset now)
    {
        var accounts = Host.Service<IAccountStore>();
        await accounts.UpdateAsync((await accounts.FindAsync(name, default))! with { ExpiresAt = now }, default);
    }

    private async Task<HttpClient> EnterAsync(string name)
    {
        var client = new HttpClient(
            new HttpClientHandler
            {
                AllowAutoRedirect = false,
                CookieContainer = new(),
                CheckCertificateRevocationList = true,
            }
        )
        {
            BaseAddress = new(Host.Address),
        };
        using var answer = await BareDashboard.PostLogInAsync(client, name, NewPassword);
        return client;
    }
}
