using ExamMonitor.TestKit;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ExamMonitor.Packs.Tests;

/// <summary>The page of the pack, opened from disk in Chromium: it must find what the verifier finds, and play the clips by one
/// clock.</summary>
public sealed class ProofPageTests(PackSite site, ProofPageTests.Browser browser) : IClassFixture<ProofPageTests.Browser>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_FromDisk_ProvesArchiveAndFolderAndPlaysInStep()
    {
        var (page, complaints) = await OpenAsync(site.Zip);
        await page.FillAsync("#key", site.PublicKey);
        await page.SetInputFilesAsync("#archive", site.Zip);
        await DoneAsync(page);
        Assert.Empty(await KindsAsync(page));
        await Expect(page.Locator("#verdict")).ToContainTextAsync("All that can be proved holds.");
        Assert.Equal(5, await page.Locator("#steps .yes").CountAsync());
        await Expect(page.Locator("#about")).ToContainTextAsync("8 clips are bit for bit");
        await PlayAsync(page);
        await page.SetInputFilesAsync("#folder", _folder["page"]);
        await DoneAsync(page);
        Assert.Empty(await KindsAsync(page));
        Assert.Equal(5, await page.Locator("#steps .yes").CountAsync());
        Assert.Equal(
            "1 7 4 5 3 9 8 2 0 6",
            await page.EvaluateAsync<string>("async () => (await drawOrder(await sha256(utf8('exam monitor')), 'all', 10, 10)).join(' ')")
        );
        Assert.Equal(
            "4 2 0 6 1 5 3",
            await page.EvaluateAsync<string>("async () => (await drawOrder(await sha256(utf8('exam monitor')), '焊工/R7', 7, 7)).join(' ')")
        );
        Assert.Equal("4 1 1 4", await page.EvaluateAsync<string>("() => drawShares(10, [50, 3, 1, 46]).join(' ')"));
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Page_OfEveryTamperedPack_FindsWhatTheVerifierFinds()
    {
        var (page, complaints) = await OpenAsync(site.Zip);
        await page.FillAsync("#key", site.PublicKey);
        var differences = new List<string>();
        foreach (var row in TamperTable.Rows)
        {
            var tampering = new Tampering(site.Zip);
            row.Do(tampering, site);
            tampering.WriteZip(_folder[row.Name + ".zip"]);
            await page.SetInputFilesAsync("#archive", _folder[row.Name + ".zip"]);
            await DoneAsync(page);
            if (await KindsAsync(page) is var found && found != row.Found)
                differences.Add($"{row.Name}: {found} instead of {row.Found}");
        }

        Assert.Empty(differences);
        await page.SetInputFilesAsync("#archive", await HostileAsync());
        await DoneAsync(page);
        Assert.Equal("container-hostile", await KindsAsync(page));
        await page.FillAsync("#head", site.LaterHead);
        await page.SetInputFilesAsync("#archive", site.Zip);
        await DoneAsync(page);
        Assert.Equal(string.Empty, await KindsAsync(page));
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Page_OfAPackThatHoldsScripts_ShowsThemAsWordsAndRunsNone()
    {
        const string Script = "<img src=x onerror=window.hacked=1>";
        var tampering = new Tampering(site.Zip);
        foreach (var word in new[] { "Renewal 2026", "C1", "Li", "P1", "network" })
            tampering.Replace(PackFormat.Facts, $"\"{word}\"", $"\"{Script}\"");
        tampering.Put($"evaluation/note\u00e9.json", Script);
        tampering.WriteZip(_folder["scripts.zip"]);
        var (page, complaints) = await OpenAsync(site.Zip);
        await page.SetInputFilesAsync("#archive", _folder["scripts.zip"]);
        await DoneAsync(page);
        await Expect(page.Locator("#about")).ToContainTextAsync(Script);
        await Expect(page.Locator("figcaption").First).ToContainTextAsync(Script);
        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.True(await page.EvaluateAsync<bool>("() => window.hacked === undefined"));
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    private static async Task PlayAsync(IPage page)
    {
        await page.EvaluateAsync("() => new Promise(r => { window.wall.seek(window.wall.from + 0.5); setTimeout(r, 300); })");
        await page.ClickAsync("#play");
        await page.WaitForFunctionAsync(
            "() => window.wall.at > window.wall.from + 2.5 && window.wall.cells.every(c => !c.clip || c.video.readyState >= 2)"
        );
        await page.ClickAsync("#play");
        await page.WaitForFunctionAsync(
            "() => window.wall.cells.every(c => c.clip && !c.video.seeking && Math.abs(c.video.currentTime - (window.wall.at - c.clip.from)) <= 0.04)"
        );
        await page.EvaluateAsync("() => window.wall.seek(window.wall.from + 6)");
        Assert.Equal(2, await page.GetByText("No footage · 无录像: network").CountAsync());
    }

    private async Task<string> HostileAsync()
    {
        await File.WriteAllBytesAsync(_folder["hostile.zip"], [.. await File.ReadAllBytesAsync(site.Zip), 1]);
        return _folder["hostile.zip"];
    }

    private static Task DoneAsync(IPage page) => Expect(page.Locator("#verdict[data-done=true]")).ToBeVisibleAsync();

    private static async Task<string> KindsAsync(IPage page) =>
        string.Join(
            ' ',
            (await page.Locator("#findings li").EvaluateAllAsync<string[]>("l => l.map(i => i.dataset.kind)"))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );

    /// <summary>Opens the page as it lies in a folder into which the pack was unpacked. Whatever it asks of a network fails the
    /// test.</summary>
    private async Task<(IPage Page, List<string> Complaints)> OpenAsync(string zip)
    {
        new Tampering(zip).WriteFolder(_folder["page"]);
        var context = await browser.Chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        var complaints = new List<string>();
        page.PageError += (_, e) => complaints.Add(e);
        page.Console += (_, m) =>
        {
            if (m.Type == "error")
                complaints.Add(m.Text);
        };
        page.Request += (_, r) =>
        {
            if (!r.Url.StartsWith("file:", StringComparison.Ordinal) && !r.Url.StartsWith("blob:", StringComparison.Ordinal))
                complaints.Add(r.Url);
        };
        await page.GotoAsync(new Uri(Path.Combine(_folder["page"], PackFormat.Page)).AbsoluteUri);
        await page.ClickAsync("summary");
        return (page, complaints);
    }

    public sealed class Browser : IAsyncLifetime
    {
        private IPlaywright? _playwright;

        public IBrowser Chromium { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _playwright = await Playwright.CreateAsync();
            Chromium = await _playwright.Chromium.LaunchAsync(
                new()
                {
                    ExecutablePath = Environment.GetEnvironmentVariable("EXAM_MONITOR_CHROMIUM") ?? "/usr/bin/chromium",
                    Args =
                    [
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                    ],
                }
            );
        }

        public async ValueTask DisposeAsync()
        {
            await Chromium.CloseAsync();
            _playwright?.Dispose();
        }
    }
}
