using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Dashboard.Tests.Pages;

public sealed class EvaluationPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    [Fact]
    public async Task Pack_ThatTakesLongerThanAnAnswer_IsFollowedUntilItIsReady()
    {
        await FloorAsync();
        Host.Agent.Evaluation.MakesFor = 2;
        var page = await EnterAsAsync("eva-packs", Role.Evaluator, "/evaluation/samples/demo/agent-1/W-1");
        await page.Locator("details.pack-maker summary").ClickAsync();
        await Expect(page.Locator("[data-pack-size]")).ToContainTextAsync("12 clips of 1 samples or sessions: about 3.0 MiB. 2 of them");
        await page.Locator("details.pack-maker textarea").FillAsync("Renewal");
        await page.Locator("details.pack-maker button[type=submit]").ClickAsync();
        await Expect(page.Locator("[data-pack-making]")).ToBeVisibleAsync();
        await Expect(page.Locator("a[data-pack=PNEW]")).ToBeVisibleAsync(new() { Timeout = 10_000 });
        await Expect(page.Locator("[data-pack-making]")).ToHaveCountAsync(0);
        Assert.Equal(0, Host.Agent.Evaluation.MakesFor + 1);
        await Expect(page.Locator("[data-sheet=W-1]")).ToHaveAttributeAsync("href", "/sessions/demo/agent-1/W-1/record.pdf");
        await Expect(page.Locator("[data-report=zh]")).ToHaveAttributeAsync("href", "/evaluation/demo/agent-1/report/W-1.pdf?language=zh");
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Watch_KeysScrubberAndDraft_DoWhatTheySay()
    {
        await FloorAsync();
        // The stand-in has twelve seconds of footage.
        var from = Host.Agent.Schedule.Over.Start;
        var page = await EnterAsAsync("eva-watches", Role.Evaluator, $"/evaluation/watch/demo/agent-1/W-1?from={Text(from)}&to={Text(from.AddSeconds(20))}");
        var root = await page.Locator("section.watch").ElementHandleAsync();
        Task<T> Wall<T>(string what) => root!.EvaluateAsync<T>($"root => {{ const w = root.wall; return {what}; }}");
        await page.WaitForFunctionAsync("root => root.wall && root.wall.cells.every(c => c.parts.length > 0) && root.wall.cells.every(c => c.video.readyState >= 2)", root);
        await page.Locator("section.watch").FocusAsync();
        await page.Keyboard.PressAsync(" ");
        await page.WaitForFunctionAsync("root => root.wall.at > root.wall.from + 0.5", root);
        await page.Keyboard.PressAsync("k");
        Assert.False(await Wall<bool>("w.running"));
        var at = await Wall<double>("w.at - w.from");
        await page.Keyboard.PressAsync(".");
        Assert.Equal(at + 0.04, await Wall<double>("w.at - w.from"), 3);
        await page.Keyboard.PressAsync(",");
        await page.Keyboard.PressAsync("l");
        Assert.Equal(at + 10, await Wall<double>("w.at - w.from"), 3);
        await page.Keyboard.PressAsync("j");
        Assert.Equal(at, await Wall<double>("w.at - w.from"), 3);
        await page.Keyboard.PressAsync("n");
        Assert.True(await Wall<bool>("w.problems.some(p => Math.abs(p - w.at) < 0.001)"));
        foreach (var rate in new[] { "0.5", "8" })
        {
            await page.SelectOptionAsync("[data-act=rate]", rate);
            Assert.Equal(rate, await Wall<string>("String(w.rate)"));
        }

        // Pointed at, not gone to: the moment has a picture of its own.
        var before = await Wall<double>("w.at");
        await page.Locator("[data-act=scrub]").HoverAsync(new() { Position = new() { X = 200, Y = 6 } });
        await page.WaitForFunctionAsync("() => { const v = document.querySelector('.watch-preview:not([hidden]) video'); return v && v.readyState >= 2 && !v.seeking; }");
        Assert.Equal(before, await Wall<double>("w.at"));
        await page.Locator("textarea[name=note]").FillAsync("Two persons at one station.");
        await page.WaitForFunctionAsync("() => Object.values(localStorage).some(v => v.includes('Two persons at one station.'))");
        await page.ReloadAsync();
        await Expect(page.Locator("textarea[name=note]")).ToHaveValueAsync("Two persons at one station.");
        await page.Locator("details.clips summary").ClickAsync();
        await Expect(page.Locator("details.clips tr[data-clip] a").First).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("/media/demo/agent-1/rooms/R7/cameras/C[123]/segments/[0-9]+.mp4"));
        Assert.Empty(Complaints);
    }

    private static string Text(DateTimeOffset at) => Uri.EscapeDataString(Contracts.UtcJsonConverter.ToText(at));
}
