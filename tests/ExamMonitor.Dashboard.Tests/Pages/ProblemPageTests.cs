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
}

public sealed class ProblemCatchUpTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Problem_EndedWhileNobodyListened_IsClosedByTheAgentsList()
    {
        await FloorAsync();
        await Host.Publisher.SendProblemAsync("gone", ProblemChange.Opened);
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Any(p => p.Problem.Id == "gone"));
        Host.Agent.Open = [new("new", "camera-covered", Severity.Warning, new(DemoFloor.Room, DemoFloor.Cameras[0], null), Host.Clock.GetUtcNow(), new("Covered", "遮挡"), null)];
        await Host.StopAsync();
        await Host.StartAsync();
        await FloorAsync();
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Select(p => p.Problem.Id).SequenceEqual(["new"]));
        var kept = await Host.Service<IHistoryStore>().OpenAsync(CancellationToken.None);
        Assert.DoesNotContain(kept, p => p.Problem.Id == "gone");
    }
}
