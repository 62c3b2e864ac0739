using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>Set-up as a stand-in agent keeps it. It solves nothing: it knows where its cameras hang, and calls a point wrong that lies far from where they see it.</summary>
internal sealed class FakeSetUp
{
    /// <summary>Size of its pictures.</summary>
    public static readonly PixelSize Size = new(960, 540);

    private const double WrongPx = 33;
    private readonly Lock _gate = new();
    private readonly List<(CalibrationVersion Version, StationMap Map)> _versions = [];
    private readonly ConcurrentDictionary<string, byte[]> _drafts = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;
    private RoomSetUp? _room;

    public FakeSetUp(FakeAgent agent, WebApplication app, DateTimeOffset now)
    {
        _now = now;
        const string room = SetUpApi.Root + "/rooms/{room}";
        app.MapGet(SetUpApi.Root, () => FakeRecords.Json(Overview()));
        app.MapGet(room, () => _room is { } known ? FakeRecords.Json(known) : FakeRecords.Problem(404, "No such room."));
        app.MapPut(room, Task<IResult> (HttpContext http) => PutAsync(agent, http));
        app.MapGet(room + "/draft", (string room) => _drafts.TryGetValue(room, out var draft) ? Results.Bytes(draft, "application/json") : FakeRecords.Problem(404, "No draft."));
        app.MapPut(room + "/draft", async (HttpContext http, string room) => { _drafts[room] = await BodyAsync(http); return Results.NoContent(); });
        app.MapDelete(room + "/draft", (string room) => { _drafts.TryRemove(room, out _); return Results.NoContent(); });
        app.MapPost(SetUpApi.Check, async Task<IResult> (HttpContext http) => { Checks++; return FakeRecords.Json(Judge(await ReadAsync<RoomDraft>(http))); });
        app.MapPost(SetUpApi.Advice, async Task<IResult> (HttpContext http) => FakeRecords.Json(Advice(await ReadAsync<RoomDraft>(http))));
        app.MapPost(SetUpApi.WhatIfPdf, () => Results.Bytes("%PDF-1.7 what if"u8.ToArray(), "application/pdf"));
        app.MapPost(SetUpApi.PlatesPdf, () => Results.Bytes("%PDF-1.7 plates"u8.ToArray(), "application/pdf"));
        app.MapPost(room + "/cameras/{camera}/pictures", (HttpContext http, string camera) => agent.Act(http, _ => Take(camera)));
        app.MapPost(room + "/cameras/{camera}/pictures/brought", (HttpContext http, string camera) => agent.Act(http, _ => FakeRecords.Json(Picture(camera) with { Findings = Said })));
        app.MapPost(room + "/cameras/{camera}/carry-over", (HttpContext http, string camera) => CarryAsync(http, camera));
        app.MapPost(room + "/plan-picture", (HttpContext http) => agent.Act(http, _ => FakeRecords.Json(new TakenPicture("pictures/plan-20260302T010000Z-3fa91c20.png", _now, new(1000, 500), new string('b', 64), false, []))));
        app.MapGet(room + "/pictures/{file}", () => Results.File(Path.Combine(AppContext.BaseDirectory, "Golden", "picture-1.jpg"), "image/jpeg"));
        app.MapPost(room + "/calibrate-from-plates", Task<IResult> (HttpContext http) => FromPlatesAsync(http));
        app.MapPost(SetUpApi.TestCamera, Task<IResult> (HttpContext http) => TestAsync(agent, http));
        app.MapGet(SetUpApi.TestCamera + "/{test}.jpg", () => Results.File(Path.Combine(AppContext.BaseDirectory, "Golden", "picture-2.jpg"), "image/jpeg"));
        app.MapPost(SetUpApi.Discover, (HttpContext http) => agent.Act(http, _ => FakeRecords.Json(
            new CameraDiscovery([new("http://10.0.0.31/onvif/device_service", "Cam 31", "X1", "hall", null)], []))));
        app.MapPost(SetUpApi.Onvif, (HttpContext http) => agent.Act(http, _ => FakeRecords.Json(new OnvifCamera(
            "http://10.0.0.31/onvif/device_service", "Maker", "X1", "1.0", 12, [new("main", "h264", Size, 25, 2000, 2, "rtsp://10.0.0.31/main", null)], "rtsp://10.0.0.31/main", "rtsp://10.0.0.31/sub", []))));
        app.MapPost(SetUpApi.ImportStations, async Task<IResult> (HttpContext http) => FakeRecords.Json(Import(await BodyAsync(http))));
        app.MapGet(room + "/versions", () => { lock (_gate) return FakeRecords.Json<IReadOnlyList<CalibrationVersion>>([.. _versions.Select(v => v.Version).Reverse()]); });
        app.MapGet(room + "/versions/{n:int}", (int n) => { lock (_gate) return FakeRecords.Json(new CalibrationVersionDetail(_versions[n - 1].Version, _versions[n - 1].Map, Judge(new(_versions[n - 1].Map)))); });
        app.MapGet(room + "/versions/{n:int}/changes/{m:int}", (int n, int m) => FakeRecords.Json(new VersionComparison(n, m, [new("station", "S01", "changed", new("Station 1 moved by 0.40 m.", "工位 1 移动了 0.40 米。"), 0.4)])));
        app.MapPost(room + "/versions/{n:int}/signature", (HttpContext http, int n) => agent.Act(http, person => Sign(n, person)));
        app.MapGet(room + "/versions/{n:int}/certificate.pdf", (string? language) => Results.Bytes("%PDF-1.7 certificate"u8.ToArray(), "application/pdf"));
    }

    /// <summary>Drafts that were looked at.</summary>
    public int Checks { get; private set; }

    /// <summary>Bodies of rooms that were saved.</summary>
    public ConcurrentQueue<string> Saved { get; } = new();

    /// <summary>What it finds wrong with pictures that are brought, files that are imported and cameras that are tried; null for nothing of its own.</summary>
    public SetUpFinding? Told { get; set; }

    private IReadOnlyList<SetUpFinding> Said => Told is { } told ? [told] : [];

    /// <summary>Set to let another person be faster with the next save.</summary>
    public bool Conflict { get; set; }

    /// <summary>The room in force; null before the first save.</summary>
    public RoomSetUp? Room => _room;

    /// <summary>Drafts as they were sent.</summary>
    public string? Draft(string room) => _drafts.TryGetValue(room, out var draft) ? System.Text.Encoding.UTF8.GetString(draft) : null;

    /// <summary>Leaves a draft as if somebody had sent it.</summary>
    public void Leave(string room, string draft) => _drafts[room] = System.Text.Encoding.UTF8.GetBytes(draft);

    /// <summary>Nothing is set up any more.</summary>
    public void Clear()
    {
        lock (_gate) _versions.Clear();
        _drafts.Clear();
        Saved.Clear();
        (_room, Conflict, Told) = (null, false, null);
    }

    /// <summary>Where a camera sees a point of the room, pixels; null when it does not.</summary>
    public static PixelPoint? See(CameraId camera, SpacePoint p)
    {
        var c = PoseOf(camera);
        var (pan, tilt) = (c.PanDeg * Math.PI / 180, c.TiltDeg * Math.PI / 180);
        var (dx, dy, dz) = (p.X - c.Position.X, p.Y - c.Position.Y, p.Z - c.Position.Z);
        var flat = (dx * Math.Cos(pan)) + (dy * Math.Sin(pan));
        var ahead = (flat * Math.Cos(tilt)) - (dz * Math.Sin(tilt));
        if (ahead <= 0.1) return null;
        var f = Size.Width / 2.0 / Math.Tan(c.HorizontalFieldOfViewDeg * Math.PI / 360);
        var u = (Size.Width / 2.0) + (f * ((dx * Math.Sin(pan)) - (dy * Math.Cos(pan))) / ahead);
        var v = (Size.Height / 2.0) + (f * ((-flat * Math.Sin(tilt)) - (dz * Math.Cos(tilt))) / ahead);
        return u < 0 || v < 0 || u > Size.Width || v > Size.Height ? null : new(u, v);
    }

    private static CameraPose PoseOf(CameraId camera) => camera.Text switch
    {
        "C2" => new(new(11.7, 8.1, 2.9), -145, 28, 0, 92),
        "C3" => new(new(11.7, 0.3, 2.9), 145, 28, 0, 92),
        _ => new(new(0.3, 0.3, 2.9), 35, 28, 0, 92),
    };

    private static DraftResult Judge(RoomDraft draft)
    {
        var cameras = draft.Map.Cameras.Select(OfCamera).ToList();
        var solved = cameras.Where(c => c.Kind == "spatial").Select(c => (c.Camera, Pose: c.Pose!)).ToList();
        cameras.AddRange((draft.VirtualCameras ?? []).Select(v => new CameraResult(v.Id, true, "spatial", null, [], [], null, null, null, v.Image, new(v.Position, v.PanDeg, v.TiltDeg, v.RollDeg, v.HorizontalFieldOfViewDeg), [])));
        var stations = draft.Map.Stations.Select(s =>
        {
            var views = solved.Select(c => OfStation(s, c.Camera)).OfType<StationViewResult>().ToList();
            return new StationResult(s.Id, s.Label, 30, 0.75, views.Count > 0 ? views[0].Camera : null, views.Count > 1 ? views[1].Camera : null, views.Count > 0, views);
        }).ToList();
        var findings = cameras.SelectMany((c, i) => c.Points.Where(p => p.State == "wrong").Select(p => new SetUpFinding(
            FindingLevel.Error, "point-wrong", string.Create(CultureInfo.InvariantCulture, $"$.map.cameras[{i}].calibration.points[{p.Index}]"), p.Text!, new("Mark it again.", "请重新标记该点。")) { Camera = c.Camera, Point = p.Index })).ToList();
        var outline = draft.Map.Room.Outline;
        var floor = outline.Count < 3 ? null : new FloorResult(100.8, solved.Count > 0 ? 0.94 : 0, solved.Count > 1 ? 0.6 : 0, [new([new(5, 8), new(6, 8), new(6, 8.4), new(5, 8.4)], 0.4)],
            draft.HeatMap ? new(0, 0, 0.6, 20, 14, string.Concat(Enumerable.Range(0, 280).Select(i => (char)('0' + Math.Min(solved.Count, i % 3))))) : null);
        return new(findings, stations, cameras, floor, 1);
    }

    private static CameraResult OfCamera(MapCamera camera)
    {
        var points = camera.Calibration?.Points ?? [];
        var missing = points.Count < 6 || points.Select(p => p.Plan.Z).Distinct().Count() < 2;
        var results = points.Select((p, i) =>
        {
            var at = See(camera.Id, p.Plan);
            double? miss = at is { } a ? Math.Sqrt(Math.Pow(a.U - p.Pixel.U, 2) + Math.Pow(a.V - p.Pixel.V, 2)) : null;
            var state = missing ? "unknown" : miss is null or > WrongPx ? "wrong" : "fits";
            return new PointResult(i, missing ? null : at, missing ? null : miss, missing ? null : miss / 2, missing ? null : miss, state,
                state == "wrong" ? new($"Point {i + 1} is off by {miss:0} px.", $"第 {i + 1} 点偏差 {miss:0} 像素。") : null);
        }).ToList();
        var isWrong = results.Any(r => r.State == "wrong");
        var kind = points.Count == 0 ? "none" : missing || isWrong ? "refused" : "spatial";
        var refusal = kind != "refused" ? null : isWrong ? new LocalText("A point does not agree with the others.", "有一点与其他点不吻合。") : new LocalText("Mark six points or more, at two heights.", "请标至少六个点，且高度不同。");
        var share = kind == "spatial" ? results.Average(r => r.MissPx!.Value) / 1101 : (double?)null;
        return new(camera.Id, false, kind, refusal, [], results, kind == "spatial" ? results.Average(r => r.MissPx!.Value) : null, share * 1101, share, camera.Image, kind == "spatial" ? PoseOf(camera.Id) : null, []);
    }

    private static StationViewResult? OfStation(MapStation s, CameraId camera)
    {
        var (w, d) = (s.Size.Width / 2, s.Size.Depth / 2);
        PixelPoint?[] corners = [.. new[] { (-w, -d), (w, -d), (w, d), (-w, d) }.Select(c => See(camera, new(s.Center.X + c.Item1, s.Center.Y + c.Item2, s.Height)))];
        return corners.Any(c => c is null) ? null : new(camera, 140, 60, 1, true, "none", false, false, [.. corners.Select(c => c!.Value)], []);
    }

    private static List<CameraMove> Advice(RoomDraft draft) => draft.Map.Cameras.Count == 0 ? [] :
        [new(draft.Map.Cameras[0].Id, new(new(0.3, 0.3, 2.9), 45, 25, 0, 92), 10, 12, 0.8, 0.94, new("Turn the camera 10° to the left.", "将摄像机向左转 10°。"))];

    private StationImport Import(byte[] file)
    {
        if (Told is { } told) return new([], [told], null, "m");
        var text = System.Text.Encoding.UTF8.GetString(file);
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(l => l.Split(',')).ToList();
        double N(string t) => double.Parse(t, CultureInfo.InvariantCulture);
        return new([.. rows.Select(r => new MapStation(StationId.Of(r[0]), r[1], new(N(r[2]), N(r[3])), new(N(r[4]), N(r[5])), N(r[6])))], [], "utf-8", "m");
    }

    private SetUpOverview Overview() => new(
        _room is { } r ? [new(r.Room, r.Map.Room.Name, r.Version, r.Map.Stations.Count, r.Map.Cameras.Count, 0, false, !_drafts.IsEmpty, SetUpSource.SetUp)] : [], []);

    private IResult Take(string camera) => _room?.Map.Cameras.Any(c => c.Id.Text == camera) != true ? FakeRecords.Problem(404, "No such camera.") : FakeRecords.Json(Picture(camera));

    private TakenPicture Picture(string camera) => new($"pictures/{camera}-20260302T010000Z-3fa91c20.png", _now, Size, new string('a', 64), camera == "C2",
        camera == "C2" ? [new(FindingLevel.Warning, "people-in-picture", "$", new("People seem to stand in the picture.", "画面中似乎有人。"), new("Take it again when the room is empty.", "请在无人时重新拍摄。"))] : []);

    private async Task<IResult> CarryAsync(HttpContext http, string camera)
    {
        var asked = await ReadAsync<CarryOverRequest>(http);
        var moved = asked.Camera with { Reference = Picture(camera).Name, Calibration = new([.. asked.Camera.Calibration!.Points.Select(p => p with { Pixel = new(p.Pixel.U + 2, p.Pixel.V) })]) };
        return FakeRecords.Json(new CarryOver(true, Picture(camera), moved, new Dictionary<StationId, IReadOnlyList<PixelPoint>>(), [], 2, new("The points were found again, 2 px away.", "已找回各点，移动 2 像素。")));
    }

    private async Task<IResult> FromPlatesAsync(HttpContext http)
    {
        var asked = await ReadAsync<PlateCalibrationRequest>(http);
        var cameras = asked.Map.Cameras.Select(c =>
        {
            var seen = asked.Map.Stations.Select((s, i) => (Number: i + 1, Station: s, At: See(c.Id, new(s.Center.X, s.Center.Y, s.Height)))).Where(s => s.At is not null).ToList();
            var points = seen.Select(s => new CalibrationPoint(new(s.Station.Center.X, s.Station.Center.Y, s.Station.Height), s.At!.Value)).Concat(c.Calibration?.Points.Where(p => p.Plan.Z < 0.05) ?? []).ToList();
            var entry = c with { Image = Size, Reference = Picture(c.Id.Text).Name, Calibration = new(points) };
            return new CameraFromPlates(c.Id, Picture(c.Id.Text), [.. seen.Select(s => new SeenPlate(s.Number, s.Station.Id, s.At!.Value, [], 30))], entry, OfCamera(entry), []);
        });
        return FakeRecords.Json(new PlateCalibration([.. cameras], []));
    }

    private async Task<IResult> TestAsync(FakeAgent agent, HttpContext http)
    {
        var asked = await ReadAsync<CameraAccess>(http);
        return agent.Act(http, _ => FakeRecords.Json(asked.Address.Contains("dead", StringComparison.Ordinal)
            ? new CameraTest("t0", false, false, null, null, [new(FindingLevel.Error, "unreachable", "$.address", new("Nothing answers at 10.0.0.99.", "10.0.0.99 没有应答。"), new("Check cable and address.", "请检查网线和地址。"))], 2000)
            : new CameraTest("t1", true, true, new("h264", Size, 25, 2100, 2, null, 350), null, [new(FindingLevel.Warning, "no-audio", "$.address", new("The camera sends no sound.", "摄像机没有声音。"), new("Switch the microphone on.", "请打开麦克风。")), .. Said], 3000)));
    }

    private async Task<IResult> PutAsync(FakeAgent agent, HttpContext http)
    {
        var body = await BodyAsync(http);
        var change = JsonSerializer.Deserialize<RoomSetUpChange>(body, ContractJson.Options)!;
        return agent.Act(http, person => Save(change, body, person));
    }

    private IResult Save(RoomSetUpChange change, byte[] body, ActingPerson person)
    {
        lock (_gate)
        {
            Saved.Enqueue(System.Text.Encoding.UTF8.GetString(body));
            if (Conflict)
            {
                Conflict = false;
                return FakeRecords.Json(new SetUpConflict(_versions.Count, "Li", _now, new($"Li saved version {_versions.Count} in the meantime.", $"李同时保存了版本 {_versions.Count}。")), 409);
            }

            if (change.Map.Stations.GroupBy(s => s.Label).FirstOrDefault(g => g.Count() > 1) is { } twice)
            {
                return FakeRecords.Json(new SetUpRefusal([new(FindingLevel.Error, "plate-number-twice", "$.map.stations[1].label",
                    new($"Number {twice.Key} is given twice.", $"编号 {twice.Key} 重复。"), new("Change one of them.", "请修改其中一个。")) { Station = twice.Last().Id }]), 422);
            }

            if (_versions.Count > 0) _versions[^1] = (_versions[^1].Version with { ValidTo = _now }, _versions[^1].Map);
            var version = new CalibrationVersion(_versions.Count + 1, _now, null, person.Name, person.Reason!, new string('c', 64), 40 + _versions.Count, null);
            _versions.Add((version, change.Map));
            _room = new(change.Map.Room.Id, version.Version, change.Map, [.. change.Cameras.Select(c => new CameraSetUp(
                c.Id, c.Address, c.AnalysisAddress, c.User, c.Password is not null, c.Transport, c.AllowPasswordInClear, c.Enabled, SetUpSource.SetUp))], change.Record, change.SoundRequired, SetUpSource.SetUp, version, []);
            return FakeRecords.Json(_room);
        }
    }

    private IResult Sign(int n, ActingPerson person)
    {
        lock (_gate)
        {
            var signed = _versions[n - 1].Version with { Signature = new(person.Name, _now, 77) };
            _versions[n - 1] = (signed, _versions[n - 1].Map);
            return FakeRecords.Json(signed);
        }
    }

    private static async Task<byte[]> BodyAsync(HttpContext http)
    {
        using var memory = new MemoryStream();
        await http.Request.Body.CopyToAsync(memory);
        return memory.ToArray();
    }

    private static async Task<T> ReadAsync<T>(HttpContext http) => JsonSerializer.Deserialize<T>(await BodyAsync(http), ContractJson.Options)!;
}
