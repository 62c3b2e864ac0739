using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace ExamMonitor.EndToEnd;

/// <summary>
/// What a technician does with mouse or finger, counted: a field that is filled is one action, whatever is typed into it.
/// </summary>
internal sealed class TechnicianHand(IPage page, bool byTouch)
{
    private readonly Stopwatch _clock = new();
    private int _clicks;
    private int _fields;
    private int _keys;
    private int _pasted;
    private readonly List<(string Step, int Before)> _steps = [];

    public IPage Page { get; } = page;

    public bool ByTouch { get; } = byTouch;

    /// <summary>Clicks or taps, and fields.</summary>
    public int Actions => _clicks + _fields;

    public void Begin() => _clock.Restart();

    /// <summary>What follows belongs to another step.</summary>
    public void Step(string name) => _steps.Add((name, Actions));

    public void Count(int clicks) => _clicks += clicks;

    public async Task ClickAsync(string selector)
    {
        _clicks++;
        var spot = Page.Locator(selector).First;
        if (ByTouch)
            await spot.TapAsync();
        else
            await spot.ClickAsync();
    }

    public async Task FillAsync(string selector, string text, bool isPasted = false)
    {
        _fields++;
        if (isPasted)
            _pasted += text.Length;
        else
            _keys += text.Length;
        await Page.FillAsync(selector, text);
    }

    /// <summary>Puts the point that the page asks for, at a pixel of the picture.</summary>
    public async Task MarkAsync(double u, double v)
    {
        _clicks++;
        var spot = await Page.EvaluateAsync<float[]>(
            """
            async ([u, v]) => {
              const svg = document.querySelector("svg[data-view=picture]");
              svg.scrollIntoView({ block: "center" });
              await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
              const p = new DOMPoint(u, v).matrixTransform(svg.getScreenCTM());
              return [p.x, p.y];
            }
            """,
            new[] { u, v }
        );
        if (ByTouch)
            await Page.Touchscreen.TapAsync(spot[0], spot[1]);
        else
            await Page.Mouse.ClickAsync(spot[0], spot[1]);
    }

    /// <summary>Drags a point, as a mouse or a finger does; not counted.</summary>
    public async Task DragAsync(float x, float y, float byX, float byY)
    {
        const int Steps = 4;
        if (!ByTouch)
        {
            await Page.Mouse.MoveAsync(x, y);
            await Page.Mouse.DownAsync();
            await Page.Mouse.MoveAsync(x + byX, y + byY, new() { Steps = Steps });
            await Page.Mouse.UpAsync();
            return;
        }

        var cdp = await Page.Context.NewCDPSessionAsync(Page);
        async Task Send(string type, params (float X, float Y)[] points) =>
            await cdp.SendAsync(
                "Input.dispatchTouchEvent",
                new()
                {
                    ["type"] = type,
                    ["touchPoints"] = points.Select(p => new Dictionary<string, object> { ["x"] = p.X, ["y"] = p.Y }).ToArray(),
                }
            );
        await Send("touchStart", (x, y));
        for (var i = 1; i <= Steps; i++)
            await Send("touchMove", (x + (byX * i / Steps), y + (byY * i / Steps)));
        await Send("touchEnd");
    }

    public string Said() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Actions} actions ({_clicks} clicks or taps, {_fields} fields, {_keys} keys, {_pasted} characters pasted), {_clock.Elapsed.TotalSeconds:0} s; by step: {Steps()}"
        );

    private string Steps() =>
        string.Join(", ", _steps.Select((s, i) => $"{s.Step} {(i + 1 < _steps.Count ? _steps[i + 1].Before : Actions) - s.Before}"));
}
