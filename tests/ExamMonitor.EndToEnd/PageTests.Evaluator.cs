using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Packs.Verification;
using ExamMonitor.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>What an evaluator does in the browser: draws, watches all cameras in step, finds, scores, carries a pack away.</summary>
public sealed partial class PageTests
{
    private const string InStep = "root => root.wall.cells.filter(c => c.mediaOf(root.wall.at) !== null).every(c => !c.video.seeking && c.video.readyState >= 2 && Math.abs(c.video.currentTime - c.mediaOf(root.wall.at)) <= 0.04)";

    // More than a minute, and a site of its own: -explicit only.
    [Fact(Explicit = true)]
    public async Task Evaluator_DrawsWatchesFindsScoresAndCarriesAway()
    {
        await Site.AllFineAsync(TimeSpan.FromSeconds(90));
        await Eventually.TrueAsync(async () => (await Site.TimelineAsync("C1", TimeSpan.FromMinutes(9))).Segments.Count > 2, TimeSpan.FromSeconds(60));
        await PlanSessionAsync();
        var context = await _browser!.NewContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1600, Height = 1000 }, AcceptDownloads = true });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        await LogInAsync(page);
        await DrawAsync(page);
        await WatchAsync(page);
        await FindAsync(page);
        await CarryAwayAsync(page);
        await ScoreAsync(page);
        await InChineseAsync(context, page);
    }

    /// <summary>A session that is just over: its last twenty seconds and more were recorded.</summary>
    private async Task PlanSessionAsync()
    {
        var segments = (await Site.TimelineAsync("C1", TimeSpan.FromMinutes(9))).Segments;
        var (from, to) = (segments[0].Start.AddSeconds(1), segments[2].End);
        var csv = string.Create(CultureInfo.InvariantCulture, $"id,batch,room,start,end,title\nEVAL-1,B1,R7,{from:yyyy-MM-ddTHH:mm:ssZ},{to:yyyy-MM-ddTHH:mm:ssZ},电工\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, Site.Link.ApiAddress + AgentApi.ImportSessions + "?file=s.csv") { Content = new StringContent(csv, Encoding.UTF8, "text/csv") };
        new ActingPerson("Wang").AddTo(request);
        using var answer = await Site.Api.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task DrawAsync(IPage page)
    {
        await page.GotoAsync(Site.DashboardAddress + "/evaluation");
        await Assertions.Expect(page.Locator("main[data-alive=True], main[data-alive=true], main[data-alive]")).ToBeVisibleAsync();
        await page.Locator("form.draw-form textarea[name=reason]").FillAsync("renewal 2026");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fix what is drawn from" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-opened]")).ToContainTextAsync("Everything is drawn");
        await page.Locator("input[name=number]").FillAsync("20261130");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("table.samples tr[data-unit='EVAL-1'] a.primary")).ToBeVisibleAsync();
        await PictureAsync(page, "evaluation-draw-en");
        await page.Locator("table.samples tr[data-unit='EVAL-1'] a.primary").ClickAsync();
    }

    private static async Task WatchAsync(IPage page)
    {
        var wall = page.Locator("section.watch");
        await Assertions.Expect(wall).ToBeVisibleAsync();
        var root = await wall.ElementHandleAsync();
        await page.WaitForFunctionAsync("root => root.wall && root.wall.cells.length > 1 && root.wall.cells.every(c => c.parts.length > 0)", root);
        await page.WaitForFunctionAsync(InStep, root);
        await page.Keyboard.PressAsync("k");
        await page.WaitForFunctionAsync("root => root.wall.at > root.wall.from + 2", root);
        await page.Keyboard.PressAsync("k");
        await page.WaitForFunctionAsync(InStep, root);
        var before = await root.EvaluateAsync<double>("root => root.wall.at");
        await page.Keyboard.PressAsync(".");
        await page.WaitForFunctionAsync(InStep, root);
        Assert.Equal(0.04, await root.EvaluateAsync<double>("root => root.wall.at") - before, 3);
        await page.Keyboard.PressAsync("l");
        Assert.InRange(await root.EvaluateAsync<double>("root => root.wall.at") - before, 9.9, 10.1);
        var seek = await root.EvaluateAsync<double>("""
            async root => {
              const began = performance.now();
              root.wall.seek(root.wall.from + 4);
              const still = () => root.wall.cells.every(c => !c.video.seeking && c.video.readyState >= 2 && Math.abs(c.video.currentTime - c.mediaOf(root.wall.at)) <= 0.04);
              do await new Promise(r => setTimeout(r, 10)); while (!still());
              return performance.now() - began;
            }
            """);
        TestContext.Current.SendDiagnosticMessage($"seek of all cameras: {seek:0} ms");
        await page.SelectOptionAsync("[data-act=rate]", "4");
        await wall.FocusAsync();
        await page.Keyboard.PressAsync("m");
        await Assertions.Expect(page.Locator("ul.moments li")).ToHaveCountAsync(1);
        await PictureAsync(page, "evaluation-watch-en");
    }

    private static async Task FindAsync(IPage page)
    {
        await page.Locator("input[name=verdict][value=Issue]").CheckAsync();
        await page.Locator("textarea[name=note]").FillAsync("Two persons at one station.");
        await page.Locator("ul.moments input").FillAsync("here");
        // The page is lost, the draft is not.
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("textarea[name=note]")).ToHaveValueAsync("Two persons at one station.");
        await Assertions.Expect(page.Locator("ul.moments input")).ToHaveValueAsync("here");
        await page.GetByRole(AriaRole.Button, new() { Name = "Record the finding" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-result=Done]").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("textarea[name=note]")).ToHaveValueAsync("");
    }

    private async Task CarryAwayAsync(IPage page)
    {
        await page.Locator("details.pack-maker summary").ClickAsync();
        await page.Locator("details.pack-maker textarea[name=reason]").FillAsync("renewal 2026");
        await page.Locator("details.pack-maker button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("a[data-pack]")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("a[data-pack]").ClickAsync());
        var path = Path.Combine(Site.Folder, "evidence.zip");
        await download.SaveAsAsync(path);
        var pem = await page.APIRequest.GetAsync($"{Site.DashboardAddress}/ledger/{Site.Link.Site}/{Site.Link.Agent}/key.pem");
        using var key = ECDsa.Create();
        key.ImportFromPem(await pem.TextAsync());
        var report = PackVerifier.Run(path, new(key), null, TestContext.Current.CancellationToken);
        Assert.True(report.Findings.Count == 0 && report.ProvedClips > 3, PackText.ForPeople(report));
    }

    private async Task ScoreAsync(IPage page)
    {
        await page.GotoAsync($"{Site.DashboardAddress}/evaluation/score/{Site.Link.Site}/{Site.Link.Agent}/EVAL-1");
        var row = page.Locator("tr[data-item='EVA-1']");
        await Assertions.Expect(row).ToBeVisibleAsync();
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
        await PictureAsync(page, "evaluation-score-en");
    }

    private async Task InChineseAsync(IBrowserContext context, IPage page)
    {
        await page.GotoAsync(Site.DashboardAddress + "/language/zh-Hans?back=/evaluation");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("评估");
        await page.Locator("table button").First.ClickAsync();
        await Assertions.Expect(page.Locator("table.samples tr[data-unit='EVAL-1']")).ToContainTextAsync("EVAL-1");
        await PictureAsync(page, "evaluation-draw-zh");
        await page.GotoAsync($"{Site.DashboardAddress}/evaluation/watch/{Site.Link.Site}/{Site.Link.Agent}/EVAL-1");
        var root = await page.Locator("section.watch").ElementHandleAsync();
        await page.WaitForFunctionAsync("root => root.wall && root.wall.cells.every(c => c.parts.length > 0)", root);
        await page.WaitForFunctionAsync(InStep, root);
        await Assertions.Expect(page.Locator("#finding-title")).ToHaveTextAsync("抽查结论");
        await PictureAsync(page, "evaluation-watch-zh");
        await page.GotoAsync($"{Site.DashboardAddress}/evaluation/score/{Site.Link.Site}/{Site.Link.Agent}/EVAL-1");
        await Assertions.Expect(page.Locator("tr[data-item='COV-2']")).ToContainTextAsync("电子监控设备覆盖每个工位及整个考核场地区域");
        await PictureAsync(page, "evaluation-score-zh");
        await context.CloseAsync();
    }
}
