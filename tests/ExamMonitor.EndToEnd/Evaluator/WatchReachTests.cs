using ExamMonitor.EndToEnd.Site;
using Microsoft.Playwright;
using Xunit;

namespace ExamMonitor.EndToEnd.Evaluator;

/// <summary>How far the pictures of four cameras are apart, and how soon they come. What is measured is what Chromium presented.</summary>
public sealed class WatchReachTests(WatchReachTests.WatchSite evaluation) : IClassFixture<WatchReachTests.WatchSite>
{
    private const double Frame = 0.04;

    /// <summary>Goes to a moment, and waits until every camera has presented the picture of it; 10 s at most.</summary>
    private const string Seek = """
        (root, at) => new Promise(done => {
          const began = performance.now(), shown = root.wall.cells.map(() => null);
          root.wall.cells.forEach((cell, i) => {
            const look = (_, meta) => { shown[i] = meta.mediaTime; cell.video.requestVideoFrameCallback(look); };
            cell.video.requestVideoFrameCallback(look);
          });
          performance.setResourceTimingBufferSize(10_000);
          root.wall.seek(root.wall.from + at);
          const wait = setInterval(() => {
            const right = root.wall.cells.every((c, i) => !c.video.seeking && shown[i] !== null && Math.abs(shown[i] + 0.02 - c.mediaOf(root.wall.at)) <= 0.041);
            if (!right && performance.now() - began < 10_000) return;
            clearInterval(wait);
            const loaded = performance.getEntriesByType("resource").filter(e => e.startTime >= began && /segments/.test(e.name));
            done([performance.now() - began, ...loaded.length ? [Math.min(...loaded.map(e => e.startTime)) - began, Math.max(...loaded.map(e => e.responseEnd)) - began, loaded.length] : [0, 0, 0]]);
          }, 5);
        })
        """;

    // Plays for half a minute and wants the machine for itself: -explicit only.
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Watch_FourCamerasFor30Seconds_AreNeverMoreThanAFrameApart(int rate)
    {
        var (page, root) = await OpenAsync();
        await page.SelectOptionAsync("[data-act=rate]", $"{rate}");
        await root.EvaluateAsync("root => root.wall.seek(root.wall.from + 1)");
        await page.Locator("section.watch").FocusAsync();
        await page.Keyboard.PressAsync("k");
        // Pictures that are presented together have the same time of presentation.
        var spreads = await root.EvaluateAsync<double[][]>(
            """
            (root, seconds) => new Promise(done => {
              const wall = root.wall, shown = wall.cells.map(() => null), found = [];
              let group = null;
              const close = () => { if (group !== null && shown.every(s => s !== null)) found.push([Math.max(...shown) - Math.min(...shown), group]); };
              wall.cells.forEach((cell, i) => {
                const look = (now, meta) => {
                  if (group !== now) { close(); group = now; }
                  const part = cell.parts.find(p => meta.mediaTime >= p.media - 0.001 && meta.mediaTime < p.media + p.to - p.from);
                  if (part) shown[i] = part.from + meta.mediaTime - part.media;
                  if (wall.running) cell.video.requestVideoFrameCallback(look);
                };
                cell.video.requestVideoFrameCallback(look);
              });
              const began = performance.now();
              const wait = setInterval(() => {
                if (wall.running && performance.now() - began < seconds * 1000) return;
                clearInterval(wait);
                wall.setRate(1);
                done(found);
              }, 100);
            })
            """,
            rate == 1 ? 40 : 20
        );
        var apart = spreads.Select(s => s[0]).Order().ToArray();
        var played = (spreads[^1][1] - spreads[0][1]) / 1000;
        double At(double share) => apart[(int)((apart.Length - 1) * share)] * 1000;
        var unit = Frame * rate;
        TestContext.Current.SendDiagnosticMessage(
            $"{rate}x: {apart.Length} pictures in {played:0.0} s, cameras apart: median {At(0.5):0} ms, 95 of 100 within {At(0.95):0} ms, 99 within {At(0.99):0} ms, most {At(1):0} ms; {apart.Count(a => a <= Frame + 0.002) * 100.0 / apart.Length:0.0} % within a frame"
        );
        Assert.True(played >= 30 || rate > 1, $"played for {played:0.0} s");
        Assert.InRange(At(0.99), 0, (unit + 0.002) * 1000);
        await page.Context.CloseAsync();
    }

    // Ten pages and thirty seeks: -explicit only.
    [Fact(Explicit = true)]
    public async Task Watch_FourCameras_FirstPictureWithinTwoSecondsAndSeekWithin700Milliseconds()
    {
        var (page, root) = await OpenAsync();
        var (first, seeks, asked, loaded, random) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new Random(7)
        );
        void AddSeek(double[] took)
        {
            seeks.Add(took[0]);
            asked.Add(took[1]);
            loaded.Add(took[2]);
        }

        var stages = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            await page.GotoAsync("about:blank");
            var began = TimeProvider.System.GetTimestamp();
            root = await GoAsync(page);
            first.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            stages.Add(
                await page.EvaluateAsync<string>(
                    """
                    () => {
                      const of = what => performance.getEntriesByType("resource").filter(e => what.test(e.name));
                      const span = list => list.length ? `${Math.round(Math.min(...list.map(e => e.startTime)))}-${Math.round(Math.max(...list.map(e => e.responseEnd)))}` : "-";
                      const nav = performance.getEntriesByType("navigation")[0];
                      return `page ${Math.round(nav.responseEnd)}, blazor ${span(of(/blazor.web/))}, circuit ${span(of(/negotiate|_blazor/))}, hls ${span(of(/hls/))}, playlist ${span(of(/m3u8/))}, segments ${span(of(/segments/))}`;
                    }
                    """
                )
            );
        }

        for (var i = 0; i < 30; i++)
        {
            AddSeek(
                await root.EvaluateAsync<double[]>(Seek, 1 + (random.NextDouble() * ((evaluation.To - evaluation.From).TotalSeconds - 8)))
            );
        }

        string Of(List<double> all) =>
            $"median {all.Order().ElementAt(all.Count / 2):0} ms, 95 of 100 within {all.Order().ElementAt((int)((all.Count - 1) * 0.95)):0} ms, most {all.Max():0} ms";
        TestContext.Current.SendDiagnosticMessage(
            $"first picture of four cameras, from the address: {Of(first)}; seek: {Of(seeks)}; of it asked for after {Of(asked)}; loaded after {Of(loaded)}; {string.Join(" | ", stages.TakeLast(3))}"
        );
        Assert.InRange(first.Order().ElementAt((int)((first.Count - 1) * 0.95)), 0, 2000);
        Assert.InRange(seeks.Order().ElementAt((int)((seeks.Count - 1) * 0.95)), 0, 700);
        await page.Context.CloseAsync();
    }

    private async Task<(IPage Page, IElementHandle Root)> OpenAsync()
    {
        var page = await evaluation.EnterAsEvaluatorAsync();
        return (page, await GoAsync(page));
    }

    private async Task<IElementHandle> GoAsync(IPage page)
    {
        await page.GotoAsync(evaluation.WatchAddress, new() { WaitUntil = WaitUntilState.Commit });
        var root = (await page.WaitForSelectorAsync("section.watch"))!;
        await page.WaitForFunctionAsync(
            "root => root.wall && root.wall.cells.length === 4 && root.wall.cells.every(c => c.parts.length > 0)",
            root
        );
        await page.WaitForFunctionAsync(EvaluatorHand.InStep, root);
        return root;
    }

    /// <summary>A minute and a half of 25 pictures a second, 1280 × 720, at the rate of a camera.</summary>
    public sealed class WatchSite : EvaluatorSite
    {
        private Task<byte[]>? _made;

        protected override async Task<byte[][]> ClipsAsync(string camera) =>
            [await (_made ??= SeededFootage.CameraAsync("C1_normal.mp4", 90))];
    }
}
