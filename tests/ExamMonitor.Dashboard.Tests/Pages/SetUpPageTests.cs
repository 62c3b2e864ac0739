using System.Globalization;
using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;
using Microsoft.Playwright;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>A technician draws and calibrates a room: what the page itself does, with an agent that stands in.</summary>
public sealed partial class SetUpPageTests(Browser browser, DashboardHost host) : PageTest(browser, host), IClassFixture<DashboardHost>
{
    private const string Room = "/set-up/demo/agent-1/N1";

    [Fact]
    public async Task Plan_DrawnDraggedTurnedAndTyped_IsInMetresAndCanBeTakenBack()
    {
        var page = await OpenAsync();
        await page.FillAsync("[data-set=outline]", "12 x 8.4");
        await page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("[data-act=tool][data-arg=station]");
        await ClickPlanAsync(page, 3.01, 2.99);
        await ClickPlanAsync(page, 6, 3.04);
        await Assertions.Expect(page.Locator("svg[data-view=plan] g.station")).ToHaveCountAsync(2);
        await page.ClickAsync("[data-act=tool][data-arg=select]");

        // Put on the grid of 5 cm; the second one on the line of the first.
        Assert.Equal(["3 3", "6 3"], await CentresAsync(page));
        await DragAsync(page, (6, 3), (8.02, 5.01));
        Assert.Equal(["3 3", "8 5"], await CentresAsync(page));
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowUp");
        Assert.Equal(["3 3", "8.01 5.1"], await CentresAsync(page));
        await page.Keyboard.PressAsync("]");
        Assert.Equal(-1, (await MapAsync(page)).Stations[1].RotationDeg);
        await page.Keyboard.PressAsync("Control+z");
        await page.Keyboard.PressAsync("Control+z");
        Assert.Equal(["3 3", "8 5"], await CentresAsync(page));
        await page.Keyboard.PressAsync("Control+y");
        Assert.Equal(["3 3", "8.01 5.1"], await CentresAsync(page));
        await page.FillAsync("[data-set='s.S02.x']", "900 cm");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal(["3 3", "9 5.1"], await CentresAsync(page));
        await page.FillAsync("[data-set='s.S02.y']", "many");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("label:has([data-set='s.S02.y']) .problem")).ToContainTextAsync("“many” is no number");
        await page.Locator("svg[data-view=plan] .station[data-id=S02]").FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(page.Locator("svg[data-view=plan] g.station")).ToHaveCountAsync(1);
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Outline_DrawnByHandOrTypedWrongly_IsTakenOrSaysWhatIsWrong()
    {
        var page = await OpenAsync();
        await page.ClickAsync("[data-act=tool][data-arg=outline]");
        foreach (var (x, y) in new[] { (1.0, 1.0), (9.0, 1.0), (9.0, 6.0) })
            await ClickPlanAsync(page, x, y);
        await page.Keyboard.PressAsync("Enter");
        await Eventually.TrueAsync(async () => (await MapAsync(page)).Room.Outline is [(1, 1), (9, 1), (9, 6)]);
        var problem = page.Locator(".edit > .notice.bad");
        await page.FillAsync("[data-set=outline]", "0 0\n4 4\n4 0\n0 4");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(problem).ToContainTextAsync("cross each other");
        await page.FillAsync("[data-set=outline]", "0 0\n12000 0\n12000 8400\n0 8400");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(problem).ToContainTextAsync("millimetres");
        await page.ClickAsync("[data-act=millimetres]");
        await Eventually.TrueAsync(async () => (await MapAsync(page)).Room.Outline is [(0, 0), (12, 0), (12, 8.4), (0, 8.4)]);
        await Assertions.Expect(problem).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Connection_LostInTheMiddleOfADrag_LosesNothing()
    {
        var page = await OpenAsync();
        await GridAsync(page);
        await Eventually.TrueAsync(() => Host.Agent.SetUp.Draft("N1") is not null);
        await page.Context.SetOfflineAsync(true);
        await page.Mouse.MoveAsync(await XAsync(page, 2, 2), await YAsync(page, 2, 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(await XAsync(page, 3, 3), await YAsync(page, 3, 3), new() { Steps = 4 });
        await Assertions.Expect(page.Locator("[data-notice=lost]")).ToContainTextAsync("does not answer");
        await page.Mouse.MoveAsync(await XAsync(page, 2.5, 7), await YAsync(page, 2.5, 7), new() { Steps = 4 });
        await page.Mouse.UpAsync();
        Assert.Equal("2.5 7", (await CentresAsync(page))[0]);
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Locator("[data-notice=draft]")).ToContainTextAsync("Nothing was lost");
        await Eventually.TrueAsync(() => Host.Agent.SetUp.Draft("N1")!.Contains("[2.5,7]", StringComparison.Ordinal));

        // Torn away in the middle of a drag: the browser has it, and so has the agent for another browser.
        await page.Mouse.MoveAsync(await XAsync(page, 2.5, 7), await YAsync(page, 2.5, 7));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(await XAsync(page, 5, 7), await YAsync(page, 5, 7), new() { Steps = 4 });
        await Eventually.TrueAsync(async () => (await CentresAsync(page))[0] == "5 7");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[data-notice=draft]")).ToContainTextAsync("was taken up again from this browser");
        Assert.Equal("5 7", (await CentresAsync(page))[0]);
        var draft = await page.EvaluateAsync<string>("Object.values(localStorage).join()");
        Assert.DoesNotContain("secret-7", draft + Host.Agent.SetUp.Draft("N1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_HasADraft_AnotherBrowserTakesItUp()
    {
        var first = await OpenAsync();
        await GridAsync(first);
        await Eventually.TrueAsync(() => Host.Agent.SetUp.Draft("N1")?.Contains("S12", StringComparison.Ordinal) == true);
        var second = await EnterAsync(path: Room);
        await Assertions.Expect(second.Locator("[data-notice=draft]")).ToContainTextAsync("from the agent");
        Assert.Equal(12, (await MapAsync(second)).Stations.Count);
    }

    [Fact]
    public async Task Agent_HasADraftThatNobodyCanDraw_TheRoomStillOpens()
    {
        const string Room1 = """{"id":"N1","outline":[[0,0],[4,0],[4,4]]}""";
        var page = await OpenAsync();
        foreach (
            var draft in new[]
            {
                """{"half":"done"}""",
                "[]",
                "7",
                """{"version":1,"map":null}""",
                """{"version":1,"map":{"room":{"id":"N1"},"stations":[],"cameras":[]}}""",
                $$$"""{"version":1,"map":{"room":{{{Room1}}},"stations":[{"id":"S1","label":"1","center":"x","size":[1,1],"height":1}],"cameras":[]}}""",
                $$$"""{"version":1,"map":{"room":{{{Room1}}},"stations":[null],"cameras":[]}}""",
                $$$"""{"version":1,"map":{"room":{{{Room1}}},"stations":[],"cameras":[{"id":"C1"}]}}""",
                $$$"""{"version":1,"map":{"room":{{{Room1}}},"stations":[],"cameras":[]},"access":[null]}""",
            }
        )
        {
            Host.Agent.SetUp.Leave("N1", draft);
            await page.ReloadAsync();
            await Assertions.Expect(page.Locator("[data-notice=draft]")).ToContainTextAsync("cannot be read");
            await Assertions.Expect(page.Locator("svg[data-view=plan]")).ToBeVisibleAsync();
        }

        // The next change takes its place.
        await GridAsync(page);
        await Eventually.TrueAsync(() => Host.Agent.SetUp.Draft("N1")!.Contains("S12", StringComparison.Ordinal));
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Room_FromNothingToSigned_IsSavedWithReasonAndAuthor()
    {
        var page = await OpenAsync();
        await GridAsync(page);
        await AddCamerasAsync(page);
        await page.ClickAsync("button[type=submit].primary:text('Save')");
        await Assertions.Expect(page.Locator("[data-notice=save]")).ToContainTextAsync("Give a reason");
        await SaveAsync(page, 1);
        Assert.Contains(
            Host.Agent.Acts,
            a =>
                a.Path.StartsWith("PUT /api/v1/set-up/rooms/N1", StringComparison.Ordinal)
                && a.Person is { Name: "admin", Reason: "首次标定" }
        );
        Assert.Contains("secret-7", Host.Agent.SetUp.Saved.Last(), StringComparison.Ordinal);
        await page.ClickAsync("[data-act=step][data-arg=calibrate]");
        await page.ClickAsync("[data-act=take-all]");
        await Assertions.Expect(page.Locator(".camera-tabs button")).ToHaveCountAsync(3);
        await MarkAsync(page, "C1", 8);
        await Assertions.Expect(page.Locator("[data-kind-of=spatial]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("svg[data-view=picture] g.outline")).Not.ToHaveCountAsync(0);
        await page.ClickAsync("[data-act=camera][data-arg=C2]");
        await Assertions.Expect(page.Locator("[data-code=people-in-picture]")).ToContainTextAsync("People seem to stand");
        await ShootAsync(page, "set-up-calibrate");
        await page.ClickAsync("[data-act=step][data-arg=result]");
        await Assertions.Expect(page.Locator("tr[data-station=S01]")).ToContainTextAsync("140 px/m");
        await page.ClickAsync("[data-act=advise]");
        await Assertions.Expect(page.Locator("[data-move=C1]")).ToContainTextAsync("Turn the camera");
        await page.ClickAsync("[data-act=add-virtual]");
        await Assertions.Expect(page.Locator("svg[data-view=plan] g.virtual")).ToHaveCountAsync(1);
        await ShootAsync(page, "set-up-result");
        await SaveAsync(page, 2);
        await page.ClickAsync("[data-act=step][data-arg=versions]");
        await page.ClickAsync("[data-act=sign]");
        await Assertions.Expect(page.Locator("tr[data-version='2']")).ToContainTextAsync("admin");
        await page.ClickAsync("[data-act=compare]");
        await Assertions.Expect(page.Locator(".changes")).ToContainTextAsync("moved by 0.40 m");
        await ShootAsync(page, "set-up-versions");
        var certificate = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("tr[data-version='2'] a[download]"));
        Assert.StartsWith("%PDF", await File.ReadAllTextAsync(await certificate.PathAsync()), StringComparison.Ordinal);
        var acts = (await RecordAsync()).Select(e => e.Act).ToList();
        Assert.Contains("room-set-up-done", acts);
        Assert.Contains("picture-take-done", acts);
        Assert.Contains("calibration-sign-done", acts);
        Assert.Empty(Complaints);
    }

    [Fact]
    public async Task Point_OnTheWrongPlace_IsNamedAndMendedByDragging()
    {
        var page = await OpenAsync();
        await SaveRoomAsync(page);
        await page.ClickAsync("[data-act=step][data-arg=calibrate]");
        await page.ClickAsync("[data-act=take]");
        await MarkAsync(page, "C1", 8);
        var spot = page.Locator("svg[data-view=picture] [data-kind=point][data-id='4'] .ring");
        var box = (await spot.BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x + 60, y + 20, new() { Steps = 3 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator("li[data-point='4'][data-state=wrong]")).ToContainTextAsync("Point 5 is off by");
        await Assertions.Expect(page.Locator("svg[data-view=picture] g.point.is-wrong[data-id='4']")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(page.Locator("li[data-state=wrong]")).ToHaveCountAsync(0);

        // After a move of the camera the points are carried over.
        await page.GotoAsync($"{Host.Address}{Room}#calibrate/C1,moved");
        await page.ReloadAsync();
        await page.ClickAsync("[data-act=carry].primary");
        await Assertions.Expect(page.Locator("[data-message=good]")).ToContainTextAsync("found again");
    }

    [Fact]
    public async Task Save_OfTwoPersons_SaysWhoWasFasterAndOffersBothWays()
    {
        var page = await OpenAsync();
        await SaveRoomAsync(page);
        Host.Agent.SetUp.Conflict = true;
        await page.ClickAsync("[data-act=step][data-arg=plan]");
        await page.FillAsync("[data-set=name]", "Mine");
        await page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("button[type=submit].primary:text('Save')");
        await Assertions.Expect(page.Locator("[data-notice=save]")).ToContainTextAsync("Li saved version 1");
        await page.ClickAsync("[data-act=keep-mine]");
        await SaveAsync(page, 2);
        Assert.Equal("Mine", Host.Agent.SetUp.Room!.Map.Room.Name);

        // What the agent finds wrong stands at its place.
        await page.ClickAsync("[data-act=select-station][data-arg=S02]");
        await page.FillAsync("[data-set='s.S02.label']", "1");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByText("Number 1 is given twice: S01, S02.")).ToBeVisibleAsync();
        await page.ClickAsync("button[type=submit].primary:text('Save')");
        await Assertions.Expect(page.Locator("[data-notice=save]")).ToContainTextAsync("map has errors");
        await Assertions.Expect(page.Locator("[data-code=plate-number-twice]")).ToContainTextAsync("Change one of them");
    }

    [Fact]
    public async Task Cameras_TriedAndFound_SayWhatIsWrongInWords()
    {
        var page = await OpenAsync("#cameras");
        await page.FillAsync("textarea[name=addresses]", "rtsp://admin:secret-7@10.0.0.21/1");
        await page.ClickAsync("form[data-submit=add] button");
        await Assertions.Expect(page.Locator("form[data-submit=add] .notice")).ToContainTextAsync("holds a user or password");
        await page.FillAsync("textarea[name=addresses]", "rtsp://10.0.0.21/1 rtsp://dead/1");
        await page.ClickAsync("form[data-submit=add] button");
        await page.ClickAsync("[data-act=test-all]");
        await Assertions.Expect(page.Locator("[data-works=true]")).ToContainTextAsync("Switch the microphone on");
        await Assertions.Expect(page.Locator("[data-works=false]")).ToContainTextAsync("Check cable and address");
        await page.ClickAsync("[data-act=discover]");
        await page.ClickAsync("[data-act=take][data-arg='http://10.0.0.31/onvif/device_service']");
        await Assertions.Expect(page.Locator(".camera-item")).ToHaveCountAsync(3);
        Assert.Equal(960, (await MapAsync(page)).Cameras[2].Image.Width);
        await ShootAsync(page, "set-up-cameras");
    }

    [Fact]
    public async Task Touch_On1024By768_DrawsAndMarksWithTargetsLargeEnough()
    {
        await FloorAsync();
        Host.Agent.SetUp.Clear();
        var page = await EnterAsync(width: 1024, height: 768, path: Room);
        await GridAsync(page);
        var small = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("room-set-up :is(button, summary, select, input:not([type=checkbox], [type=radio]), .set-up-steps a, label.check)")]
              .filter(e => e.getClientRects().length > 0 && (e.getBoundingClientRect().height < 43.5 || e.getBoundingClientRect().width < 43.5)).map(e => e.outerHTML.slice(0, 90))
            """
        );
        Assert.Empty(small);
        var hit = await page.EvaluateAsync<double>(
            """() => Math.min(...[...document.querySelectorAll("svg[data-view=plan] .station .hit")].map(e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height)))"""
        );
        Assert.True(hit >= 43.5, $"{hit} px");
        Assert.Equal(1024, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await TouchDragAsync(page, cdp, (2, 2), (2.5, 7.5));
        Assert.Equal("2.5 7.5", (await CentresAsync(page))[0]);
    }

    // Half a minute each, and asked for by hand as AxeTests are.
    [Theory(Explicit = true)]
    [InlineData("en-GB")]
    [InlineData("zh-CN")]
    public async Task Steps_OfEveryKind_BreakNoRuleOfAxe(string locale)
    {
        await FloorAsync();
        Host.Agent.SetUp.Clear();
        var page = await EnterAsync(locale, path: Room);
        await SaveRoomAsync(page);
        await page.ClickAsync("[data-act=step][data-arg=calibrate]");
        await page.ClickAsync("[data-act=take-all]");
        await MarkAsync(page, "C1", 7);
        var broken = new List<string>();
        foreach (var step in new[] { "plan", "cameras", "plates", "calibrate", "result", "versions" })
        {
            await page.ClickAsync($"[data-act=step][data-arg={step}]");
            if (step == "result")
                await page.ClickAsync("[data-act=add-virtual]");
            await Assertions.Expect(page.Locator($".set-up-step.is-{step} h2").First).ToBeVisibleAsync();
            var found = await page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            broken.AddRange(found.Violations.Select(v => $"{step}: {v.Id} ({v.Impact}) {v.Nodes.Length} × {v.Nodes[0].Html}"));
            await page.AccessibleAsync();
        }

        Assert.Empty(broken);
    }

    [Fact]
    public async Task List_ForATechnicianOfOneRoom_ShowsThatRoomAlone()
    {
        await FloorAsync();
        Host.Agent.SetUp.Clear();
        var page = await EnterAsAsync("tech", Role.Technician, "/set-up", "demo/R7");
        await page.FillAsync("input[name=room]", "R8");
        await page.ClickAsync("button[type=submit].primary");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("outside your account's scope");
        await page.FillAsync("input[name=room]", "R7");
        await page.ClickAsync("button[type=submit].primary");
        await Assertions.Expect(page.Locator("svg[data-view=plan]")).ToBeVisibleAsync();
    }

    private async Task<IPage> OpenAsync(string hash = "")
    {
        await FloorAsync();
        Host.Agent.SetUp.Clear();
        var page = await EnterAsync(path: Room + hash);
        await page.WaitForSelectorAsync(".set-up-steps");
        return page;
    }

    private static async Task GridAsync(IPage page)
    {
        await page.FillAsync("[data-set=outline]", "12 x 8.4");
        await page.Keyboard.PressAsync("Tab");
        await page.ClickAsync("details[data-key=grid] summary");
        await page.FillAsync("form[data-submit=grid] [name=stepX]", "2.6");
        await page.ClickAsync("form[data-submit=grid] button");
        await Assertions.Expect(page.Locator("svg[data-view=plan] g.station")).ToHaveCountAsync(12);
    }

    /// <summary>A room with a grid of stations and its cameras, saved once.</summary>
    private static async Task SaveRoomAsync(IPage page)
    {
        await GridAsync(page);
        await AddCamerasAsync(page);
        await SaveAsync(page, 1);
    }

    private static async Task AddCamerasAsync(IPage page)
    {
        await page.ClickAsync("[data-act=step][data-arg=cameras]");
        await page.FillAsync("textarea[name=addresses]", "rtsp://10.0.0.21/1\nrtsp://10.0.0.22/1\nrtsp://10.0.0.23/1");
        await page.FillAsync("input[name=password]", "secret-7");
        await page.ClickAsync("form[data-submit=add] button");
        await Assertions.Expect(page.Locator(".camera-item")).ToHaveCountAsync(3);
    }

    private static async Task SaveAsync(IPage page, int version)
    {
        await page.FillAsync("input[name=reason]", "首次标定");
        await page.ClickAsync("form.set-up-save button[type=submit]");
        await Assertions.Expect(page.Locator("[data-notice=save]")).ToContainTextAsync(version.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Clicks where the camera sees each place that the page asks for, or skips it.</summary>
    private static async Task MarkAsync(IPage page, string camera, int wanted)
    {
        var picture = page.Locator("svg[data-view=picture] image").First;
        await Assertions.Expect(picture).ToBeVisibleAsync();
        for (var marked = await page.Locator("ol.points-list li").CountAsync(); marked < wanted; )
        {
            var plan = await page.EvaluateAsync<double[]>("document.querySelector('room-set-up').steps.calibrate.target.plan");
            if (
                FakeCalibration.See(CameraId.Of(camera), new(plan[0], plan[1], plan[2])) is { } at
                && at.U is > 20 and < 940
                && at.V is > 20 and < 520
            )
            {
                await ClickPictureAsync(page, at.U, at.V);
                await Eventually.TrueAsync(async () =>
                    (await MapAsync(page)).Cameras.Single(c => c.Id.Text == camera).Calibration?.Points.Count == marked + 1
                );
                marked++;
            }
            else
                await page.ClickAsync("[data-act=skip]");
        }
    }

    private static async Task ClickPictureAsync(IPage page, double u, double v)
    {
        var spot = await SpotAsync(page, u, v);
        await page.Mouse.ClickAsync(spot[0], spot[1]);
    }

    /// <summary>Where a pixel of the camera's picture stands on the screen.</summary>
    private static async Task<float[]> SpotAsync(IPage page, double u, double v) =>
        await page.EvaluateAsync<float[]>(
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

    private static async Task<StationMap> MapAsync(IPage page) =>
        JsonSerializer.Deserialize<StationMap>(
            await page.EvaluateAsync<string>("JSON.stringify(document.querySelector('room-set-up').map)"),
            ContractJson.Options
        )!;

    private static async Task<string[]> CentresAsync(IPage page) =>
        [.. (await MapAsync(page)).Stations.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Center.X} {s.Center.Y}"))];

    private static async Task<float[]> AtAsync(IPage page, double x, double y) =>
        await page.EvaluateAsync<float[]>(
            """
            ([x, y]) => {
              const app = document.querySelector("room-set-up"), svg = app.querySelector("svg[data-view=plan]"), f = app.steps.plan.view.frame;
              if (!app.steps.plan.view.drag) svg.scrollIntoView({ block: "center" });
              const p = new DOMPoint((x - f.left) * 100, (f.top - y) * 100).matrixTransform(svg.getScreenCTM());
              return [p.x, p.y];
            }
            """,
            new[] { x, y }
        );

    private static async Task<float> XAsync(IPage page, double x, double y) => (await AtAsync(page, x, y))[0];

    private static async Task<float> YAsync(IPage page, double x, double y) => (await AtAsync(page, x, y))[1];

    private static async Task ClickPlanAsync(IPage page, double x, double y)
    {
        await page.EvaluateAsync("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
        var at = await AtAsync(page, x, y);
        await page.Mouse.ClickAsync(at[0], at[1]);
        await page.EvaluateAsync("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
    }

    private static async Task DragAsync(IPage page, (double X, double Y) from, (double X, double Y) to)
    {
        var (a, b) = (await AtAsync(page, from.X, from.Y), await AtAsync(page, to.X, to.Y));
        await page.Mouse.MoveAsync(a[0], a[1]);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(b[0], b[1], new() { Steps = 5 });
        await page.Mouse.UpAsync();
    }

    private static async Task TouchDragAsync(IPage page, ICDPSession cdp, (double X, double Y) from, (double X, double Y) to)
    {
        var (a, b) = (await AtAsync(page, from.X, from.Y), await AtAsync(page, to.X, to.Y));
        await TouchAsync(cdp, [.. Enumerable.Range(0, 5).Select(i => (a[0] + ((b[0] - a[0]) * i / 4), a[1] + ((b[1] - a[1]) * i / 4)))]);
    }

    /// <summary>A finger that goes down at the first place, over the others, and up.</summary>
    private static async Task TouchAsync(ICDPSession cdp, params (float X, float Y)[] way)
    {
        async Task Send(string type, params (float X, float Y)[] points) =>
            await cdp.SendAsync(
                "Input.dispatchTouchEvent",
                new()
                {
                    ["type"] = type,
                    ["touchPoints"] = points.Select(p => new Dictionary<string, object> { ["x"] = p.X, ["y"] = p.Y }).ToArray(),
                }
            );
        await Send("touchStart", way[0]);
        foreach (var at in way.Skip(1))
            await Send("touchMove", at);
        await Send("touchEnd");
    }
}
