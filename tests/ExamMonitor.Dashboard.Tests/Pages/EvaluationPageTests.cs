using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Features.Evaluation;
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
        var page = await EnterAsAsync(
            "eva-watches",
            Role.Evaluator,
            $"/evaluation/watch/demo/agent-1/W-1?from={Text(from)}&to={Text(from.AddSeconds(20))}"
        );
        var root = await page.Locator("section.watch").ElementHandleAsync();
        Task<T> Wall<T>(string what) => root!.EvaluateAsync<T>($"root => {{ const w = root.wall; return {what}; }}");
        await page.WaitForFunctionAsync(
            "root => root.wall && root.wall.cells.every(c => c.parts.length > 0) && root.wall.cells.every(c => c.video.readyState >= 2)",
            root
        );
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

        // The plan shows the moment of the clock: in the second half something stands before station 3.
        await Wall<object?>("w.seek(w.from + 2)");
        await page.WaitForFunctionAsync("() => document.querySelector('.watch-plan [data-station=S03]').dataset.mark === 'yes'");
        await Wall<object?>("w.seek(w.from + 10.5)");
        await page.WaitForFunctionAsync("() => document.querySelector('.watch-plan [data-station=S03].is-no') !== null");

        // Pointed at, not gone to: the moment has a picture of its own.
        var before = await Wall<double>("w.at");
        await page.Locator("[data-act=scrub]")
            .HoverAsync(
                new()
                {
                    Position = new() { X = 200, Y = 6 },
                }
            );
        await page.WaitForFunctionAsync(
            "() => { const v = document.querySelector('.watch-preview:not([hidden]) video'); return v && v.readyState >= 2 && !v.seeking; }"
        );
        Assert.Equal(before, await Wall<double>("w.at"));
        await page.Locator("textarea[name=note]").FillAsync("Two persons at one station.");
        await page.WaitForFunctionAsync("() => Object.values(localStorage).some(v => v.includes('Two persons at one station.'))");
        await page.ReloadAsync();
        await Expect(page.Locator("textarea[name=note]")).ToHaveValueAsync("Two persons at one station.");
        // What evaluators write is words, for everybody who reads it.
        const string Script = "<img src=x onerror=window.hacked=1>";
        await page.Locator("input[name=verdict][value=Issue]").CheckAsync();
        await page.Locator("textarea[name=note]").FillAsync(Script);
        await page.Locator("input[name=tags]").FillAsync(Script);
        await page.ClickAsync("form.finding button[type=submit]");
        await Expect(page.Locator("p.help").Filter(new() { HasText = Script })).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => window.hacked === undefined"));
        await page.Locator("details.clips summary").ClickAsync();
        await Expect(page.Locator("details.clips tr[data-clip] a").First)
            .ToHaveAttributeAsync(
                "href",
                new System.Text.RegularExpressions.Regex("/media/demo/agent-1/rooms/R7/cameras/C[123]/segments/[0-9]+.mp4")
            );
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Scores_OfALostPage_AreThereAgainForTheSamePersonAndRoleUntilRecorded()
    {
        await FloorAsync();
        const string Path = "/evaluation/score/demo/agent-1/W-1";
        var page = await EnterAsAsync("eva-scores", Role.Evaluator, Path);
        await page.Locator("input[name='mark-COV-2']").FillAsync("1.5");
        await page.Locator("input[name='mark-COV-2']").BlurAsync();
        // A reason that was not left yet, and an opinion.
        await page.Locator("textarea[name='reason-COV-2']").PressSequentiallyAsync("一处看不清");
        await page.Locator("textarea[name=opinion]").PressSequentiallyAsync("Mend camera C2.");
        await page.WaitForFunctionAsync(
            "() => Object.values(localStorage).some(v => v.includes('Mend camera C2.') && JSON.parse(v).marks.some(m => m.reason === '一处看不清'))"
        );
        await page.ReloadAsync();
        await Expect(page.Locator("input[name='mark-COV-2']")).ToHaveValueAsync("1.5");
        await Expect(page.Locator("textarea[name='reason-COV-2']")).ToHaveValueAsync("一处看不清");
        await Expect(page.Locator("textarea[name=opinion]")).ToHaveValueAsync("Mend camera C2.");
        // Another role of the same person is another draft.
        await page.SelectOptionAsync("select[name=role]", "Self");
        await Expect(page.Locator("input[name='mark-COV-2']")).ToHaveValueAsync("");
        await page.SelectOptionAsync("select[name=role]", "Expert");
        await Expect(page.Locator("input[name='mark-COV-2']")).ToHaveValueAsync("1.5");
        await page.ClickAsync("form.stack button[type=submit]");
        await Expect(page.Locator("[data-result=Done]")).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => Object.keys(localStorage).every(k => !k.endsWith('/Expert'))");
        Assert.Empty(Complaints);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    [InlineData("""{"marks":null,"opinion":null}""")]
    [InlineData(
        """{"marks":[null,{"item":"COV-2","points":99,"reason":""},{"item":"NONE","points":1,"reason":""},{"item":"COV-2","points":1,"reason":null}],"opinion":""}"""
    )]
    public void ScoreDraft_OfWhatIsNone_IsEmpty(string? kept) =>
        Assert.Empty(ScoreDraft.Of(kept, Contracts.Evaluation.ScoreSheets.All[0]).Marks);

    private static string Text(DateTimeOffset at) => Uri.EscapeDataString(Contracts.UtcJsonConverter.ToText(at));
}
