using Microsoft.Playwright;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>The system's Chromium, once per test run.</summary>
public sealed class Browser : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        // Only a failure takes that long: a computer that builds and tests at once draws a page late.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Environment.GetEnvironmentVariable("EXAM_MONITOR_CHROMIUM") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
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
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>
    /// A fresh visitor. Errors of the page's scripts and refusals of its policy are gathered in <paramref name="complaints"/>.
    /// </summary>
    internal async Task<IPage> OpenAsync(
        ICollection<string> complaints,
        string locale = "en-GB",
        int width = 1440,
        int height = 900,
        string scheme = "light"
    )
    {
        var context = await _browser!.NewContextAsync(
            new()
            {
                Locale = locale,
                ViewportSize = new() { Width = width, Height = height },
                ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            }
        );
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        page.PageError += (_, e) => complaints.Add(e);
        page.Console += (_, m) =>
        {
            if (m.Type == "error")
                complaints.Add(m.Text);
        };
        return page;
    }
}
