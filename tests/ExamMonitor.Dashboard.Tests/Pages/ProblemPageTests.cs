using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class ProblemPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Problems_History_IsFilteredByRoomAndSeverity()
    {
        await FloorAsync();
        await Host.Publisher.SendProblemAsync("h1", ProblemChange.Opened);
        await Host.Publisher.SendProblemAsync("h1", ProblemChange.Closed);
        await Host.Publisher.SendProblemAsync("h2", ProblemChange.Opened);
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Any(p => p.Problem.Id == "h2"));
        var page = await EnterAsync(path: "/problems");
        await Expect(page.Locator(".rz-data-row")).ToHaveCountAsync(2);
        await ShootAsync(page, "problems");
        await page.CheckAsync("label:has-text('Open only') input");
        await page.ClickAsync("text=Search");
        await Expect(page.Locator(".rz-data-row")).ToHaveCountAsync(1);
        await Expect(page.Locator(".rz-data-row")).ToContainTextAsync("still open");
        await page.SelectOptionAsync("label:has-text('Severity') select", "Notice");
        await page.ClickAsync("text=Search");
        await Expect(page.Locator(".rz-data-row")).ToHaveCountAsync(0);
        await Host.Publisher.SendProblemAsync("h2", ProblemChange.Closed);
        Assert.Empty(Complaints);
    }

    /// <summary>The newest thousand of all sites must not hide what lies in the viewer's own room: "none found" would be a claim.</summary>
    [Fact]
    public async Task Problems_ManyOfAnotherSite_DoNotHideThoseInScope()
    {
        await FloorAsync();
        var now = Host.Clock.GetUtcNow();
        var history = Host.Service<IHistoryStore>();
        await history.AddAsync(
            DemoFloor.Site,
            DemoFloor.Problem("mine", ProblemChange.Opened, now.AddHours(-1), 900_000),
            CancellationToken.None
        );
        await Host.Service<Database>()
            .TransactAsync(
                Enumerable
                    .Range(0, 1001)
                    .Select(i =>
                        (
                            "insert into problems (site, agent, problem, code, severity, room, camera, station, since_ms, closed_ms, last_seq, text_en, text_zh, evidence) values ('other', 'a', @Id, 'c', 'notice', 'R1', null, null, @Ms, null, 1, 'x', 'x', null)",
                            (object?)new { Id = $"o{i}", Ms = now.ToUnixTimeMilliseconds() - i }
                        )
                    ),
                CancellationToken.None
            );
        try
        {
            foreach (var scopes in (string[])["demo/*", "demo/R1 demo/R7"])
            {
                var page = await EnterAsAsync($"sup-{scopes.Length}", Dashboard.Accounts.Role.Supervisor, "/problems", scopes: scopes);
                await Expect(page.Locator(".rz-data-row"))
                    .ToContainTextAsync([new System.Text.RegularExpressions.Regex("Station 3 is not in view")]);
            }
        }
        finally
        {
            await Host.Service<Database>()
                .ExecuteAsync("delete from problems where site = 'other' or problem = 'mine'", null, CancellationToken.None);
        }
    }
}

public sealed class ProblemPictureTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Problem_WithPicturesOfItsOnset_ShowsThePairSideBySideInWordsAndOnlyWhenItIsOpened()
    {
        await FloorAsync();
        await Host.Publisher.SendProblemAsync("plain", ProblemChange.Opened);
        await Host.Publisher.SendProblemAsync("pair-1", AgentApi.ProblemPicture(DemoFloor.Room, DemoFloor.Cameras[2], "pair-1"));
        await Host.Publisher.SendProblemAsync("forged", "/api/v1/rooms/R7/cameras/C1/problems/../../../ledger/key.pem");
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Any(p => p.Problem.Id == "forged"));
        var page = await EnterAsync(path: "/problems");
        var pair = page.Locator("details.pair[data-pair*='/problems/pair-1/']");
        await Expect(pair).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-pair*=forged], [data-pair*=ledger]")).ToHaveCountAsync(0);
        Assert.Equal(2, await page.Locator(".rz-data-row").CountAsync() - await page.Locator("details.pair").CountAsync());
        Assert.DoesNotContain(Host.Agent.Requests, r => r.Contains("/problems/pair-1/", StringComparison.Ordinal));

        // By keyboard, as somebody would who has no mouse.
        await pair.Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        var (reference, now) = (
            pair.GetByAltText("As commissioned, before this: Station 3 is not in view: something stands in front of the worktop."),
            pair.GetByAltText("At the onset: Station 3 is not in view: something stands in front of the worktop.")
        );
        await Expect(reference).ToBeVisibleAsync();
        await Expect(now).ToBeVisibleAsync();
        foreach (var picture in new[] { reference, now })
            await Expect(picture).ToHaveJSPropertyAsync("complete", true);
        foreach (var picture in new[] { reference, now })
            await Eventually.TrueAsync(async () => await picture.EvaluateAsync<int>("p => p.naturalWidth") > 100);
        var (left, right) = (await reference.BoundingBoxAsync(), await now.BoundingBoxAsync());
        Assert.True(
            left!.X + left.Width <= right!.X + 1 && Math.Abs(left.Y - right.Y) < 2 && left.Width > 200,
            $"{left.X} {left.Y} {left.Width} | {right.X} {right.Y} {right.Width}"
        );
        Assert.Contains(
            Host.Agent.Requests,
            r => r.StartsWith("/api/v1/rooms/R7/cameras/C3/problems/pair-1/now.jpg", StringComparison.Ordinal)
        );
        await page.AccessibleAsync();
        await ShootAsync(page, "problem-pair");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Problem_PicturesAreNoLongerKept_ASentenceStandsInTheirPlace()
    {
        await FloorAsync();
        await Host.Publisher.SendProblemAsync("gone-by", AgentApi.ProblemPicture(DemoFloor.Room, DemoFloor.Cameras[2], "gone-by"));
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Any(p => p.Problem.Id == "gone-by"));
        var page = await EnterAsync();
        var told = page.Locator("details.pair p[role=status]");
        await Eventually.TrueAsync(async () =>
        {
            await page.EvaluateAsync("() => document.querySelectorAll('details.pair').forEach(d => { d.open = true; })");
            return await told.CountAsync() == 1;
        });
        await Expect(told).ToContainTextAsync("the time for which it is kept is over");
        await Expect(page.Locator("img[src*='/problems/gone-by/']")).ToHaveCountAsync(0);
    }
}

public sealed class ProblemCatchUpTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Problem_EndedWhileNobodyListened_IsClosedByTheAgentsList()
    {
        await FloorAsync();
        await Host.Publisher.SendProblemAsync("gone", ProblemChange.Opened);
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Any(p => p.Problem.Id == "gone"));
        Host.Agent.Open =
        [
            new(
                "new",
                "camera-covered",
                Severity.Warning,
                new(DemoFloor.Room, DemoFloor.Cameras[0], null),
                Host.Clock.GetUtcNow(),
                new("Covered", "遮挡"),
                null
            ),
        ];
        await Host.StopAsync();
        await Host.StartAsync();
        await FloorAsync();
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Select(p => p.Problem.Id).SequenceEqual(["new"]));
        var kept = await Host.Service<IHistoryStore>().OpenAsync(CancellationToken.None);
        Assert.DoesNotContain(kept, p => p.Problem.Id == "gone");
    }
}
