using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.EndToEnd.Evaluator;
using ExamMonitor.Packs.Verification;
using ExamMonitor.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>Pictures of every step of an evaluator, on a floor that lives.</summary>
public sealed partial class PageTests
{
    private const string Session = "EVAL-2";

    // Pictures for docs/evaluator.md in both languages, ten seconds after each page has come: -explicit only.
    [Fact(Explicit = true)]
    public async Task Evaluator_EveryStep_IsPicturedInBothLanguages()
    {
        await Site.AllFineAsync(TimeSpan.FromSeconds(90));
        await Eventually.TrueAsync(
            async () => (await Site.TimelineAsync("C1", TimeSpan.FromMinutes(9))).Segments.Count > 2,
            TimeSpan.FromSeconds(60)
        );
        await PlanSessionAsync();
        var (context, page) = await EnterAsync();
        var hand = new EvaluatorHand(Site, page, Session);
        await hand.DrawAsync();
        await KeepAsync(page, "draw-en");
        var draw = (await page.Locator("[data-draw]").GetAttributeAsync("data-draw"))!;
        await hand.WatchAsync();
        var box = (await page.Locator("[data-act=scrub]").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.6f), box.Y + (box.Height / 2));
        await page.WaitForFunctionAsync(
            "() => { const v = document.querySelector('.watch-preview video'); return v && v.readyState >= 2 && !v.seeking; }"
        );
        await KeepAsync(page, "watch-en");
        await hand.FindAsync();
        await CopyAsync(page);
        await KeepAsync(page, "copy-en");
        await hand.ScoreAsync(draw);
        await KeepAsync(page, "score-en");
        await PrintAsync(page);
        await hand.CarryAwayAsync(draw);
        await page.GotoAsync($"{Site.DashboardAddress}/evaluation/samples/{Site.Link.Site}/{Site.Link.Agent}/{draw}");
        await ShareAsync(page);
        await KeepAsync(page, "carry-en");
        await ReportsAsync(page);
        foreach (
            var (path, name) in new[]
            {
                ("/evaluation", "draw-zh"),
                ($"/evaluation/watch/{Site.Link.Site}/{Site.Link.Agent}/{Session}", "watch-zh"),
                ($"/evaluation/score/{Site.Link.Site}/{Site.Link.Agent}/{draw}", "score-zh"),
                ($"/evaluation/samples/{Site.Link.Site}/{Site.Link.Agent}/{draw}", "carry-zh"),
            }
        )
        {
            await page.GotoAsync($"{Site.DashboardAddress}/language/zh-Hans?back={path}");
            await page.WaitForSelectorAsync("main[data-alive]", new() { State = WaitForSelectorState.Attached });
            if (path == "/evaluation")
                await page.Locator("table button").First.ClickAsync();
            if (name == "carry-zh")
                await page.Locator("details.pack-maker summary").ClickAsync();
            await KeepAsync(page, name);
        }

        await context.CloseAsync();
    }

    private async Task<(IBrowserContext Context, IPage Page)> EnterAsync()
    {
        var context = await _browser!.NewContextAsync(
            new()
            {
                Locale = "en-GB",
                ViewportSize = new() { Width = 1360, Height = 900 },
                AcceptDownloads = true,
            }
        );
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        await LogInAsync(page);
        return (context, page);
    }

    /// <summary>A picture ten seconds after the page came: what is still empty then is empty for its reader.</summary>
    private static async Task KeepAsync(IPage page, string name)
    {
        await page.WaitForTimeoutAsync(10_000);
        // The small picture under the pointer goes when the whole page is drawn.
        await page.ScreenshotAsync(
            new()
            {
                Path = Repository.PathOf("artifacts", "screenshots", $"evaluator-{name}.jpg"),
                FullPage = name != "watch-en",
                Type = ScreenshotType.Jpeg,
                Quality = 72,
            }
        );
    }

    /// <summary>A region is drawn on the first picture, and the copy comes with its mark.</summary>
    private async Task CopyAsync(IPage page)
    {
        await page.Locator("details.redact summary").ClickAsync();
        await page.Locator("[data-redact]").ClickAsync();
        await page.Locator("section.watch").EvaluateAsync("root => { root.wall.seek(root.wall.from + 3); root.scrollIntoView(); }");
        await page.WaitForFunctionAsync(EvaluatorHand.InStep, await page.Locator("section.watch").ElementHandleAsync());
        var box = (await page.Locator("section.watch figure").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.3f), box.Y + (box.Height * 0.4f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + (box.Height * 0.7f), new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator("[data-region]")).ToHaveCountAsync(1);
        await page.Locator("details.redact textarea").FillAsync("for the hearing");
        await page.Locator("details.redact button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-copy] a").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("[data-copy] a").First.ClickAsync());
        Assert.StartsWith("COPY_", download.SuggestedFilename, StringComparison.Ordinal);
        await download.SaveAsAsync(Path.Combine(Site.Folder, "copy.mp4"));
        Assert.Equal(
            PackFindingKind.RedactedCopy,
            Assert
                .Single(
                    PackVerifier.Run(Path.Combine(Site.Folder, "copy.mp4"), new(), null, TestContext.Current.CancellationToken).Findings
                )
                .Kind
        );
    }

    /// <summary>What the printer gets is the form, word by word, with the marks.</summary>
    private async Task PrintAsync(IPage page)
    {
        var path = Path.Combine(Site.Folder, "form.pdf");
        await page.PdfAsync(
            new()
            {
                Path = path,
                Format = "A4",
                PrintBackground = true,
            }
        );
        using var poppler = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("pdftotext", [path, "-"]) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var text = string.Concat((await poppler.StandardOutput.ReadToEndAsync()).Where(c => !char.IsWhiteSpace(c)));
        foreach (
            var words in new[]
            {
                "附件4",
                "专项职业能力考核机构续期评估明细表",
                "电子监控设备覆盖每个工位及整个考核场地区域。",
                "总分100",
                "10.留存资料严重不完整",
                "是□否□",
                "评估人员（签字）：",
                "附件6",
                "续期评估组意见反馈表",
            }
        )
            Assert.Contains(words, text, StringComparison.Ordinal);
        File.Copy(path, Repository.PathOf("artifacts", "screenshots", "evaluator-form.pdf"), overwrite: true);
    }

    private async Task ShareAsync(IPage page)
    {
        await page.Locator("details.pack-maker summary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-pack-size]")).ToContainTextAsync("clips of");
        await page.Locator("details.share-links summary").ClickAsync();
        await page.Locator("details.share-links textarea").FillAsync("second expert");
        await page.Locator("details.share-links button[type=submit]").ClickAsync();
        var address = await page.Locator("[data-share]").InputValueAsync();
        var guest = await (await _browser!.NewContextAsync(new() { Locale = "en-GB" })).NewPageAsync();
        await guest.GotoAsync(address);
        await guest.Locator("#share button").ClickAsync();
        await guest.Locator($"tr[data-unit='{Session}'] a").ClickAsync();
        var root = await guest.Locator("section.watch").ElementHandleAsync();
        await guest.WaitForFunctionAsync("root => root.wall && root.wall.cells.every(c => c.parts.length > 0)", root);
        await guest.WaitForFunctionAsync(EvaluatorHand.InStep, root);
        await guest.Context.CloseAsync();
    }

    private async Task ReportsAsync(IPage page)
    {
        foreach (var language in new[] { "en", "zh" })
        {
            var download = await page.RunAndWaitForDownloadAsync(() => page.Locator($"[data-report={language}]").ClickAsync());
            await download.SaveAsAsync(Repository.PathOf("artifacts", "screenshots", $"evaluator-report-{language}.pdf"));
        }

        var sheet = await page.RunAndWaitForDownloadAsync(() => page.Locator($"[data-sheet='{Session}']").ClickAsync());
        Assert.Equal(Session + "_record.pdf", sheet.SuggestedFilename);
    }

    /// <summary>A session that is just over: its last twenty seconds and more were recorded.</summary>
    private async Task PlanSessionAsync()
    {
        var segments = (await Site.TimelineAsync("C1", TimeSpan.FromMinutes(9))).Segments;
        var (from, to) = (segments[^3].Start.AddSeconds(1), segments[^1].End);
        var csv = string.Create(
            CultureInfo.InvariantCulture,
            $"id,batch,room,start,end,title\n{Session},B1,R7,{from:yyyy-MM-ddTHH:mm:ssZ},{to:yyyy-MM-ddTHH:mm:ssZ},电工\n"
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, Site.Link.ApiAddress + AgentApi.ImportSessions + "?file=s.csv")
        {
            Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
        };
        new ActingPerson("Wang").AddTo(request);
        using var answer = await Site.Api.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
