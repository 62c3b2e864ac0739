using ExamMonitor.Dashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>A dashboard of its own that no agent was ever linked to.</summary>
public sealed class UnlinkedFloorTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Floor_LinkFileMissing_SaysWhatIsWaitedFor()
    {
        var page = await EnterAsync();
        await Expect(page.Locator(".notice.bad")).ToContainTextAsync("Waiting for the agent's link file");
        await Expect(page.Locator(".plan .is-yes")).ToHaveCountAsync(0);
    }
}
