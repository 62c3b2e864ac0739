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

/// <summary>
/// Set-up as a stand-in agent keeps it. It solves nothing: it knows where its cameras hang, and calls a point wrong that lies far from
/// where they see it.
/// </summary>
internal sealed class FakeSetUp
{
    /// <summary>Size of its pictures.</summary>
    public static readonly PixelSize Size = new(960, 540);

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
        app.MapGet(
            room + "/draft",
            (string room) =>
                _drafts.TryGetValue(room, out var draft) ? Results.Bytes(draft, "application/json") : FakeRecords.Problem(404, "No draft.")
        );
        app.MapPut(
            room + "/draft",
            async (HttpContext http, string room) =>
            {
                _drafts[room] = await BodyAsync(http);
                return Results.NoContent();
            }
        );
        app.MapDelete(
            room + "/draft",
            (string room) =>
            {
                _drafts.TryRemove(room, out _);
                return Results.NoContent();
            }
        );
        app.MapPost(
            SetUpApi.Check,
            async Task<IResult> (HttpContext http) =>
            {
                Checks++;
                return FakeRecords.Json(FakeCalibration.Judge(await ReadAsync<RoomDraft>(http)));
            }
        );
        app.MapPost(
            SetUpApi.Advice,
            async Task<IResult> (HttpContext http) => FakeRecords.Json(FakeCalibration.Advice(await ReadAsync<RoomDraft>(http)))
        );
        app.MapPost(SetUpApi.WhatIfPdf, () => Results.Bytes("%PDF-1.7 what if"u8.ToArray(), "application/pdf"));
        app.MapPost(SetUpApi.PlatesPdf, () => Results.Bytes("%PDF-1.7 plates"u8.ToArray(), "application/pdf"));
        app.MapPost(room + "/cameras/{camera}/pictures", (HttpContext http, string camera) => agent.Act(http, _ => Take(camera)));
        app.MapPost(
            room + "/cameras/{camera}/pictures/brought",
            (HttpContext http, string camera) => agent.Act(http, _ => FakeRecords.Json(Picture(camera) with { Findings = Said }))
        );
        app.MapPost(room + "/cameras/{camera}/carry-over", (HttpContext http, string camera) => CarryAsync(http, camera));
        app.MapPost(
            room + "/plan-picture",
            (HttpContext http) =>
                agent.Act(
                    http,
                    _ =>
                        FakeRecords.Json(
                            new TakenPicture(
                                "pictures/plan-20260302T010000Z-3fa91c20.png",
                                _now,
                                new(1000, 500),
                                new string('b', 64),
                                false,
                                []
                            )
                        )
                )
        );
        app.MapGet(
            room + "/pictures/{file}",
            () => Results.File(Path.Combine(AppContext.BaseDirectory, "Golden", "picture-1.jpg"), "image/jpeg")
        );
        app.MapPost(room + "/calibrate-from-plates", Task<IResult> (HttpContext http) => FromPlatesAsync(http));
        app.MapPost(SetUpApi.TestCamera, Task<IResult> (HttpContext http) => TestAsync(agent, http));
        app.MapGet(
            SetUpApi.TestCamera + "/{test}.jpg",
            () => Results.File(Path.Combine(AppContext.BaseDirectory, "Golden", "picture-2.jpg"), "image/jpeg")
        );
        app.MapPost(
            SetUpApi.Discover,
            (HttpContext http) =>
                agent.Act(
                    http,
                    _ =>
                        FakeRecords.Json(
                            new CameraDiscovery([new("http://10.0.0.31/onvif/device_service", "Cam 31", "X1", "hall", null)], [])
                        )
                )
        );
        app.MapPost(
            SetUpApi.Onvif,
            (HttpContext http) =>
                agent.Act(
                    http,
                    _ =>
                        FakeRecords.Json(
                            new OnvifCamera(
                                "http://10.0.0.31/onvif/device_service",
                                "Maker",
                                "X1",
                                "1.0",
                                12,
                                [new("main", "h264", Size, 25, 2000, 2, "rtsp://10.0.0.31/main", null)],
                                "rtsp://10.0.0.31/main",
                                "rtsp://10.0.0.31/sub",
                                []
                            )
                        )
                )
        );
        app.MapPost(SetUpApi.ImportStations, async Task<IResult> (HttpContext http) => FakeRecords.Json(Import(await BodyAsync(http))));
        app.MapGet(
            room + "/versions",
            () =>
            {
                lock (_gate)
                    return FakeRecords.Json<IReadOnlyList<CalibrationVersion>>([.. _versions.Select(v => v.Version).Reverse()]);
            }
        );
        app.MapGet(
            room + "/versions/{n:int}",
            (int n) =>
            {
                lock (_gate)
                    return FakeRecords.Json(
                        new CalibrationVersionDetail(
                            _versions[n - 1].Version,
                            _versions[n - 1].Map,
                            FakeCalibration.Judge(new(_versions[n - 1].Map))
                        )
                    );
            }
        );
        app.MapGet(
            room + "/versions/{n:int}/changes/{m:int}",
            (int n, int m) =>
                FakeRecords.Json(
                    new VersionComparison(
                        n,
                        m,
                        [new("station", "S01", "changed", new("Station 1 moved by 0.40 m.", "工位 1 移动了 0.40 米。"), 0.4)]
                    )
                )
        );
        app.MapPost(room + "/versions/{n:int}/signature", (HttpContext http, int n) => agent.Act(http, person => Sign(n, person)));
        app.MapGet(
            room + "/versions/{n:int}/certificate.pdf",
            (string? language) => Results.Bytes("%PDF-1.7 certificate"u8.ToArray(), "application/pdf")
        );
    }

    /// <summary>Drafts that were looked at.</summary>
    public int Checks { get; private set; }

    /// <summary>Bodies of rooms that were saved.</summary>
    public ConcurrentQueue<string> Saved { get; } = new();

    /// <summary>
    /// What it finds wrong with pictures that are brought, files that are imported and cameras that are tried; null for nothing of its own.
    /// </summary>
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
        lock (_gate)
            _versions.Clear();
        _drafts.Clear();
        Saved.Clear();
        (_room, Conflict, Told) = (null, false, null);
    }

    private StationImport Import(byte[] file)
    {
        if (Told is { } told)
            return new([], [told], null, "m");
        var text = System.Text.Encoding.UTF8.GetString(file);
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(l => l.Split(','))
            .ToList();
        double N(string t) => double.Parse(t, CultureInfo.InvariantCulture);
        return new(
            [.. rows.Select(r => new MapStation(StationId.Of(r[0]), r[1], new(N(r[2]), N(r[3])), new(N(r[4]), N(r[5])), N(r[6])))],
            [],
            "utf-8",
            "m"
        );
    }

    private SetUpOverview Overview() =>
        new(
            _room is { } r
                ?
                [
                    new(
                        r.Room,
                        r.Map.Room.Name,
                        r.Version,
                        r.Map.Stations.Count,
                        r.Map.Cameras.Count,
                        0,
                        false,
                        !_drafts.IsEmpty,
                        SetUpSource.SetUp
                    ),
                ]
                : [],
            []
        );

    private IResult Take(string camera) =>
        _room?.Map.Cameras.Any(c => c.Id.Text == camera) != true
            ? FakeRecords.Problem(404, "No such camera.")
            : FakeRecords.Json(Picture(camera));

    private TakenPicture Picture(string camera) =>
        new(
            $"pictures/{camera}-20260302T010000Z-3fa91c20.png",
            _now,
            Size,
            new string('a', 64),
            camera == "C2",
            camera == "C2"
                ?
                [
                    new(
                        FindingLevel.Warning,
                        "people-in-picture",
                        "$",
                        new("People seem to stand in the picture.", "画面中似乎有人。"),
                        new("Take it again when the room is empty.", "请在无人时重新拍摄。")
                    ),
                ]
                : []
        );

    private async Task<IResult> CarryAsync(HttpContext http, string camera)
    {
        var asked = await ReadAsync<CarryOverRequest>(http);
        var moved = asked.Camera with
        {
            Reference = Picture(camera).Name,
            Calibration = new([.. asked.Camera.Calibration!.Points.Select(p => p with { Pixel = new(p.Pixel.U + 2, p.Pixel.V) })]),
        };
        return FakeRecords.Json(
            new CarryOver(
                true,
                Picture(camera),
                moved,
                new Dictionary<StationId, IReadOnlyList<PixelPoint>>(),
                [],
                2,
                new("The points were found again, 2 px away.", "已找回各点，移动 2 像素。")
            )
        );
    }

    private async Task<IResult> FromPlatesAsync(HttpContext http)
    {
        var asked = await ReadAsync<PlateCalibrationRequest>(http);
        var cameras = asked.Map.Cameras.Select(c =>
        {
            var seen = asked
                .Map.Stations.Select(
                    (s, i) => (Number: i + 1, Station: s, At: FakeCalibration.See(c.Id, new(s.Center.X, s.Center.Y, s.Height)))
                )
                .Where(s => s.At is not null)
                .ToList();
            var points = seen.Select(s => new CalibrationPoint(new(s.Station.Center.X, s.Station.Center.Y, s.Station.Height), s.At!.Value))
                .Concat(c.Calibration?.Points.Where(p => p.Plan.Z < 0.05) ?? [])
                .ToList();
            var entry = c with { Image = Size, Reference = Picture(c.Id.Text).Name, Calibration = new(points) };
            return new CameraFromPlates(
                c.Id,
                Picture(c.Id.Text),
                [.. seen.Select(s => new SeenPlate(s.Number, s.Station.Id, s.At!.Value, [], 30))],
                entry,
                FakeCalibration.OfCamera(entry),
                []
            );
        });
        return FakeRecords.Json(new PlateCalibration([.. cameras], []));
    }

    private async Task<IResult> TestAsync(FakeAgent agent, HttpContext http)
    {
        var asked = await ReadAsync<CameraAccess>(http);
        return agent.Act(
            http,
            _ =>
                FakeRecords.Json(
                    asked.Address.Contains("dead", StringComparison.Ordinal)
                        ? new CameraTest(
                            "t0",
                            false,
                            false,
                            null,
                            null,
                            [
                                new(
                                    FindingLevel.Error,
                                    "unreachable",
                                    "$.address",
                                    new("Nothing answers at 10.0.0.99.", "10.0.0.99 没有应答。"),
                                    new("Check cable and address.", "请检查网线和地址。")
                                ),
                            ],
                            2000
                        )
                        : new CameraTest(
                            "t1",
                            true,
                            true,
                            new("h264", Size, 25, 2100, 2, null, 350),
                            null,
                            [
                                new(
                                    FindingLevel.Warning,
                                    "no-audio",
                                    "$.address",
                                    new("The camera sends no sound.", "摄像机没有声音。"),
                                    new("Switch the microphone on.", "请打开麦克风。")
                                ),
                                .. Said,
                            ],
                            3000
                        )
                )
        );
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
                return FakeRecords.Json(
                    new SetUpConflict(
                        _versions.Count,
                        "Li",
                        _now,
                        new($"Li saved version {_versions.Count} in the meantime.", $"李同时保存了版本 {_versions.Count}。")
                    ),
                    409
                );
            }

            if (change.Map.Stations.GroupBy(s => s.Label).FirstOrDefault(g => g.Count() > 1) is { } twice)
            {
                return FakeRecords.Json(
                    new SetUpRefusal([
                        new(
                            FindingLevel.Error,
                            "plate-number-twice",
                            "$.map.stations[1].label",
                            new($"Number {twice.Key} is given twice.", $"编号 {twice.Key} 重复。"),
                            new("Change one of them.", "请修改其中一个。")
                        )
                        {
                            Station = twice.Last().Id,
                        },
                    ]),
                    422
                );
            }

            if (_versions.Count > 0)
                _versions[^1] = (_versions[^1].Version with { ValidTo = _now }, _versions[^1].Map);
            var version = new CalibrationVersion(
                _versions.Count + 1,
                _now,
                null,
                person.Name,
                person.Reason!,
                new string('c', 64),
                40 + _versions.Count,
                null
            );
            _versions.Add((version, change.Map));
            _room = new(
                change.Map.Room.Id,
                version.Version,
                change.Map,
                [
                    .. change.Cameras.Select(c => new CameraSetUp(
                        c.Id,
                        c.Address,
                        c.AnalysisAddress,
                        c.User,
                        c.Password is not null,
                        c.Transport,
                        c.AllowPasswordInClear,
                        c.Enabled,
                        SetUpSource.SetUp
                    )),
                ],
                change.Record,
                change.SoundRequired,
                SetUpSource.SetUp,
                version,
                []
            );
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

    private static async Task<T> ReadAsync<T>(HttpContext http) =>
        JsonSerializer.Deserialize<T>(await BodyAsync(http), ContractJson.Options)!;
}
