using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using Microsoft.Playwright;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>Scans and pictures of cameras: what is marked, drawn and taken in them.</summary>
public sealed partial class SetUpPageTests
{
    [Fact]
    public async Task Scan_BroughtAndMarkedAtTwoPoints_LiesToScaleAndIsKept()
    {
        var page = await OpenAsync();
        await page.FillAsync("[data-set=outline]", "12 x 8.4");
        await page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("details[data-key=scan] summary");
        await page.SetInputFilesAsync("[data-set=scan]", Path.Combine(AppContext.BaseDirectory, "Golden", "picture-1.jpg"));
        await Assertions.Expect(page.Locator("svg[data-view=plan] image")).ToHaveCountAsync(1);
        Assert.Equal("10 5", await ScanAsync(page));

        // Two points 4 m apart on it are 8 m apart in the room: it is twice as large, and lies where the first one is.
        await page.ClickAsync("[data-act=tool][data-arg=scan]");
        await ClickPlanAsync(page, 1, 1);
        await ClickPlanAsync(page, 5, 1);
        await Assertions.Expect(page.Locator("[data-act=tool][data-arg=scan]")).ToContainTextAsync("2 of 2");
        await page.FillAsync("form[data-submit=scale] input", "8,0");

        // A drawing of the page between two fields takes nothing away that is typed and not sent yet.
        await page.EvaluateAsync(
            "async () => { document.activeElement.blur(); document.querySelector('room-set-up').draw(); await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r))); }"
        );
        await page.ClickAsync("form[data-submit=scale] button");
        await Eventually.TrueAsync(async () => await ScanAsync(page) == "20 10");
        Assert.Equal(
            "-1 -1",
            await page.EvaluateAsync<string>("(s => `${s.left} ${s.bottom}`)(document.querySelector('room-set-up').scan)")
        );
        await Eventually.TrueAsync(() => Host.Agent.SetUp.Draft("N1")?.Contains("\"width\":20", StringComparison.Ordinal) == true);
        await page.FillAsync("[data-set='scan.width']", "15");
        await page.Keyboard.PressAsync("Tab");
        await Eventually.TrueAsync(async () => await ScanAsync(page) == "15 7.5");
        await page.ClickAsync("[data-act=drop-scan]");
        await Assertions.Expect(page.Locator("svg[data-view=plan] image")).ToHaveCountAsync(0);
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Picture_WithRegionMaskAndPartOfTheDay_KeepsThemInTheMap()
    {
        var page = await OpenAsync();
        await SaveRoomAsync(page);
        await page.ClickAsync("[data-act=step][data-arg=calibrate]");
        await page.ClickAsync("[data-act=take]");
        await Assertions.Expect(page.Locator("svg[data-view=picture]:not(.is-empty)")).ToBeVisibleAsync();
        await page.ClickAsync("[data-act=mode][data-arg=region]");
        await page.SelectOptionAsync("[data-set=station]", "S03");
        foreach (var (u, v) in new[] { (300, 200), (400, 200), (400, 280), (300, 280), (301, 201) })
            await ClickPictureAsync(page, u, v);
        var drawn = await page.EvaluateAsync<string>(
            "(app => JSON.stringify([app.steps.calibrate.view.mode, app.steps.calibrate.view.drawing, app.steps.calibrate.station, app.map.stations[2]]))(document.querySelector('room-set-up'))"
        );
        await Eventually.TrueAsync(
            async () => (await MapAsync(page)).Stations[2].Regions?.Values.SingleOrDefault()?.Count == 4,
            what: drawn
        );
        Assert.Equal(CameraId.Of("C1"), Assert.Single((await MapAsync(page)).Stations[2].Regions!.Keys));
        await page.ClickAsync("[data-act=mode][data-arg=mask]");
        foreach (var (u, v) in new[] { (20, 20), (200, 20), (200, 60) })
            await ClickPictureAsync(page, u, v);
        await page.Keyboard.PressAsync("Enter");
        await Eventually.TrueAsync(async () => (await MapAsync(page)).Cameras[0].Masks is [{ Count: 3 }]);
        await Assertions.Expect(page.Locator("svg[data-view=picture] .mask")).ToHaveCountAsync(1);

        await page.ClickAsync("details[data-key=pictures] summary");
        await page.FillAsync("form[data-submit=part] [name=from]", "18:30");
        await page.FillAsync("form[data-submit=part] [name=to]", "06:00");
        await page.ClickAsync("form[data-submit=part] button");
        await Eventually.TrueAsync(async () => (await MapAsync(page)).Cameras[0].References is [{ From: "18:30", To: "06:00" }]);
        await SaveAsync(page, 2);
        Assert.Contains("18:30", Host.Agent.SetUp.Saved.Last(), StringComparison.Ordinal);

        await page.ClickAsync("[data-act=remove-part]");
        await page.ClickAsync("[data-act=remove-mask]");
        await page.ClickAsync("[data-act=remove-region]");
        var map = await MapAsync(page);
        Assert.True(map.Cameras[0] is { Masks: null or { Count: 0 }, References: null or { Count: 0 } } && map.Stations[2].Regions is null);
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Finding_OfAPictureAStreamOrAFile_StandsAtItsPlaceInBothLanguagesAndLosesNothing()
    {
        var page = await OpenAsync();
        await SaveRoomAsync(page);
        foreach (
            var (language, code) in new[]
            {
                ("en", "picture-other-camera"),
                ("en", "sub-stream-shape"),
                ("zh-Hans", "picture-mirrored"),
                ("zh-Hans", "csv"),
            }
        )
        {
            Host.Agent.SetUp.Told = new(
                FindingLevel.Error,
                code,
                "$",
                new($"{code} is wrong.", $"{code} 有误。"),
                new("Mend it.", "请更正。")
            )
            {
                Camera = CameraId.Of("C1"),
            };
            await page.GotoAsync($"{Host.Address}/language/{language}?back={Uri.EscapeDataString(Room)}");
            await page.WaitForSelectorAsync(".set-up-steps");
            await ProvokeAsync(page, code);
            await Assertions
                .Expect(page.Locator($"[data-code={code}]").First)
                .ToContainTextAsync(language == "en" ? $"{code} is wrong. Mend it." : $"{code} 有误。 请更正。");
        }

        Assert.True(Host.Agent.SetUp.Room!.Map is { Stations.Count: 12, Cameras.Count: 3 });
        Assert.Empty(Complaints);
    }

    /// <summary>Does what the agent finds something wrong with.</summary>
    private static async Task ProvokeAsync(IPage page, string code)
    {
        if (code == "csv")
        {
            await page.ClickAsync("[data-act=step][data-arg=plan]");
            await page.SetInputFilesAsync(
                "[data-set=csv]",
                new FilePayload
                {
                    Name = "a.csv",
                    MimeType = "text/csv",
                    Buffer = "编号\n1"u8.ToArray(),
                }
            );
        }
        else if (code == "sub-stream-shape")
        {
            await page.ClickAsync("[data-act=step][data-arg=cameras]");
            await page.ClickAsync("[data-act=test][data-arg=C1]");
        }
        else
        {
            await page.ClickAsync("[data-act=step][data-arg=calibrate]");
            if (await page.Locator("details[data-key=pictures][open]").CountAsync() == 0)
                await page.ClickAsync("details[data-key=pictures] summary");
            await page.SetInputFilesAsync("[data-set=brought]", Path.Combine(AppContext.BaseDirectory, "Golden", "picture-1.jpg"));
        }
    }

    [Fact]
    public async Task Touch_TapBesideAPointOrDragOnIt_MarksAnotherOrMovesIt()
    {
        await FloorAsync();
        Host.Agent.SetUp.Clear();
        var page = await EnterAsync(width: 1024, height: 768, path: Room);
        await SaveRoomAsync(page);
        await page.ClickAsync("[data-act=step][data-arg=calibrate]");
        await page.ClickAsync("[data-act=take]");
        await Assertions.Expect(page.Locator("svg[data-view=picture]:not(.is-empty)")).ToBeVisibleAsync();
        var middle = await SpotAsync(page, FakeSetUp.Size.Width / 2, FakeSetUp.Size.Height / 2);
        var (x, y) = (middle[0], middle[1]);
        var cdp = await page.Context.NewCDPSessionAsync(page);

        // Neighbouring corners lie some pixels apart on a tablet: a finger beside a point means another one, whether it lifts at once or
        // slides there.
        await TouchAsync(cdp, (x, y));
        await Assertions.Expect(page.Locator("ol.points-list li")).ToHaveCountAsync(1);
        await TouchAsync(cdp, (x + 8, y));
        await Assertions.Expect(page.Locator("ol.points-list li")).ToHaveCountAsync(2);
        await TouchAsync(cdp, (x - 18, y), (x - 9, y), (x - 1, y));
        await Assertions.Expect(page.Locator("ol.points-list li")).ToHaveCountAsync(3);
        var before = await PixelsAsync(page);
        await TouchAsync(cdp, (x + 9, y), (x + 30, y - 40), (x + 60, y - 80));
        await Eventually.TrueAsync(async () => (await PixelsAsync(page))[1].V < before[1].V - 60);
        var after = await PixelsAsync(page);
        Assert.Equal((before.Count, before[0], before[2]), (after.Count, after[0], after[2]));

        // On the point itself: it is chosen and the page says how to mark what lies there.
        (x, y) = await RingAsync(page, 1);
        await TouchAsync(cdp, (x, y));
        await Assertions.Expect(page.Locator("[data-message=unknown]")).ToContainTextAsync("Point 2 is chosen");
        Assert.Equal(after, await PixelsAsync(page));
        (x, y) = await RingAsync(page, 1);
        await TouchAsync(cdp, (x + 17, y), (x + 27, y + 20), (x + 37, y + 40));
        await Eventually.TrueAsync(async () => (await PixelsAsync(page))[1].V > after[1].V + 30);
        Assert.Equal(3, (await PixelsAsync(page)).Count);
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Cameras_WithTenPointsThatFit_GiveWayToTheNextAndAreSignedInOnePress()
    {
        var page = await OpenAsync();
        await SaveRoomAsync(page);
        await page.ClickAsync("a[data-act=calibrate][data-arg=C1]");
        await page.ClickAsync("[data-act=take-all]");
        await Assertions.Expect(page.Locator("[data-act=take-all]")).ToBeEnabledAsync();
        await MarkAsync(page, "C1", 10);
        await Assertions.Expect(page.Locator("[data-act=camera][data-arg=C2]")).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("[data-message=good]")).ToContainTextAsync("C1 is calibrated: 10 points agree");
        Assert.EndsWith(Room + "#calibrate/C2", page.Url, StringComparison.Ordinal);

        // Whoever goes back stays there.
        await page.ClickAsync("[data-act=camera][data-arg=C1]");
        await MarkAsync(page, "C1", 12);
        await Assertions.Expect(page.Locator("ol.points-list li:not([data-state=unknown])")).ToHaveCountAsync(12);
        await Assertions.Expect(page.Locator("[data-act=camera][data-arg=C1]")).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("form.set-up-save button[value=sign]")).ToHaveCountAsync(0);
        await page.ClickAsync("[data-act=step][data-arg=result]");
        Assert.EndsWith(Room + "#result", page.Url, StringComparison.Ordinal);
        await page.ClickAsync("form.set-up-save button[value=sign]:text('Save and sign')");
        await Assertions.Expect(page.Locator("[data-notice=save]")).ToContainTextAsync("Version 2 is signed");
        await Assertions.Expect(page.Locator("form.set-up-save button[value=sign]")).ToHaveCountAsync(0);
        Assert.Contains("calibration-sign-done", (await RecordAsync()).Select(e => e.Act));
        Assert.Empty(Complaints);
    }

    /// <summary>The middle of a marked point on the screen.</summary>
    private static async Task<(float X, float Y)> RingAsync(IPage page, int point)
    {
        await page.EvaluateAsync("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
        var box = (await page.Locator($"svg[data-view=picture] [data-kind=point][data-id='{point}'] .ring").BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    private static async Task<string> ScanAsync(IPage page) =>
        await page.EvaluateAsync<string>("(s => `${s.width} ${s.height}`)(document.querySelector('room-set-up').scan)");

    private static async Task<IReadOnlyList<PixelPoint>> PixelsAsync(IPage page) =>
        [.. (await MapAsync(page)).Cameras[0].Calibration!.Points.Select(p => p.Pixel)];
}
