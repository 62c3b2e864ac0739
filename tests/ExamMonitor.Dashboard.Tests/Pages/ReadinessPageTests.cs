using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class ReadinessPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    private static readonly string Topic = new Topics(DemoFloor.Site).RoomReadiness(DemoFloor.Room);

    [Fact]
    public async Task Readiness_ChangesLive_FromTwoThingsToDoToYesAndToUnknownWhenTheAgentGoes()
    {
        await FloorAsync();
        var page = await EnterAsAsync("tech", Role.Technician, "/readiness");
        var floor = await EnterAsAsync("tech", Role.Technician, "/");
        await Expect(page.Locator("[data-room=R7]")).ToHaveAttributeAsync("data-ready", "Unknown");
        await Expect(page.Locator("[data-room=R7]")).ToContainTextAsync("has not been checked yet");
        await Expect(floor.Locator(".ready-line")).ToHaveCountAsync(0);

        await Host.Publisher.SendAsync(Topic, DemoFloor.Ready(Host.Publisher.Now, Host.Publisher.NextSeq(), ready: false));
        await Expect(page.Locator("[data-room=R7]")).ToHaveAttributeAsync("data-ready", "No");
        await Expect(page.Locator("tr.is-no")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-check=stations-covered]")).ToContainTextAsync("Remove what stands in front of station 3.");
        await Expect(page.Locator("[data-check=audio]")).ToContainTextAsync("not measured");
        await Expect(page.Locator("[data-check=camera-clocks]")).ToContainTextAsync("(only informs)");
        await Expect(floor.Locator(".ready-line")).ToHaveTextAsync(new Regex("^Ready for [A-Z][a-z]+day [0-9]{2}:[0-9]{2}: no – 2 thing"));
        await page.AccessibleAsync();
        await ShootAsync(page, "readiness");
        await ShootAsync(floor, "floor-ready");

        await page.ClickAsync("button:has-text('Check now')");
        await Expect(page.Locator("[data-result=Done]")).ToHaveTextAsync("Checked just now.");
        Assert.Contains(Host.Agent.Acts, a => a.Path == "POST /api/v1/rooms/R7/readiness" && a.Person.Name == "tech");
        Assert.Contains(await RecordAsync(), e => e.Act == "readiness-check-done" && e.Who == "tech");

        await Host.Publisher.SendAsync(Topic, DemoFloor.Ready(Host.Publisher.Now, Host.Publisher.NextSeq(), ready: true));
        await Expect(page.Locator("[data-room=R7]")).ToHaveAttributeAsync("data-ready", "Yes");
        await Expect(floor.Locator(".ready-line")).ToHaveTextAsync(new Regex(": yes$"));

        await Host.Publisher.SendStateAsync(AgentConnection.Offline);
        await Expect(page.Locator("[data-room=R7]")).ToHaveAttributeAsync("data-ready", "Unknown");
        await Expect(page.Locator("[data-doubt=AgentSilent]")).ToContainTextAsync("cannot be heard now");
        await Expect(floor.Locator(".ready-line")).ToHaveTextAsync(new Regex("not known"));
        Assert.Empty(Complaints);
    }
}
