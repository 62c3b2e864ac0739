using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Tests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>Footage that is not simply there: the evaluator reads what became of it wherever they meet the sample. The sentences
/// themselves, in both languages: StretchFootageTests.</summary>
public sealed class EvaluationFootageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    private const string Place = "demo/agent-1";

    [Theory]
    [InlineData("zh-CN", FootageState.NeverRecorded, "均未录到该时段", "0 %", "没有可打包的录像片段")]
    [InlineData(
        "en-GB",
        FootageState.Destroyed,
        "destroyed as the retention rules allow",
        "the destruction register lists it",
        "No clip of it is held"
    )]
    public async Task Footage_ThatIsNotHeld_IsExplainedInDrawWatchScoreAndPack(
        string locale,
        FootageState state,
        string said,
        string score,
        string pack
    )
    {
        var page = await OpenAsync(locale, state);
        Host.Agent.Evaluation.Clips = 0;
        await page.GotoAsync(Host.Address + "/evaluation");
        await AliveAsync(page);
        await page.Locator("section.card table button").First.ClickAsync();
        await Expect(page.Locator($"tr[data-unit=W-1] [data-footage={state}]")).ToContainTextAsync(said);

        await GoAsync(page, $"/evaluation/samples/{Place}/{FakeEvaluation.Draw}");
        await Expect(page.Locator($"tr[data-unit=W-1] [data-footage={state}]")).ToContainTextAsync(said);
        await page.Locator("details.pack-maker summary").ClickAsync();
        await Expect(page.Locator("[data-pack-nothing]")).ToContainTextAsync(pack);

        await GoAsync(page, $"/evaluation/watch/{Place}/W-1");
        await Expect(page.Locator($"p[data-footage={state}]")).ToContainTextAsync(said);
        await Expect(page.Locator("section.watch figure p:visible")).ToHaveCountAsync(3);
        if (state == FootageState.Destroyed)
            await Expect(page.Locator("ul.watch-problems"))
                .ToContainTextAsync(locale == "zh-CN" ? "已按保存规则销毁" : "destroyed under the retention rules");
        await page.AccessibleAsync();

        await GoAsync(page, $"/evaluation/score/{Place}/W-1");
        await Expect(page.Locator("tr[data-item='RET-6'] ul.parts")).ToContainTextAsync(score);
        Assert.Empty(Complaints.Where(c => !c.Contains("404", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Footage_OnTheArchiveTierAlone_IsSaidAndWaitedFor()
    {
        var page = await OpenAsync("zh-CN", null);
        Host.Agent.Away = true;
        Host.Agent.HoldSegments = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            var from = Uri.EscapeDataString(UtcJsonConverter.ToText(Host.Agent.Schedule.Over.Start));
            var to = Uri.EscapeDataString(UtcJsonConverter.ToText(Host.Agent.Schedule.Over.Start.AddSeconds(20)));
            await GoAsync(page, $"/evaluation/watch/{Place}/W-1?from={from}&to={to}");
            await Expect(page.Locator("p[data-footage=Held]")).ToContainTextAsync("仅存于归档存储");
            await Expect(page.Locator("figure[data-camera=C1] [data-waits]")).ToContainTextAsync("正在取回，随后显示画面");
            await Expect(page.Locator("figure[data-camera=C1] [data-waits]")).ToBeVisibleAsync();
            await Expect(page.Locator(".watch-lane rect.is-away").First).ToBeAttachedAsync();
            Host.Agent.HoldSegments.SetResult();
            await Expect(page.Locator("figure[data-camera=C1] [data-waits]")).ToBeHiddenAsync();

            await GoAsync(page, $"/evaluation/samples/{Place}/W-1");
            await Expect(page.Locator("tr[data-unit=W-1] [data-footage=Held]")).ToBeVisibleAsync();
            await page.Locator("details.pack-maker summary").ClickAsync();
            await Expect(page.Locator("[data-pack-size]")).ToContainTextAsync("将先取回");
            await GoAsync(page, $"/evaluation/score/{Place}/W-1");
            await Expect(page.Locator("tr[data-item='RET-6'] ul.parts")).ToContainTextAsync("仅存于归档存储，其证明不受影响");
        }
        finally
        {
            Host.Agent.Away = false;
            Host.Agent.HoldSegments = null;
        }
    }

    [Fact]
    public async Task Stretch_OfNoLengthOrPackThatIsRefused_SaysWhyInTheReadersLanguage()
    {
        var page = await OpenAsync("zh-CN", null);
        var at = Uri.EscapeDataString(UtcJsonConverter.ToText(Host.Agent.Schedule.Over.Start.AddMinutes(10)));
        await GoAsync(page, $"/evaluation/watch/{Place}/W-1?from={at}&to={at}");
        await Expect(page.Locator("[data-stretch-fault]")).ToContainTextAsync("长度为零");
        await page.Locator("main a.button").ClickAsync();
        await Expect(page.Locator("section.watch")).ToBeVisibleAsync();

        Host.Agent.Evaluation.Refuses = true;
        await page.Locator("details.pack-maker summary").ClickAsync();
        await page.Locator("details.pack-maker textarea").FillAsync("Renewal");
        await page.Locator("details.pack-maker button[type=submit]").ClickAsync();
        await Expect(page.Locator("details.pack-maker [data-result=Refused]")).ToContainTextAsync("账本目前无法签名");
    }

    [Fact]
    public async Task Stretch_ChosenByStationAndTimeOfDay_IsTheOneThatIsShown()
    {
        var page = await OpenAsync("en-GB", null);
        // As people read it on the plate.
        await GoAsync(page, $"/evaluation/watch/{Place}/W-1?station=4");
        await Expect(page.Locator(".watch-lane svg[aria-label='Station S04']")).ToHaveCountAsync(1);
        await page.SelectOptionAsync("select[name=station]", new SelectOptionValue { Label = "3" });
        await page.FillAsync("input[name=from]", "9:30");
        await page.FillAsync("input[name=to]", "10:15:30");
        await page.ClickAsync("form.stretch button");
        await AliveAsync(page);
        await Expect(page.Locator(".page-head p")).ToContainTextAsync("09:30:00 – ");
        await Expect(page.Locator(".page-head p")).ToContainTextAsync("10:15:30");
        await Expect(page.Locator(".watch-lane svg[aria-label='Station S03']")).ToHaveCountAsync(1);
        await Expect(page.Locator(".watch-lane svg[aria-label^=Station]")).ToHaveCountAsync(1);
        await Expect(page.Locator("select[name=station]")).ToHaveValueAsync("S03");
    }

    private async Task<IPage> OpenAsync(string locale, FootageState? state)
    {
        await FloorAsync();
        (Host.Agent.Schedule.Footage, Host.Agent.Evaluation.HasDraw, Host.Agent.Evaluation.Clips, Host.Agent.Evaluation.Refuses) = (
            state,
            true,
            12,
            false
        );
        return await EnterAsAsync("eva-footage", Role.Evaluator, "/evaluation", locale: locale);
    }

    private async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(Host.Address + path);
        await AliveAsync(page);
    }
}
