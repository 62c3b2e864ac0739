using System.Globalization;
using System.Text.RegularExpressions;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>What all pages share: the navigation, and how days are written.</summary>
public sealed partial class LayoutPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Theory]
    [InlineData("en-GB", 1280)]
    [InlineData("en-GB", 1920)]
    public async Task Navigation_OfAnAdministrator_IsOneLine(string locale, int width)
    {
        var page = await EnterAsync(locale, width);
        var tops = await page.EvaluateAsync<double[]>(
            "[...document.querySelectorAll('.top nav a, .top .self > *, .top .brand')].map(e => e.getBoundingClientRect()).map(b => (b.top + b.bottom) / 2)"
        );
        Assert.True(tops.Length > 12 && tops.Max() - tops.Min() < 8, string.Join(' ', tops));
    }

    [Fact]
    public async Task Navigation_OnATablet_StandsBelowTheProductInOneLine()
    {
        var page = await EnterAsync("en-GB", 1024, 768);
        var links = await page.EvaluateAsync<double[]>(
            "[...document.querySelectorAll('.top nav a')].map(e => e.getBoundingClientRect().top)"
        );
        Assert.Single(links.Distinct());
        Assert.True(
            await page.EvaluateAsync<bool>(
                "document.querySelector('.top nav').getBoundingClientRect().top >= document.querySelector('.self').getBoundingClientRect().bottom - 1"
            )
        );
    }

    [Theory]
    [InlineData("2026-03-02", "Mon 2 Mar 2026", "2026年3月2日 周一")]
    [InlineData("2026-11-29", "Sun 29 Nov 2026", "2026年11月29日 周日")]
    public void DayText_InBothLanguages_NamesTheMonthAndTheDay(string day, string en, string zh)
    {
        var at = DateOnly.Parse(day, CultureInfo.InvariantCulture);
        Assert.Equal((en, zh), (SiteClock.DayText(at, new("en")), SiteClock.DayText(at, new("zh-Hans"))));
    }

    [Fact]
    public async Task Days_OnEveryPage_CanBeReadInOneWayAlone()
    {
        await FloorAsync();
        var page = await EnterAsync("en-US");
        foreach (
            var path in new[]
            {
                "/evaluation",
                "/sessions",
                "/problems",
                "/retention/register",
                "/evaluation/watch/demo/agent-1/W-1",
                "/cameras/demo/R7/C1",
            }
        )
        {
            await page.GotoAsync(Host.Address + path);
            await AliveAsync(page);
            Assert.DoesNotMatch(MonthFirst(), await page.Locator("main").InnerTextAsync());
        }

        await page.GotoAsync(Host.Address + "/evaluation");
        await AliveAsync(page);
        await page.Locator("input[name=from]").FillAsync("2026-03-02");
        await page.Locator("input[name=from]").BlurAsync();
        await Expect(page.Locator("input[name=from] + .day")).ToHaveTextAsync("Mon 2 Mar 2026");
        await page.GotoAsync(Host.Address + "/evaluation/watch/demo/agent-1/W-1");
        await Expect(page.Locator(".watch-bar output")).ToHaveTextAsync(new Regex(@"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d$"));
    }

    [GeneratedRegex("[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MonthFirst();
}
