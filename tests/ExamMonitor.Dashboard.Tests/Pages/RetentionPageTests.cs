using System.Security.Claims;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Features.Retention;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class RetentionPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Retention_ArchiveTier_IsToldInSentencesAndClaimsNothingBeforeTheFirstPass()
    {
        await FloorAsync();
        var topic = new Contracts.Topics(DemoFloor.Site).AgentRetention(DemoFloor.Agent);
        Task SendAsync(ArchiveTierStatus? tier) =>
            Host.Publisher.SendAsync(
                topic,
                DemoFloor.Retention(Host.Publisher.Now.AddMinutes(1), Host.Publisher.NextSeq()) with
                {
                    ArchiveTier = tier,
                }
            );
        var page = await EnterAsAsync("eva", Role.Evaluator, "/retention");
        await SendAsync(null);
        await Expect(page.Locator(".tier")).ToHaveCountAsync(0);

        var at = Host.Publisher.Now;
        await SendAsync(
            new(
                "folder",
                90120,
                2_702_000_000_000,
                41760,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                null,
                new("The folder has no tier.json. Mount the disk.", "文件夹中没有 tier.json。"),
                true
            )
        );
        await Expect(page.Locator(".tier h3")).ToHaveTextAsync("Archive tier: another disk");
        await Expect(page.Locator("[data-tier-failed]"))
            .ToHaveTextAsync("Copying stands still until somebody mends it. The folder has no tier.json. Mount the disk.");
        await Expect(page.Locator("[data-tier-waiting]")).ToHaveTextAsync("not known until the first pass has ended");
        await Expect(page.Locator(".tier")).ToContainTextAsync("never; run: exam-monitor-agent tier check");
        await page.AccessibleAsync();

        await SendAsync(
            new(
                "s3",
                90120,
                2_702_000_000_000,
                0,
                12,
                377_000_000,
                at.AddHours(-2),
                1,
                at.AddMinutes(-1),
                at.AddDays(-3),
                88400,
                0,
                null,
                false
            )
        );
        await Expect(page.Locator("[data-tier-failed]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-tier-mismatch]")).ToContainTextAsync("1 copies or files are not what was committed");
        await Expect(page.Locator("[data-tier-waiting]")).ToContainTextAsync("12 segments, 359.5 MiB; the oldest ended ");
        await Expect(page.Locator(".tier")).ToContainTextAsync("88400 as committed, 0 not");
        await ShootAsync(page, "retention-tier");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Retention_Overview_ShowsLawSpaceAndForecast()
    {
        await FloorAsync();
        await Host.Publisher.SendAsync(
            new Contracts.Topics(DemoFloor.Site).AgentRetention(DemoFloor.Agent),
            DemoFloor.Retention(Host.Publisher.Now, Host.Publisher.NextSeq(), new("The schedule cannot be read.", "无法读取考试安排。"))
        );
        var page = await EnterAsAsync("eva", Role.Evaluator, "/retention");
        await Expect(page.Locator("[data-class=exam]")).ToContainTextAsync("5 year(s) (P5Y)");
        await Expect(page.Locator("[data-class=exam]")).ToContainTextAsync("四.2(7)");
        await Expect(page.Locator("[data-stopped]")).ToContainTextAsync("The schedule cannot be read.");
        await Expect(page.Locator("svg.forecast .breach")).ToHaveCountAsync(1);
        await page.AccessibleAsync();
        await ShootAsync(page, "retention");
        Host.Agent.Retention.KnowsForecast = false;
        await page.ReloadAsync();
        await Expect(page.Locator("[data-forecast] .notice.unknown")).ToContainTextAsync("No date is no comfort here");
        await Expect(page.Locator("svg.forecast .breach")).ToHaveCountAsync(0);
        await Expect(page.Locator("svg.forecast .room")).ToHaveCountAsync(0);
        Host.Agent.Retention.KnowsForecast = true;
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Holds_SupervisorPlaces_OnlyAdministratorLifts()
    {
        await FloorAsync();
        Host.Agent.Retention.Forget();
        var page = await EnterAsAsync("sup", Role.Supervisor, "/retention/holds?agent=demo%2Fagent-1&session=W-1");
        await Expect(page.Locator("select[name=session]")).ToHaveValueAsync("W-1");
        await page.FillAsync("textarea[name=reason]", "Complaint 7 <script>alert(1)</script>");
        await page.ClickAsync("button:has-text('Place a hold')");
        await Expect(page.Locator("[data-hold=h1]")).ToContainTextAsync("session W-1");
        await Expect(page.Locator("[data-hold=h1]")).ToContainTextAsync("Complaint 7 <script>alert(1)</script>");
        await Expect(page.Locator("[data-hold=h1] summary")).ToHaveCountAsync(0);

        await page.SelectOptionAsync("select[name=kind]", "range");
        await page.FillAsync("textarea[name=reason]", "Dispute");
        await page.ClickAsync("button:has-text('Place a hold')");
        await Expect(page.Locator("form .notice.bad")).ToContainTextAsync("Choose a room, or a beginning, or an end.");
        await page.SelectOptionAsync("select[name=room]", "R7");
        await page.SelectOptionAsync("select[name=camera]", "C2");
        await page.FillAsync("input[name=until]", "2031-03-01");
        await page.AccessibleAsync();
        await page.ClickAsync("button:has-text('Place a hold')");
        await Expect(page.Locator("[data-hold=h2]")).ToContainTextAsync("Welding hall 7, North-east");
        await ShootAsync(page, "holds");
        Assert.Equal(
            new(DemoFloor.Room, DemoFloor.Cameras[1], null, null, null, null),
            Host.Agent.Retention.Read(h => h.Id == "h2")[0].Scope
        );

        var admin = await EnterAsAsync("boss", Role.Administrator, "/retention/holds");
        await admin.ClickAsync("[data-hold=h1] summary");
        await admin.FillAsync("[data-hold=h1] textarea[name=reason]", "The complaint is settled");
        await admin.ClickAsync("[data-hold=h1] button.stop");
        await Expect(admin.Locator("[data-result=Done]")).ToHaveTextAsync("The hold h1 is lifted.");
        await Expect(admin.Locator("[data-hold=h1]")).ToHaveCountAsync(0);
        var lifted = Host.Agent.Retention.Read(h => h.Id == "h1")[0];
        Assert.Equal(("boss", "The complaint is settled"), (lifted.LiftedBy, lifted.LiftReason));
        Assert.Contains(await RecordAsync(), e => e is { Who: "sup", Act: "hold-place-done" });
        Assert.Contains(
            await RecordAsync(),
            e => e is { Who: "boss", Act: "hold-lift-asked", Subject: "demo/agent-1 hold h1: The complaint is settled" }
        );
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Destruction_NeedsTwoPersons_AndTheSameOneIsRefused()
    {
        await FloorAsync();
        Host.Agent.Retention.Forget();
        var first = await EnterAsAsync("boss", Role.Administrator, "/retention/plan");
        var again = await EnterAsAsync("boss", Role.Administrator, "/retention/plan");
        await Expect(first.Locator("button.stop")).ToHaveTextAsync("Propose the destruction");
        await Expect(first.Locator("button.stop")).ToBeDisabledAsync();
        await Expect(first.Locator("main")).ToContainTextAsync("Approving destroys 24 segment(s) of exam footage (9.0 GiB) for ever.");
        await Expect(first.Locator("[data-sums] tbody tr")).ToHaveCountAsync(3);
        await Expect(first.Locator("[data-sums]")).ToContainTextAsync("a-later-reason");
        await first.AccessibleAsync();
        await ShootAsync(first, "plan");
        await ApproveAsync(first, "Windows have ended");
        await Expect(first.Locator("[data-result=Done]")).ToContainTextAsync("1 more person(s) must approve");
        await Expect(first.Locator("[data-same]")).ToContainTextAsync("Another person must.");
        await Expect(first.Locator("button.stop")).ToHaveCountAsync(0);

        // A second window of the same person, opened before: the page still offers it, the service does not.
        Host.Agent.Retention.Lenient = true;
        await ApproveAsync(again, "Once more");
        await Expect(again.Locator("[data-result=Refused]")).ToContainTextAsync("You have approved this already. Another person must.");
        Assert.Equal(["boss"], Host.Agent.Retention.ApprovedBy);
        Host.Agent.Retention.Lenient = false;

        var supervisor = await EnterAsAsync("sup", Role.Supervisor, "/retention/plan");
        await Expect(supervisor.Locator("main")).ToContainTextAsync("Only administrators approve.");
        await Expect(supervisor.Locator("button.stop")).ToHaveCountAsync(0);

        var second = await EnterAsAsync("chief", Role.Administrator, "/retention/plan");
        await ApproveAsync(second, "Checked against the register");
        await Expect(second.Locator("[data-approved]")).ToContainTextAsync("Approved.");
        Assert.Equal(["boss", "chief"], Host.Agent.Retention.ApprovedBy);
        Assert.Contains(
            await RecordAsync(),
            e =>
                e is { Who: "chief", Act: "destruction-approve-asked" }
                && e.Subject.StartsWith("demo/agent-1 24 segments, plan b94d27b9934d", StringComparison.Ordinal)
        );
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Service_PersonWhoMayNot_AsksNobody()
    {
        await FloorAsync();
        await EnterAsAsync("sup", Role.Supervisor, "/retention/holds");
        var accounts = Host.Service<IAccountStore>();
        var user = (await accounts.FindAsync("sup", CancellationToken.None))!;
        using var scope = Host.Service<IServiceScopeFactory>().CreateScope();
        var service = scope.ServiceProvider.GetRequiredService<ActService>();
        var before = Host.Agent.Acts.Count;
        Act Lift(string reason) => new(ActKind.HoldLift, DemoFloor.Site, DemoFloor.Agent, null, "hold h1", reason);
        async Task<ActResult> DoAsync(ClaimsPrincipal who, Act act) =>
            (
                await service.DoAsync<FootageHold>(who, "test", act, HttpMethod.Post, AgentApi.LiftHold("h1"), null, CancellationToken.None)
            ).Result;
        Assert.Equal(ActResult.Denied, await DoAsync(LoginClaims.Of(user), Lift("because")));
        Assert.Equal(
            ActResult.Denied,
            await DoAsync(LoginClaims.Of(user with { Role = Role.Administrator, Stamp = "another" }), Lift("because"))
        );
        Assert.True(Scopes.TryParse("demo/R7", out var room));
        Assert.Equal(
            ActResult.Denied,
            await DoAsync(LoginClaims.Of(user with { Role = Role.Administrator, Scopes = room }), Lift("because"))
        );
        var admin = LoginClaims.Of(user with { Role = Role.Administrator });
        Assert.Equal(ActResult.ReasonMissing, await DoAsync(admin, Lift("  ")));
        Assert.Equal(ActResult.ReasonUnfit, await DoAsync(admin, Lift("a\u0007b")));
        Assert.Equal(ActResult.ReasonUnfit, await DoAsync(admin, Lift(new string('x', ActingPerson.LongestReason + 1))));
        Assert.Equal(before, Host.Agent.Acts.Count);
        var place = new AgentPlace(DemoFloor.Site, DemoFloor.Agent, TimeZoneInfo.Utc, [], true);
        var approvals = scope.ServiceProvider.GetRequiredService<ApprovalService>();
        Assert.Equal(
            (ActResult.Refused, ApprovalService.PlanChanged),
            await approvals.ApproveAsync(admin, "test", place, new string('0', 64), "because", CancellationToken.None)
        );
        Assert.Equal(before, Host.Agent.Acts.Count);

        // An agent that fails may have done it: that is no refusal.
        Host.Agent.Mute = true;
        Assert.Equal(ActResult.Unanswered, await DoAsync(admin, Lift("because")));
        Host.Agent.Mute = false;
        Assert.Equal(["hold-lift-unanswered", "hold-lift-asked"], (await RecordAsync()).Where(e => e.Remote == "test").Select(e => e.Act));
    }

    [Fact]
    public async Task Register_IsSearchedAndDownloadedWithoutFormulas()
    {
        await FloorAsync();
        var page = await EnterAsAsync("eva", Role.Evaluator, "/retention/register");
        await Expect(page.Locator("[data-register] tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-register]")).ToContainTextAsync("<b>Window ended</b>");
        await page.FillAsync("input[name=text]", "older");
        await page.ClickAsync("button:has-text('Search')");
        await Expect(page.Locator("[data-register] tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-register] tbody tr")).ToContainTextAsync("39");
        await page.AccessibleAsync();
        await ShootAsync(page, "register");
        var csv = await TextAsync(page, "/retention/demo/agent-1/register.csv");
        var lines = csv.Split("\r\n");
        Assert.Equal(5, lines.Length);
        Assert.Contains("\"'=HYPERLINK(\"\"http://x\"\")\"", lines[1], StringComparison.Ordinal);
        Assert.Contains(",'@SUM(1),", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("39,", lines[3], StringComparison.Ordinal);
        Assert.Equal(DestructionCsv.Header.TrimEnd(), lines[0].TrimStart('\uFEFF'));
        var near = await EnterAsAsync("near", Role.Evaluator, "/retention/register", scopes: "demo/R7");
        await Expect(near.Locator("[data-register] tbody tr")).ToHaveCountAsync(1);
        Assert.DoesNotContain("kim, li", await TextAsync(near, "/retention/demo/agent-1/register.csv?room=R7"), StringComparison.Ordinal);
        Assert.Equal(404, await near.EvaluateAsync<int>("async p => (await fetch(p)).status", "/retention/demo/agent-1/register.csv"));
        Assert.Contains(await RecordAsync(), e => e is { Who: "eva", Act: "download-register" });
        Complaints.Clear();
    }

    [Fact]
    public async Task Statements_AreDownloadsAndNeverPages()
    {
        await FloorAsync();
        var page = await EnterAsAsync("eva", Role.Evaluator, "/retention/statements", width: 420, locale: "zh-CN");
        await Expect(page.Locator("[data-statements] tbody tr")).ToHaveCountAsync(1);
        await page.AccessibleAsync();
        await ShootAsync(page, "statements-narrow");
        var headers = await page.EvaluateAsync<string>(
            "async p => { const a = await fetch(p); return a.headers.get('content-type') + ' | ' + a.headers.get('content-disposition'); }",
            "/retention/demo/agent-1/statements/2026-03-02~R7~2026-07"
        );
        Assert.Equal("text/plain; charset=utf-8 | attachment; filename=\"2026-03-02~R7~2026-07.txt\"", headers);
        Assert.Equal(
            404,
            await page.EvaluateAsync<int>("async p => (await fetch(p)).status", "/retention/demo/agent-1/statements/..%2f..%2fproblems")
        );
        var technician = await EnterAsAsync("tech", Role.Technician, "/retention");
        await Expect(technician.Locator("h1")).ToHaveTextAsync("You may not see this");
    }

    private static async Task ApproveAsync(IPage page, string reason)
    {
        await page.CheckAsync("input[name=looked]");
        await page.FillAsync("textarea[name=reason]", reason);
        await page.ClickAsync("button.stop");
    }

    private static Task<string> TextAsync(IPage page, string path) =>
        page.EvaluateAsync<string>("async p => (await fetch(p)).text()", path);
}
