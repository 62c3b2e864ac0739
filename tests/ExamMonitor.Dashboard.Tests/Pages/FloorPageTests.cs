using System.Text.RegularExpressions;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using static Microsoft.Playwright.Assertions;

[assembly: AssemblyFixture(typeof(ExamMonitor.Dashboard.Tests.Fixtures.Browser))]
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class FloorPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Floor_RetainedWordsThenAChange_ShowsGreenThenRedWithoutReload()
    {
        await FloorAsync();
        var page = await EnterAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
        await page.Locator(".cameras").ScrollIntoViewIfNeededAsync();
        await Expect(page.Locator(".cameras live-picture img:not([hidden])")).ToHaveCountAsync(3);
        await ShootAsync(page, "floor-fine");
        var stamp = await page.EvaluateAsync<double>("() => performance.timeOrigin");

        await Host.Publisher.SendStationAsync(2, covered: DemoFloor.Occluded(Host.Clock.GetUtcNow()));
        await Host.Publisher.SendProblemAsync("p1", ProblemChange.Opened);

        await Expect(page.Locator(".plan .station[data-station=S03]")).ToHaveClassAsync(new Regex("is-no"));
        await Expect(page.Locator("[data-station-row=S03]")).ToContainTextAsync("Something stands in front");
        await Expect(page.Locator(".problem-list")).ToContainTextAsync("Station 3 is not in view");
        await Expect(page.Locator(".room .state")).ToHaveTextAsync("Not everything is in order");
        await Expect(page.Locator("[aria-live=polite]")).ToContainTextAsync("Station 3: not in view");
        await page.Locator(".plan .station[data-station=S03]").ClickAsync();
        await Expect(page.Locator("[data-panel=S03] live-picture img")).ToBeVisibleAsync();
        await ShootAsync(page, "floor-occluded");

        await Host.Publisher.SendProblemAsync("p1", ProblemChange.Closed);
        await Host.Publisher.SendStationAsync(2);
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
        await Expect(page.Locator(".problem-list")).ToHaveCountAsync(0);
        Assert.Equal(stamp, await page.EvaluateAsync<double>("() => performance.timeOrigin"));
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Floor_NothingHeardForHalfAMinute_EverythingTurnsUnknown()
    {
        await FloorAsync();
        var page = await EnterAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);

        Host.Clock.Shift(TimeSpan.FromSeconds(31));

        await Expect(page.Locator(".plan .station.is-unknown")).ToHaveCountAsync(10);
        await Expect(page.Locator("[data-silence=NothingHeard]")).ToBeVisibleAsync();
        await Expect(page.Locator(".camera-card.is-unknown")).ToHaveCountAsync(3);
        await Expect(page.Locator(".room:is(.is-yes), .plan .is-yes, .stations .is-yes, .counts .is-yes, .cameras .is-yes"))
            .ToHaveCountAsync(0);
        await ShootAsync(page, "floor-unknown");

        await Host.Publisher.BeatAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
    }

    [Fact]
    public async Task Floor_LastWillOfTheAgent_EverythingTurnsUnknownAtOnce()
    {
        await FloorAsync();
        var page = await EnterAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);

        await Host.Publisher.SendStateAsync(AgentConnection.Offline);

        await Expect(page.Locator("[data-silence=AgentOffline]")).ToBeVisibleAsync();
        await Expect(page.Locator(".room:is(.is-yes), .plan .is-yes, .stations .is-yes, .counts .is-yes, .cameras .is-yes"))
            .ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Floor_BrokerGoes_EverythingTurnsUnknownAndComesBack()
    {
        await FloorAsync();
        var page = await EnterAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);

        await Host.Broker.KillAsync();
        try
        {
            await Expect(page.Locator("[data-silence=BrokerGone]")).ToBeVisibleAsync();
            await Expect(page.Locator(".room:is(.is-yes), .plan .is-yes, .stations .is-yes, .counts .is-yes, .cameras .is-yes"))
                .ToHaveCountAsync(0);
        }
        finally
        {
            await Host.Broker.StartAgainAsync();
        }

        await Eventually.TrueAsync(() => Host.Publisher.Connected);
        await FloorAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
    }

    [Fact]
    public async Task Floor_ByKeyboardAlone_OpensAStationAndClosesIt()
    {
        await FloorAsync();
        var page = await EnterAsync();
        await Expect(page.Locator(".plan .station.is-yes")).ToHaveCountAsync(10);
        for (var i = 0; i < 30 && await page.EvaluateAsync<string>("() => document.activeElement.className") != "skip"; i++)
            await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.Locator(".skip")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        for (var i = 0; i < 30 && await page.EvaluateAsync<string?>("() => document.activeElement.dataset.station ?? null") != "S04"; i++)
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-panel=S04]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync(" ");
        await Expect(page.Locator("[data-panel=S04]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Floor_InChineseAndNarrow_SaysTheSame()
    {
        await FloorAsync();
        await Host.Publisher.SendStationAsync(6, covered: DemoFloor.Occluded(Host.Clock.GetUtcNow()));
        var page = await EnterAsync(locale: "zh-CN", width: 390, height: 844);
        await Expect(page.Locator("[data-station-row=S07]")).ToContainTextAsync("工位台面被遮挡");
        Assert.Equal("zh-Hans", await page.EvaluateAsync<string>("() => document.documentElement.lang"));
        Assert.True(
            await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"),
            "the page is wider than the screen"
        );
        await ShootAsync(page, "floor-zh-narrow");

        // A change of the floor is told on a thread that speaks the machine's language: the page keeps its own.
        await Host.Publisher.SendStationAsync(5, covered: DemoFloor.Occluded(Host.Clock.GetUtcNow()));
        await Expect(page.Locator("[data-station-row=S06]")).ToContainTextAsync("工位台面被遮挡");
        await page.ClickAsync("text=English");
        await Expect(page.Locator("[data-station-row=S07]")).ToContainTextAsync("Something stands in front");
        await page.ReloadAsync();
        await Expect(page.Locator(".room .state")).ToHaveTextAsync("Not everything is in order");
        await Host.Publisher.SendStationAsync(6);
    }

    [Fact]
    public async Task Floor_DarkColours_Draws()
    {
        await FloorAsync();
        await Host.Publisher.SendStationAsync(
            1,
            lit: new(false, Host.Clock.GetUtcNow(), "dark", new("Too dark to record.", "照明不足，无法录像。"))
        );
        await Host.Publisher.SendStationAsync(
            4,
            covered: new(null, Host.Clock.GetUtcNow(), "camera-covered", new("The camera is covered.", "摄像头被遮挡。"))
        );
        var page = await EnterAsync(scheme: "dark", locale: "zh-CN");
        await Expect(page.Locator(".plan .station[data-station=S02]")).ToHaveClassAsync(new Regex("is-no"));
        await Expect(page.Locator(".plan .station[data-station=S05]")).ToHaveClassAsync(new Regex("is-unknown"));
        await ShootAsync(page, "floor-dark-zh");
        await Host.Publisher.BeatAsync();
        Assert.Empty(Complaints);
    }

    /// <summary>320 px is what WCAG 2.2 (1.4.10) asks for: 1280 px at 400 %.</summary>
    [Fact]
    public async Task Pages_OnTheNarrowestTelephone_AreNotWiderThanIt()
    {
        await FloorAsync();
        var page = await EnterAsync(width: 320, height: 700);
        foreach (var path in (string[])["/", "/sessions/import", "/cameras/demo/R7/C2"])
        {
            await page.GotoAsync(Host.Address + path);
            await AliveAsync(page);
            if (path.Contains("cameras", StringComparison.Ordinal))
                await Expect(page.Locator(".timeline .held")).ToHaveCountAsync(3);
            Assert.Equal((path, 320), (path, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")));
            await ShootAsync(page, "narrow" + path.Replace('/', '-'));
        }
    }

    [Fact]
    public async Task Problems_InTheDark_StandOnTheDarkPage()
    {
        await FloorAsync();
        await Host.Publisher.SendProblemAsync("dark", ProblemChange.Opened);
        await Eventually.TrueAsync(() => Host.Store.Reading.Sites[0].Problems.Any(p => p.Problem.Id == "dark"));
        var page = await EnterAsync(path: "/problems", scheme: "dark");
        await Expect(page.Locator(".rz-data-row").First).ToBeVisibleAsync();
        Assert.Equal(
            "rgb(26, 35, 44)",
            await page.EvaluateAsync<string>(
                "() => { for (let e = document.querySelector('.rz-data-row td'); e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c !== 'rgba(0, 0, 0, 0)') return c; } return ''; }"
            )
        );
        Assert.Equal(
            "rgb(233, 238, 243)",
            await page.Locator(".rz-data-row .rz-cell-data").First.EvaluateAsync<string>("e => getComputedStyle(e).color")
        );
        await ShootAsync(page, "problems-dark");
        await Host.Publisher.SendProblemAsync("dark", ProblemChange.Closed);
    }
}
