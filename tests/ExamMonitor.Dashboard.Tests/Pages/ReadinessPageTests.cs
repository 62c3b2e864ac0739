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
        await Expect(page.Locator("[data-check=plates]")).ToContainTextAsync("Number plates at their stations");
        await Expect(page.Locator("[data-check=plates]")).ToContainTextAsync("not seen: 4.");
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

    [Fact]
    public async Task Plates_SwappedInTheRoom_AreToldStationByStationAndReadAnewByTheButton()
    {
        await FloorAsync();
        var topic = new Topics(DemoFloor.Site).RoomPlates(DemoFloor.Room);
        var page = await EnterAsAsync("tech", Role.Technician, "/readiness");
        await Expect(page.Locator(".plates")).ToContainTextAsync("have not been read yet");

        await Host.Publisher.SendAsync(topic, DemoFloor.Plates(Host.Publisher.Now, Host.Publisher.NextSeq(), allSeen: false));
        await Expect(page.Locator(".plates")).ToHaveAttributeAsync("data-plates", "No");
        await Expect(page.Locator(".plates .verdict")).ToHaveTextAsync(new Regex("wrong station.*6 of 10 were read"));
        await Expect(page.Locator("tr[data-plate]").First).ToContainTextAsync("The plate of station 3 stands where the map says station 2");
        await Expect(page.Locator("[data-plate=S01]")).ToContainTextAsync("read in 5 of 5");
        await Expect(page.Locator("[data-plate=S01]")).ToContainTextAsync("North-west");
        await Expect(page.Locator("[data-plate=S05]")).ToHaveAttributeAsync("data-verdict", "NotMeasured");
        await Expect(page.Locator("[data-plate=S05] td").Nth(2)).ToBeEmptyAsync();
        await page.AccessibleAsync();
        await ShootAsync(page, "plates");

        await page.ClickAsync("button:has-text('Read the plates now')");
        await Expect(page.Locator(".plates [data-result=Done]")).ToContainTextAsync("The agent is reading the plates");
        var (button, notice) = (
            await page.Locator(".plates header").BoundingBoxAsync(),
            await page.Locator(".plates .notice").BoundingBoxAsync()
        );
        Assert.InRange(notice!.Y - button!.Y - button.Height, 8, 24);
        Assert.Contains(Host.Agent.Acts, a => a.Path == "POST /api/v1/rooms/R7/plates" && a.Person.Name == "tech");
        Assert.Contains(await RecordAsync(), e => e.Act == "plate-check-done" && e.Who == "tech");

        await Host.Publisher.SendAsync(topic, DemoFloor.Plates(Host.Publisher.Now, Host.Publisher.NextSeq(), allSeen: true));
        await Expect(page.Locator(".plates")).ToHaveAttributeAsync("data-plates", "Yes");

        // A retained word of the day before yesterday proves nothing of today.
        await Host.Publisher.SendAsync(topic, DemoFloor.Plates(Host.Publisher.Now.AddHours(-26), Host.Publisher.NextSeq(), allSeen: true));
        await Expect(page.Locator(".plates")).ToHaveAttributeAsync("data-plates", "Unknown");
        await Expect(page.Locator("[data-plates-doubt=Old]")).ToBeVisibleAsync();
        Assert.Empty(Complaints);
    }

    /// <summary>Two sites may each have a room R7: what came of an act at one says nothing of the other.</summary>
    [Fact]
    public async Task CheckNow_RoomOfTheSameIdAtAnotherSite_ShowsTheAnswerAtItsOwnRoomAlone()
    {
        await FloorAsync();
        var twin = SiteId.Of("twin");
        Host.Store.SetLink(
            new(
                "twin",
                Links.LinkCondition.Connected,
                Host.Clock.GetUtcNow(),
                new(twin, DemoFloor.Agent, Host.Agent.Address, FakeAgent.Token, "mqtt://127.0.0.1:1", null, null, null),
                null
            )
        );
        Assert.True(TopicAddress.TryParse(new Topics(twin).AgentManifest(DemoFloor.Agent), out var topic));
        Host.Store.Change(s =>
            Dashboard.State.FloorReducer.Apply(
                s,
                new(topic.Site.Text, topic, DemoFloor.Manifest(Host.Publisher.Now, 1), false),
                Host.Publisher.Now
            )
        );
        try
        {
            var page = await EnterAsAsync("tech", Role.Technician, "/readiness");
            await Expect(page.Locator("[data-room=R7]")).ToHaveCountAsync(2);
            await page.AccessibleAsync();
            await page.ClickAsync("button:has-text('Check now') >> nth=0");
            await Expect(page.Locator("[data-result=Done]")).ToHaveCountAsync(1);
            Assert.Empty(Complaints);
        }
        finally
        {
            Host.Store.Change(s => s with { Sites = s.Sites.Remove("twin") });
        }
    }
}
