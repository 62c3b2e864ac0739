using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class SessionPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Session_Over_ShowsWhatIsProvedAndLeadsToTheRecording()
    {
        await FloorAsync();
        var page = await EnterAsAsync("eva", Role.Evaluator, "/sessions");
        await Expect(page.Locator("[data-session=W-1]")).ToContainTextAsync("Welding <b>level 4</b>, practice");
        await Expect(page.Locator("[data-session=W-1]")).ToContainTextAsync("99.79 % complete");
        await Expect(page.Locator("[data-session=W-2]")).ToContainTextAsync("readiness not checked yet");
        await Expect(page.Locator(".batches tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Locator("text=Import a schedule")).ToHaveCountAsync(0);
        await page.AccessibleAsync();
        await ShootAsync(page, "sessions");
        await page.ClickAsync("[data-session=W-1] a");
        await Expect(page.Locator(".station-proof tbody tr")).ToHaveCountAsync(10);
        await Expect(page.Locator(".station-proof tbody tr").Nth(2)).ToContainTextAsync("96 %");
        await Expect(page.Locator(".station-proof tbody tr").Nth(9)).ToContainTextAsync("not known");
        await Expect(page.Locator(".gaps tbody tr")).ToContainTextAsync("18.5 s", new() { UseInnerText = false });
        await Expect(page.Locator("svg.lanes")).ToHaveCountAsync(10);
        await Expect(page.Locator("svg.lanes").Nth(2))
            .ToHaveAttributeAsync("aria-label", "not recorded 1 time(s), not in view 1 time(s), badly lit 0 time(s)");
        await Expect(page.Locator("text=Call this session off")).ToHaveCountAsync(0);
        await page.AccessibleAsync();
        await ShootAsync(page, "session");
        await page.ClickAsync("text=Watch from the start >> nth=0");
        await Expect(page.Locator(".playing")).ToContainTextAsync("09:00:0");
        await Expect(page.Locator(".player")).ToHaveAttributeAsync("data-state", "playing");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Session_FootageOnTheArchiveTierAlone_IsMarkedWhereItIsOffered()
    {
        await FloorAsync();
        Host.Agent.Away = true;
        try
        {
            var page = await EnterAsAsync("eva", Role.Evaluator, "/sessions/demo/agent-1/W-1");
            var rows = page.Locator("[aria-labelledby=cameras-title] tbody tr");
            await Expect(rows.Nth(0)).ToContainTextAsync("On the archive tier alone; fetched before it plays");
            await Expect(rows.Nth(1)).ToContainTextAsync("1 h 30 min of it on the archive tier alone");
            await Expect(rows.Nth(2).Locator(".away")).ToHaveCountAsync(0);
            await Expect(page.Locator(".gaps tbody tr .away")).ToHaveCountAsync(1);
            await Expect(page.Locator("[data-away=session] code"))
                .ToHaveTextAsync(
                    new System.Text.RegularExpressions.Regex("^exam-monitor-agent tier restore --room R7 --from [^ ]+Z --to-time [^ ]+Z$")
                );
            await page.AccessibleAsync();
            await ShootAsync(page, "session-away");

            // Who may see no recordings is offered none, and needs no way to get them back.
            var technician = await EnterAsAsync("tech", Role.Technician, "/sessions/demo/agent-1/W-1");
            await Expect(technician.Locator("[aria-labelledby=cameras-title] tbody tr")).ToHaveCountAsync(3);
            await Expect(technician.Locator(".away")).ToHaveCountAsync(0);
            Assert.Empty(Complaints);
        }
        finally
        {
            Host.Agent.Away = false;
        }
    }

    [Fact]
    public async Task Import_FileWithAnError_SaysLineAndMendAndOffersNothing()
    {
        await FloorAsync();
        var page = await EnterAsAsync("sup", Role.Supervisor, "/sessions/import");
        await page.SetInputFilesAsync(
            "input[type=file]",
            new Microsoft.Playwright.FilePayload
            {
                Name = "plan.exe",
                MimeType = "text/csv",
                Buffer = "a,b"u8.ToArray(),
            }
        );
        await Expect(page.Locator(".notice.bad")).ToContainTextAsync("no schedule file");
        await page.SetInputFilesAsync(
            "input[type=file]",
            new Microsoft.Playwright.FilePayload
            {
                Name = "plan.csv",
                MimeType = "text/csv",
                Buffer = new byte[AgentApi.LargestScheduleBytes + 1],
            }
        );
        await Expect(page.Locator(".notice.bad")).ToContainTextAsync("larger than 4 MiB");
        await Expect(page.Locator("button:has-text('Preview')")).ToBeDisabledAsync();
        await page.SetInputFilesAsync("input[type=file]", Csv("W-3,Bricklaying\nbroken line\n"));
        await page.ClickAsync("button:has-text('Preview')");
        await Expect(page.Locator(".findings tbody tr")).ToHaveTextAsync("Error2title: The line has no title.Write id,title.");
        await Expect(page.Locator("button:has-text('Import as previewed')")).ToHaveCountAsync(0);
        await page.AccessibleAsync();
        await ShootAsync(page, "import-findings");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Import_BeforeThePageLives_TakesNoFileThatWouldBeLost()
    {
        await FloorAsync();
        var page = await EnterAsAsync("sup", Role.Supervisor, "/sessions");
        var connect = new TaskCompletionSource();
        await page.RouteAsync(
            "**/_blazor/negotiate**",
            async r =>
            {
                await connect.Task;
                await r.ContinueAsync();
            }
        );
        await page.GotoAsync(Host.Address + "/sessions/import");
        await Expect(page.Locator("main form[inert]")).ToHaveCountAsync(1);
        connect.SetResult();
        await AliveAsync(page);
        await Expect(page.Locator("main form")).ToHaveCountAsync(1);
        await Expect(page.Locator("main form[inert]")).ToHaveCountAsync(0);
        await page.SetInputFilesAsync("input[type=file]", Csv("W-3,Bricklaying\n"));
        await Expect(page.Locator("button:has-text('Preview')")).ToBeEnabledAsync();
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Import_PreviewThenConfirm_ChangesTheScheduleInThePersonsName()
    {
        await FloorAsync();
        var page = await EnterAsAsync("sup", Role.Supervisor, "/sessions/import");
        await page.SetInputFilesAsync(
            "input[type=file]",
            Csv("W-2,Welding theory (new)\nW-8,=cmd|' /C calc'!A0\nW-9,<img src=x onerror=alert(1)>\n")
        );
        await page.ClickAsync("button:has-text('Preview')");
        await Expect(page.Locator("[data-changes=Added] tbody tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-changes=Changed] tbody tr")).ToContainTextAsync("Welding theory (new)");
        await Expect(page.Locator("[data-changes=Added]")).ToContainTextAsync("<img src=x onerror=alert(1)>");
        Assert.DoesNotContain(Host.Agent.Schedule.Read(), s => s.Id.Text == "W-9");
        await page.AccessibleAsync();
        await ShootAsync(page, "import-preview");

        // Without a reason the browser itself holds the form back; nothing is asked of the agent.
        await page.ClickAsync("button:has-text('Import as previewed')");
        Assert.DoesNotContain(Host.Agent.Acts, a => a.Path.Contains("import", StringComparison.Ordinal));
        await page.FillAsync("textarea[name=reason]", "Plan of the office, 名单 3");
        await page.ClickAsync("button:has-text('Import as previewed')");
        await Expect(page.Locator("[data-result=Done]")).ToContainTextAsync("The schedule is imported.");
        Assert.Contains(Host.Agent.Schedule.Read(), s => s.Id.Text == "W-9");
        var (path, person) = Host.Agent.Acts.Single(a => a.Path.Contains("import", StringComparison.Ordinal));
        Assert.Equal(("POST /api/v1/sessions/import?file=plan.csv", new ActingPerson("sup", "Plan of the office, 名单 3")), (path, person));
        var record = (await RecordAsync())
            .Where(e => e.Who == "sup" && e.Act.StartsWith("schedule-import", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(["schedule-import-done", "schedule-import-asked"], record.Select(e => e.Act));
        Assert.Equal("demo/agent-1 plan.csv +2 ~1 -0: Plan of the office, 名单 3", record[1].Subject);
        Assert.Equal("127.0.0.1", record[1].Remote);
        Assert.Empty(Complaints);
    }

    /// <summary>
    /// The agent takes a session of a known id as a change: whoever adds one must not take another's, which may be of a room that they do
    /// not see.
    /// </summary>
    [Fact]
    public async Task Session_AddedWithAnIdThatIsTaken_ChangesNothing()
    {
        await FloorAsync();
        var page = await EnterAsAsync("sup", Role.Supervisor, "/sessions/new");
        await page.SelectOptionAsync("select[name=room]", "demo/R7");
        await page.FillAsync("input[name=batch]", "2026-08");
        await page.FillAsync("input[name=id]", "W-1");
        await page.FillAsync("input[name=title]", "taken over");
        await page.FillAsync("textarea[name=reason]", "Extra sitting");
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator(".notice.bad"))
            .ToHaveTextAsync("There is a session of this id already. Choose another id, or edit that session.");
        Assert.DoesNotContain(Host.Agent.Schedule.Read(), s => s.Title == "taken over");
        Assert.DoesNotContain(Host.Agent.Acts, a => a.Path.EndsWith("/sessions/W-1", StringComparison.Ordinal));
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Session_AddedRefusedAndCalledOff_IsSaidInWords()
    {
        await FloorAsync();
        var page = await EnterAsAsync("sup", Role.Supervisor, "/sessions/new");
        await page.SelectOptionAsync("select[name=room]", "demo/R7");
        await page.FillAsync("input[name=batch]", "2026-08");
        await page.FillAsync("input[name=id]", "N-1");
        await page.FillAsync("input[name=title]", "please refuse");
        await page.FillAsync("textarea[name=reason]", "Extra sitting");
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator("[data-result=Refused]")).ToContainTextAsync("The session has been recorded already.");
        await page.AccessibleAsync();
        await ShootAsync(page, "session-edit");
        await page.FillAsync("input[name=title]", "Extra sitting");
        await page.ClickAsync("button:has-text('Save')");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Extra sitting");
        var added = Host.Agent.Schedule.Read().Single(s => s.Id.Text == "N-1");
        Assert.Equal((1, TimeSpan.FromHours(2)), (added.Start.Hour, added.End - added.Start));
        await page.ClickAsync("summary:has-text('Call this session off')");
        await page.FillAsync("textarea[name=reason]", "The hall is flooded");
        await page.ClickAsync("button.stop");
        await Expect(page.Locator("[data-result=Done]")).ToHaveTextAsync("The session is called off.");
        Assert.True(Host.Agent.Schedule.Read().Single(s => s.Id.Text == "N-1").Cancelled);
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Sessions_AgentDoesNotAnswer_SaysSoWithAgeAndClaimsNothing()
    {
        await FloorAsync();
        Host.Agent.Mute = true;
        try
        {
            var page = await EnterAsAsync("eva", Role.Evaluator, "/sessions", locale: "zh-CN", width: 420);
            await Expect(page.Locator("[data-silent='demo/agent-1']")).ToContainTextAsync("采集服务拒绝了请求");
            await Expect(page.Locator("[data-silent='demo/agent-1']")).ToContainTextAsync("上次应答");
            await Expect(page.Locator("main")).ToContainTextAsync("无法确认该时段是否有场次");
            // The live connection must not speak another language than the page, whatever headers it is opened with.
            Assert.Contains(
                await page.Context.CookiesAsync(),
                c => c.Name == ".AspNetCore.Culture" && c.Value.Contains("zh-Hans", StringComparison.Ordinal)
            );
            await page.AccessibleAsync();
            Complaints.Clear();
        }
        finally
        {
            Host.Agent.Mute = false;
        }
    }

    [Fact]
    public async Task Sessions_PersonOfAnotherRoom_SeesAndChangesNothingOfIt()
    {
        await FloorAsync();
        var page = await EnterAsAsync("far", Role.Supervisor, "/sessions/demo/agent-1/W-1", scopes: "demo/R9");
        await Expect(page.Locator("h1")).ToHaveTextAsync("There is no such session, or you may not see it");
        await page.GotoAsync(Host.Address + "/sessions/import");
        await Expect(page.Locator("input[type=file]")).ToHaveCountAsync(0);
        Assert.Equal(
            404,
            await page.EvaluateAsync<int>(
                "async p => (await fetch(p)).status",
                "/sessions/demo/agent-1/schedule.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"
            )
        );
        var evaluator = await EnterAsAsync("eva", Role.Evaluator, "/sessions/import");
        await Expect(evaluator.Locator("h1")).ToHaveTextAsync("You may not see this");
    }

    [Fact]
    public async Task Schedule_Export_IsADownloadWhateverTheAgentCallsIt()
    {
        await FloorAsync();
        var page = await EnterAsAsync("eva", Role.Evaluator, "/sessions");
        var headers = await page.EvaluateAsync<string>(
            "async p => { const a = await fetch(p); return a.headers.get('content-type') + ' | ' + a.headers.get('content-disposition'); }",
            "/sessions/demo/agent-1/schedule.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"
        );
        Assert.Equal("text/csv; charset=utf-8 | attachment; filename=\"schedule_demo_20260101_20260201.csv\"", headers);
        Assert.Equal(
            "\"id\",\"title\"\r\n\"W-1\",\"'=x\"\r\n",
            await page.EvaluateAsync<string>(
                "async p => (await fetch(p)).text()",
                "/sessions/demo/agent-1/schedule.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"
            )
        );
        await Eventually.TrueAsync(() =>
            Host.Agent.Requests.Any(r => r.StartsWith("/api/v1/schedule.csv?from=2026-01-01T00%3A00%3A00.000Z", StringComparison.Ordinal))
        );
    }

    private static Microsoft.Playwright.FilePayload Csv(string text) =>
        new()
        {
            Name = "plan.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes(text),
        };
}
