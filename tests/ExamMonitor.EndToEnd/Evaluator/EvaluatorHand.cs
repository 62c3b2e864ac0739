using System.Security.Cryptography;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.Packs.Verification;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd.Evaluator;

/// <summary>What an evaluator does in a browser, step by step, with what each step must show.</summary>
/// <param name="site">The site.</param>
/// <param name="page">A page whose account may evaluate.</param>
/// <param name="session">Session that is drawn.</param>
internal sealed class EvaluatorHand(ExamSite site, IPage page, string session)
{
    /// <summary>Whether every camera that the browser can play shows the moment of the clock, to a frame.</summary>
    public const string InStep = """
        root => root.wall.cells.filter(c => c.mediaOf(root.wall.at) !== null && !c.failed)
          .every(c => !c.video.seeking && c.video.readyState >= 2 && Math.abs(c.video.currentTime - c.mediaOf(root.wall.at)) <= 0.04)
        """;

    private string Place => $"{site.Link.Site}/{site.Link.Agent}";

    private ILocator Sample => page.Locator($"table.samples tr[data-unit='{session}'] a.primary");

    public async Task DrawAsync()
    {
        await GoAsync("/evaluation");
        await page.Locator("form.draw-form textarea[name=reason]").FillAsync("renewal 2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fix what is drawn from" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-opened]")).ToContainTextAsync("Everything is drawn");
        await page.Locator("input[name=number]").FillAsync("20261130");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw", Exact = true }).ClickAsync();
        await Assertions.Expect(Sample).ToBeVisibleAsync();
    }

    /// <summary>Opens the sample, plays, steps, seeks and marks a moment.</summary>
    public async Task WatchAsync()
    {
        await Sample.ClickAsync();
        var wall = page.Locator("section.watch");
        await Assertions.Expect(wall).ToBeVisibleAsync();
        var root = await wall.ElementHandleAsync();
        await page.WaitForFunctionAsync(
            "root => root.wall && root.wall.cells.length > 1 && root.wall.cells.every(c => c.parts.length > 0)",
            root
        );
        await page.WaitForFunctionAsync(InStep, root);
        await page.Keyboard.PressAsync("k");
        await page.WaitForFunctionAsync("root => root.wall.at > root.wall.from + 1", root);
        await page.Keyboard.PressAsync("k");
        await page.WaitForFunctionAsync(InStep, root);
        var before = await root.EvaluateAsync<double>("root => root.wall.at");
        await page.Keyboard.PressAsync(".");
        await page.WaitForFunctionAsync(InStep, root);
        Assert.Equal(0.04, await root.EvaluateAsync<double>("root => root.wall.at") - before, 3);
        await page.Keyboard.PressAsync("l");
        Assert.InRange(await root.EvaluateAsync<double>("root => root.wall.at") - before, 9.9, 10.1);
        await page.WaitForFunctionAsync(InStep, root);
        await wall.FocusAsync();
        await page.Keyboard.PressAsync("m");
        await Assertions.Expect(page.Locator("ul.moments li")).ToHaveCountAsync(1);
    }

    /// <summary>Writes a finding, loses the page, and records what the draft has kept.</summary>
    public async Task FindAsync()
    {
        await page.Locator("input[name=verdict][value=Issue]").CheckAsync();
        await page.Locator("textarea[name=note]").FillAsync("Two persons at one station.");
        await page.Locator("ul.moments input").FillAsync("here");
        // The draft comes to the browser's store by way of the server: the last letters take a moment.
        await page.WaitForFunctionAsync("() => Object.values(localStorage).some(v => v.includes('here'))");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("textarea[name=note]")).ToHaveValueAsync("Two persons at one station.");
        await Assertions.Expect(page.Locator("ul.moments input")).ToHaveValueAsync("here");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the finding" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-result=Done]").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("textarea[name=note]")).ToHaveValueAsync("");
    }

    /// <summary>Gives marks; one that takes points off needs its reason first.</summary>
    public async Task ScoreAsync(string evaluation)
    {
        await GoAsync($"/evaluation/score/{Place}/{evaluation}");
        await Assertions.Expect(page.Locator("tr[data-item='EVA-1']")).ToBeVisibleAsync();
        await page.Locator("input[name='mark-COV-2']").FillAsync("2");
        await page.Locator("input[name='mark-COV-2']").BlurAsync();
        await page.Locator("input[name='mark-EVA-1']").FillAsync("3");
        await page.Locator("input[name='mark-EVA-1']").BlurAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the marks" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "say why" })).ToBeVisibleAsync();
        await page.Locator("textarea[name='reason-EVA-1']").FillAsync("一处扣 1 分");
        await page.Locator("textarea[name='reason-EVA-1']").BlurAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the marks" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-result=Done]")).ToBeVisibleAsync();
    }

    /// <summary>Makes the pack of the evaluation, takes it and the public key away, and has the verifier read it.</summary>
    /// <returns>Path of the pack; the key lies beside it as <c>agent.pem</c>.</returns>
    public async Task<string> CarryAwayAsync(string evaluation)
    {
        await GoAsync($"/evaluation/samples/{Place}/{evaluation}");
        await page.Locator("details.pack-maker summary").ClickAsync();
        await page.Locator("details.pack-maker textarea[name=reason]").FillAsync("renewal 2026");
        await page.Locator("details.pack-maker button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("a[data-pack]")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[data-pack]").ClickAsync());
        var folder = Directory.CreateDirectory(Path.Combine(site.Folder, "carried")).FullName;
        var path = Path.Combine(folder, "evidence.zip");
        await download.SaveAsAsync(path);
        var pem = await (await page.APIRequest.GetAsync($"{site.DashboardAddress}/ledger/{Place}/key.pem")).TextAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "agent.pem"), pem);
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        var report = PackVerifier.Run(path, new(key), null, TestContext.Current.CancellationToken);
        Assert.True(report.Findings.Count == 0 && report.ProvedClips > 3, PackText.ForPeople(report));
        return path;
    }

    private async Task GoAsync(string path)
    {
        await page.GotoAsync(site.DashboardAddress + path);
        await page.WaitForSelectorAsync("main[data-alive]", new() { State = WaitForSelectorState.Attached });
    }
}
