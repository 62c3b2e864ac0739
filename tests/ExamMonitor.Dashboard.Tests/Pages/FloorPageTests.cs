using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

[assembly: AssemblyFixture(typeof(ExamMonitor.Dashboard.Tests.Fixtures.Browser))]

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class FloorPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Floor_RetainedWordsThenAChange_ShowsGreenThenRedWithoutReload()
    {
        await FloorAsync();
        var page = await EnterAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
        await ShootAsync(page, "floor-fine");
        var stamp = await page.EvaluateAsync<double>("() => performance.timeOrigin");

        await Host.Publisher.SendStationAsync(2, covered: DemoFloor.Occluded(Host.Clock.GetUtcNow()));
        await Host.Publisher.SendProblemAsync("p1", ProblemChange.Opened);

        await Expect(page.Locator(".plan .station[data-station=S03]")).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("is-no"));
        await Expect(page.Locator("[data-station-row=S03]")).ToContainTextAsync("Something stands in front");
        await Expect(page.Locator(".problem-list")).ToContainTextAsync("Station 3 is not in view");
        await Expect(page.Locator(".room .state")).ToHaveTextAsync("Not everything is in order");
        await page.Locator(".plan .station[data-station=S03]").ClickAsync();
        await Expect(page.Locator("[data-panel=S03]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-panel=S03] live-picture img")).ToBeVisibleAsync();
        await ShootAsync(page, "floor-occluded");
        Assert.Equal(stamp, await page.EvaluateAsync<double>("() => performance.timeOrigin"));
        Assert.Empty(Complaints);
    }
}
