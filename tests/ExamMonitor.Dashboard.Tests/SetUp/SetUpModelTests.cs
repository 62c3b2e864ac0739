using System.Text.Json;
using ExamMonitor.Dashboard.Tests.Fixtures;
using Microsoft.Playwright;

namespace ExamMonitor.Dashboard.Tests.SetUp;

/// <summary>The pure parts of the set-up's scripts, run where they run: in the browser, under the site's content policy.</summary>
public sealed class SetUpModelTests(SetUpModelTests.ScriptPage page) : IClassFixture<SetUpModelTests.ScriptPage>
{
    [Theory]
    // Grids: columns to the right along the turn, rows upwards, numbers go on.
    [InlineData(
        "model",
        "m.addGrid(m.emptyMap('R', ''), { rows: 2, columns: 3, at: [1, 2], stepX: 1.5, stepY: 2 })[0].stations.map(s => [s.id, s.label, ...s.center])",
        """[["S01","1",1,2],["S02","2",2.5,2],["S03","3",4,2],["S04","4",1,4],["S05","5",2.5,4],["S06","6",4,4]]"""
    )]
    [InlineData(
        "model",
        "m.addGrid(m.emptyMap('R', ''), { rows: 1, columns: 2, at: [1, 1], stepX: 2, stepY: 2, rotationDeg: 90 })[0].stations.map(s => s.center)",
        "[[1,1],[1,3]]"
    )]
    [InlineData(
        "model",
        "m.addStation({ ...m.emptyMap('R', ''), stations: [{ id: 'S01', label: 'A-12', center: [0, 0], size: [1, 1], height: 1 }] }, [3, 4])[0].stations[1]",
        """{"id":"S13","label":"13","center":[3,4],"size":[1,1],"height":1,"rotationDeg":0}"""
    )]
    [InlineData("model", "[0.1 + 0.2, -0.0001, 1.23456].map(v => m.round(v))", "[0.3,0,1.235]")]
    [InlineData("model", "[350, -190, 180, -180, 540].map(m.turnOf)", "[-10,170,180,180,180]")]
    [InlineData("model", "m.cornersOf({ center: [2, 2], size: [2, 1], rotationDeg: 90 })", "[[2.5,1],[2.5,3],[1.5,3],[1.5,1]]")]
    [InlineData(
        "model",
        "m.sameNumbers({ stations: [{ id: 'a', label: '1' }, { id: 'b', label: 'B-1' }, { id: 'c', label: '2' }] })",
        """[[1,["a","b"]]]"""
    )]
    [InlineData(
        "model",
        "m.numberByRows({ stations: [{ id: 'a', label: 'x', center: [3, 5.1], size: [1, 1] }, { id: 'b', label: 'x', center: [1, 5], size: [1, 1] }, { id: 'c', label: 'x', center: [9, 1], size: [1, 1] }] }).stations.map(s => s.label)",
        """["3","2","1"]"""
    )]
    [InlineData(
        "model",
        "Object.keys(m.withRegion(m.withRegion({ stations: [{ id: 'a' }] }, 'a', 'C1', [[1, 2]]), 'a', 'C1', null).stations[0])",
        """["id"]"""
    )]
    [InlineData(
        "model",
        "'calibration' in m.withPoints(m.withPoints({ cameras: [{ id: 'C1', image: {} }] }, 'C1', [{ plan: [0, 0, 0], pixel: [1, 1] }]), 'C1', []).cameras[0]",
        "false"
    )]
    [InlineData(
        "model",
        "(m => [m.cameras[0], m.stations[0].regions.C1])(m.resized({ stations: [{ id: 'a', regions: { C1: [[1, 2]] } }], cameras: [{ id: 'C1', image: { width: 10, height: 10 }, masks: [[[1, 1]]], calibration: { points: [{ plan: [0, 0, 0], pixel: [5, 5] }] } }] }, 'C1', { width: 20, height: 40 }))",
        """[{"id":"C1","image":{"width":20,"height":40},"masks":[[[2,4]]],"calibration":{"points":[{"plan":[0,0,0],"pixel":[10,20]}]}},[[2,8]]]"""
    )]
    [InlineData("typed", "['12 x 8.4', '0 0\\n4 0\\n4 3', '１２ × ８'].map(t => m.outlineOf(t).points?.at(2))", "[[12,8.4],[4,3],[12,8]]")]
    [InlineData(
        "typed",
        "['0 0\\n1 1', '0 0\\nx y\\n1 1', '0 0\\n4 4\\n4 0\\n0 4', '0 0\\n4 0\\n4 0', '0 0\\n0.5 0\\n0 0.5', '0 0\\n12000 0\\n12000 8400', ''].map(t => m.outlineOf(t).problem[0])",
        """["TooFewCorners","CornerUnreadable","WallsCross","CornerTwice","RoomTooSmall","Millimetres","TooFewCorners"]"""
    )]
    [InlineData(
        "typed",
        "['1.2', '1,2 m', '120 cm', '1200毫米', '１．２米', 'a', '', '1.2.3', '1e5'].map(m.metresOf)",
        "[1.2,1.2,1.2,1.2,1.2,null,null,null,null]"
    )]
    [InlineData("typed", "m.numberIn('900', 0, 10).problem", """["OutOfRange",900,0,10]""")]
    [InlineData(
        "geometry",
        "m.snap([2.03, 4.97], [[2, 9], [7, 5]])",
        """[[2,5],[{"axis":0,"value":2,"from":[2,9]},{"axis":1,"value":5,"from":[7,5]}]]"""
    )]
    [InlineData("geometry", "[m.snap([2.031, 4.978], [])[0], m.snap([2.031, 4.978], [], 0)[0]]", "[[2.05,5],[2.031,4.978]]")]
    [InlineData("geometry", "[88, 93, 47.4, -2].map(m.snapTurn)", "[90,90,47,0]")]
    [InlineData("geometry", "m.crossing([[0, 0], [4, 4], [4, 0], [0, 4]])", "[1,3]")]
    [InlineData("geometry", "m.crossing([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]])", "null")]
    [InlineData(
        "geometry",
        "m.scaledScan({ left: 0, bottom: 0, width: 10, height: 5 }, [1, 1], [3, 1], 4)",
        """{"left":-1,"bottom":-1,"width":20,"height":10}"""
    )]
    [InlineData("geometry", "m.scaledScan({ left: 0, bottom: 0, width: 10, height: 5 }, [1, 1], [1, 1], 4)", "null")]
    [InlineData(
        "geometry",
        "m.nearestWall([[0, 0], [4, 0], [4, 3], [0, 3]], [4.2, 1])",
        """{"after":1,"at":[4,1],"off":0.20000000000000018}"""
    )]
    [InlineData(
        "lens",
        "(() => { const v = m.plainVirtual('V1', [0, 0], [3, 0], 3); return [v.panDeg, v.tiltDeg, m.aimOf(v), m.aimOf(m.moved(v, [0, 1])), m.aimed(v, [0, 3]).panDeg]; })()",
        "[0,45,[3,0],[3,0],90]"
    )]
    [InlineData(
        "lens",
        "m.project({ position: [0, 0, 3], panDeg: 0, tiltDeg: 45, horizontalFieldOfViewDeg: 90 }, { width: 1000, height: 500 }, [3, 0, 0])",
        "[500,250]"
    )]
    [InlineData(
        "lens",
        "m.project({ position: [0, 0, 3], panDeg: 0, tiltDeg: 45, horizontalFieldOfViewDeg: 90 }, { width: 1000, height: 500 }, [-3, 0, 0])",
        "null"
    )]
    public async Task Function_OfAPureScript_GivesWhatItSays(string module, string call, string expected)
    {
        var found = await RunAsync($"const m = await import('/js/set-up/{module}.js'); return {call};");
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(expected)), found);
    }

    [Fact]
    public async Task History_UndoAndRedo_TakeARunOfDraggingAsOneStep()
    {
        var found = await RunAsync(
            """
            const m = await import('/js/set-up/history.js');
            let h = m.begin('a');
            h = m.record(h, 'b', 'drag'); h = m.record(h, 'c', 'drag'); h = m.settle(h); h = m.record(h, 'd', 'drag');
            const steps = [h.now, (h = m.undo(h)).now, (h = m.undo(h)).now, m.undo(h).now, (h = m.redo(h)).now];
            h = m.record(h, 'e');
            return [...steps, m.canRedo(h), m.undo(h).now];
            """
        );
        Assert.Equal("""["d","c","a","a","c",false,"c"]""", found);
    }

    [Fact]
    public async Task Draft_TheNewerOfBoth_GoesOnAndSaysWhenItIsStale()
    {
        var found = await RunAsync(
            """
            const m = await import('/js/set-up/draft.js');
            const of = (at, base, name) => ({ at, base, map: { room: { name } } });
            const force = { version: 3, map: { room: { name: 'force' } } };
            const say = c => [c.from, c.map.room.name, c.isStale];
            return [
              say(m.choose(of('2026-03-02T10:00:00Z', 3, 'here'), of('2026-03-02T09:00:00Z', 3, 'there'), force)),
              say(m.choose(of('2026-03-02T08:00:00Z', 3, 'here'), of('2026-03-02T09:00:00Z', 2, 'there'), force)),
              say(m.choose(null, null, force)), say(m.choose(of('2026-03-02T10:00:00Z', 1, 'force'), null, force)),
            ];
            """
        );
        Assert.Equal("""[["browser","here",false],["agent","there",true],["force","force",false],["force","force",false]]""", found);
    }

    [Fact]
    public async Task Suggestions_OfPoints_SpreadOverTheRoomAtTwoHeights()
    {
        var found = await RunAsync(
            """
            const model = await import('/js/set-up/model.js');
            const m = await import('/js/set-up/suggest.js');
            const map = model.withOutline(model.addGrid(model.emptyMap('R', ''), { rows: 3, columns: 4, at: [2, 2], stepX: 2.5, stepY: 2 })[0], [[0, 0], [12, 0], [12, 8], [0, 8]]);
            const list = m.places(map), marked = [], skipped = new Set(['S12/2']);
            for (let i = 0; i < 10; i++) marked.push(m.nextPlace(list, marked, skipped).plan);
            const xs = marked.map(p => p[0]), ys = marked.map(p => p[1]);
            return [list.length, marked.filter(p => p[2] === 0).length >= 2, new Set(marked.slice(0, 6).map(p => p[2])).size, Math.max(...xs) - Math.min(...xs) > 8, Math.max(...ys) - Math.min(...ys) > 4,
              new Set(marked.map(String)).size, marked.some(p => String(p) === String(list.find(q => q.key === 'S12/2').plan)), m.nextPlace([], [])];
            """
        );
        Assert.Equal("[52,true,2,true,true,10,false,null]", found);
    }

    [Fact]
    public async Task Suggestions_OfFloorCorners_LieAwayFromTheCameraAndFromWhatCannotBeSeen()
    {
        var found = await RunAsync(
            """
            const model = await import('/js/set-up/model.js');
            const m = await import('/js/set-up/suggest.js');
            const map = model.withOutline(model.addGrid(model.emptyMap('R', ''), { rows: 3, columns: 4, at: [2, 2], stepX: 2.5, stepY: 2 })[0], [[0, 0], [12, 0], [12, 8], [0, 8]]);
            const list = m.places(map), at = key => list.find(p => p.key === key).plan, marked = ['S01/0', 'S12/2', 'S04/1', 'S09/3'].map(at);
            const near = m.nextPlace(list, [at('S01/0')], new Set(['S12/2'])).plan;
            return [m.nextPlace(list, marked, new Set(), null, at('S01/0')).key, m.nextPlace(list, marked, new Set(), null, at('S12/2')).key,
              m.nextPlace(list, marked.slice(0, 3)).kind, Math.hypot(near[0] - at('S12/2')[0], near[1] - at('S12/2')[1]) > 2.5];
            """
        );
        Assert.Equal("""["floor/2","floor/0","station",true]""", found);
    }

    [Fact]
    public async Task PlaneView_OfFourPointsOfOneLevel_LeavesOutWhatLiesOutsideThePicture()
    {
        var found = await RunAsync(
            """
            const lens = await import('/js/set-up/lens.js');
            const m = await import('/js/set-up/plane.js');
            const pose = { position: [0.3, 0.3, 2.9], panDeg: 40, tiltDeg: 25, horizontalFieldOfViewDeg: 80 }, image = { width: 1920, height: 1080 };
            const points = [[4, 2, 0.75], [6, 6, 0.75], [9, 4, 0.75], [4, 5, 0.75]].map(plan => ({ plan, pixel: lens.project(pose, image, plan) }));
            const view = m.planeView(points, image), at = view.at([8, 6]), true1 = lens.project(pose, image, [8, 6, 0.75]);
            const off = Math.hypot(at[0] * image.width - true1[0], at[1] * image.height - true1[1]);
            const inARow = [[1, 1], [2, 2], [3, 3], [4, 4]].map(([x, y]) => ({ plan: [x, y, 0.75], pixel: [x * 100, 300] }));
            return [off < 3, m.mayBeSeen(view, [8, 6, 0.75]), m.mayBeSeen(view, [12, 8.4, 0]), m.mayBeSeen(view, [0, 0, 0]), m.mayBeSeen(view, [0, 8.4, 0]), m.mayBeSeen(view, [-3, -3, 0.75]),
              m.planeView(points.slice(1), image), m.planeView(inARow, image)];
            """
        );
        Assert.Equal("[true,true,true,false,false,false,null,null]", found);
    }

    [Fact]
    public async Task Newest_AskedManyTimes_AsksForTheLastOneOfThoseThatWaited()
    {
        var found = await RunAsync(
            """
            const m = await import('/js/set-up/api.js');
            const asked = [];
            const gates = [];
            const put = m.newest(v => { asked.push(v); return new Promise(r => gates.push(r)); });
            put(1); put(2); put(3);
            gates[0](); await new Promise(r => setTimeout(r));
            gates[1](); await new Promise(r => setTimeout(r));
            return asked;
            """
        );
        Assert.Equal("[1,3]", found);
    }

    private async Task<string> RunAsync(string body) =>
        JsonSerializer.Serialize(
            JsonSerializer.Deserialize<JsonElement>(
                await page.Page.EvaluateAsync<string>($"async () => JSON.stringify(await (async () => {{ {body} }})())")
            )
        );

    /// <summary>One page of the site for all of them: what is called keeps nothing.</summary>
    public sealed class ScriptPage(Browser browser) : IAsyncLifetime
    {
        private readonly BareDashboard _dashboard = new();

        public IPage Page { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await _dashboard.InitializeAsync();
            Page = await browser.OpenAsync([]);
            await Page.GotoAsync(new Uri(_dashboard.Address, "/login").ToString());
        }

        public async ValueTask DisposeAsync()
        {
            await Page.Context.CloseAsync();
            await _dashboard.DisposeAsync();
        }
    }
}
