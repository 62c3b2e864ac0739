using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>An invented floor: one room, ten stations, three cameras.</summary>
internal static class DemoFloor
{
    public static readonly SiteId Site = SiteId.Of("demo");
    public static readonly AgentId Agent = AgentId.Of("agent-1");
    public static readonly RoomId Room = RoomId.Of("R7");
    public static readonly StationId[] Stations = [.. Enumerable.Range(1, 10).Select(i => StationId.Of($"S{i:00}"))];
    public static readonly CameraId[] Cameras = [CameraId.Of("C1"), CameraId.Of("C2"), CameraId.Of("C3")];

    private static readonly string[] CameraNames = ["North-west", "North-east", "South"];
    private static readonly PlanPoint[] CameraPlaces = [new(0.2, 7.0), new(9.4, 7.0), new(4.8, 0.2)];

    /// <param name="at">UTC.</param>
    /// <param name="seq">Number.</param>
    /// <param name="shift">How far pictures have moved since commissioning, shares of width and height.</param>
    public static AgentManifest Manifest(DateTimeOffset at, long seq, double shift = 0) =>
        new(
            AgentManifest.SchemaName,
            at,
            seq,
            [
                new(
                    Room,
                    "Welding hall 7",
                    [new(0, 0), new(9.6, 0), new(9.6, 7.2), new(0, 7.2)],
                    [.. Stations.Select(Place)],
                    [.. Cameras.Select((c, i) => Camera(c, i, shift))],
                    [new MapObstacle([new(4.6, 3.3), new(5, 3.3), new(5, 3.7), new(4.6, 3.7)], 3.2, "Pillar")]
                ),
            ],
            ["shandong-rules"],
            null,
            "Asia/Shanghai"
        );

    public static AgentState State(AgentConnection state, DateTimeOffset at, long seq) =>
        new(AgentState.SchemaName, at, seq, state, "0.1.0", at.AddHours(-2), "http://127.0.0.1:1", null);

    public static StationStatus Station(
        int index,
        DateTimeOffset at,
        long seq,
        Claim? covered = null,
        Claim? lit = null,
        Claim? recorded = null
    )
    {
        var fine = Fine(at);
        var isCovered = covered?.Value ?? (covered is null ? true : null);
        return new(
            StationStatus.SchemaName,
            at,
            seq,
            Room,
            Stations[index],
            covered ?? fine,
            lit ?? fine,
            recorded ?? fine,
            Cameras[index % 3],
            182.4,
            0.97,
            [
                new(Cameras[index % 3], isCovered, true, 182.4, 0.97, isCovered == true ? null : "occluded"),
                new(Cameras[(index + 1) % 3], true, true, 131.2, 0.88, null),
            ]
        );
    }

    public static Claim Fine(DateTimeOffset at) => new(true, at.AddMinutes(-42), null, null);

    public static Claim Occluded(DateTimeOffset at) =>
        new(
            false,
            at.AddSeconds(-12),
            "occluded",
            new("Something stands in front of the worktop (12 % of it is visible).", "工位台面被遮挡（可见 12%）。")
        );

    public static CameraStatus Camera(int index, DateTimeOffset at, long seq, params CameraHealth[] health) =>
        new(
            CameraStatus.SchemaName,
            at,
            seq,
            Room,
            Cameras[index],
            health.Length == 0 ? [CameraHealth.Ok] : health,
            at.AddMinutes(-42),
            health.Length == 0 ? null : new("The view has moved by 41 px.", "画面位移 41 像素。"),
            new("h264", 1920, 1080, "aac", false),
            new(1.2, 0.02),
            0.98,
            118,
            0.002,
            3950,
            25,
            at,
            120,
            AudioState.Present,
            18
        );

    public static FootageStatus Footage(DateTimeOffset at, long seq, int? notRecording = null) =>
        new(
            FootageStatus.SchemaName,
            at,
            seq,
            Room,
            [
                .. Cameras.Select(
                    (c, i) =>
                        new CameraFootage(
                            c,
                            i != notRecording,
                            at.AddMinutes(-42),
                            i == notRecording ? GapCause.Network : null,
                            i == 1 ? 0.99932 : 1,
                            i == 1 ? 2 : 0,
                            at,
                            41_000_000_000
                        )
                ),
            ]
        );

    public static RoomStatus RoomWords(DateTimeOffset at, long seq, int covered = 10, ProblemSummary? worst = null) =>
        new(
            RoomStatus.SchemaName,
            at,
            seq,
            Room,
            new(10, covered, 10, 10),
            96.4,
            "2026-11 welding, morning",
            true,
            worst,
            worst is null ? 0 : 1
        );

    public static ProblemEvent Problem(string id, ProblemChange change, DateTimeOffset at, long seq, int station = 2) =>
        new(
            ProblemEvent.SchemaName,
            at,
            seq,
            Agent,
            id,
            change,
            "station-occluded",
            Severity.Critical,
            new(Room, Cameras[station % 3], Stations[station]),
            at.AddSeconds(-12),
            new("Station 3 is not in view: something stands in front of the worktop.", "3 号工位未被覆盖：台面被遮挡。"),
            null
        );

    /// <summary>Ready but for two things, for a session that starts in two days.</summary>
    public static RoomReadiness Ready(DateTimeOffset at, long seq, bool ready, int inDays = 2) =>
        new(
            RoomReadiness.SchemaName,
            at,
            seq,
            Room,
            ExamSessionId.Of("W-2"),
            at.AddDays(inDays),
            at.AddDays(inDays).AddHours(2),
            "Welding level 4, theory",
            ready,
            [
                new(
                    "stations-covered",
                    ready,
                    true,
                    new(ready ? "All 10 stations are covered." : "9 of 10 stations are covered; not covered: 3.", "10 个工位的覆盖情况。"),
                    ready ? null : new("Remove what stands in front of station 3.", "请移开 3 号工位前的遮挡物。")
                ),
                new(
                    "audio",
                    ready ? true : null,
                    true,
                    new("Sound was not measured.", "未测量声音。"),
                    new("Check that the cameras have microphones.", "请检查摄像机麦克风。")
                ),
                new(
                    "plates",
                    false,
                    false,
                    new("9 of 10 plates were read at their stations; not seen: 4.", "10 个编号牌中 9 个在其位置上被识别；未看到：4。"),
                    new("Stick the plates up where the cameras see them.", "请将编号牌张贴在摄像机可见处。")
                ),
                new("clock", true, true, new("The clock is kept by a time server.", "时钟已由网络校时。"), null),
                new("camera-clocks", false, false, new("The clock of South is 3 s off.", "“South”的时钟偏差 3 秒。"), null),
            ]
        );

    /// <summary>Plates 2 and 3 changed places, the plate of station 4 is gone, of station 5 nothing could be said.</summary>
    public static RoomPlates Plates(DateTimeOffset at, long seq, bool allSeen) =>
        new(
            RoomPlates.SchemaName,
            at,
            seq,
            Room,
            [
                .. Stations.Select(
                    (s, i) =>
                    {
                        var label = $"{i + 1}";
                        var fine = new StationPlate(
                            s,
                            label,
                            PlateVerdict.Seen,
                            null,
                            new($"The plate of station {label} is at its place.", $"{label} 号工位的编号牌在其位置上。"),
                            Cameras[0],
                            at.AddSeconds(-3),
                            5,
                            5
                        );
                        return allSeen
                            ? fine
                            : i switch
                            {
                                1 or 2 => fine with
                                {
                                    Verdict = PlateVerdict.WrongPlate,
                                    Found = Stations[3 - i],
                                    Text = new(
                                        $"The plate of station {4 - i} stands where the map says station {label}: put each plate at its own station, or correct the map.",
                                        $"{4 - i} 号工位的编号牌位于地图上的 {label} 号工位处。"
                                    ),
                                },
                                3 => fine with
                                {
                                    Verdict = PlateVerdict.NotSeen,
                                    Reason = "not-stuck",
                                    PicturesSeen = 0,
                                    Text = new("The plate of station 4 was not seen.", "未看到 4 号工位的编号牌。"),
                                },
                                4 => fine with
                                {
                                    Verdict = PlateVerdict.NotMeasured,
                                    Reason = "camera:dark",
                                    Camera = null,
                                    At = null,
                                    PicturesSeen = 0,
                                    PicturesUsed = 0,
                                    Text = new(
                                        "Whether the plate of station 5 is at its place was not measured.",
                                        "未能检查 5 号工位的编号牌。"
                                    ),
                                },
                                _ => fine,
                            };
                    }
                ),
            ]
        );

    public static AgentRetention Retention(DateTimeOffset at, long seq, LocalText? stopped = null) =>
        new(
            AgentRetention.SchemaName,
            at,
            seq,
            Agent,
            [new("exam", "P5Y", at.AddYears(-4), 966_000_000_000), new("idle", null, at.AddDays(-21), 193_000_000_000)],
            450_000_000_000,
            51_000_000_000,
            null,
            1,
            24,
            at.AddHours(-9),
            1440,
            null,
            stopped
        );

    private static MapStation Place(StationId id, int index)
    {
        var (column, row) = (index % 5, index / 5);
        return new(
            id,
            (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
            new(1.4 + (column * 1.7), row == 0 ? 5.4 : 1.9),
            new(1.2, 0.65),
            0.75,
            index == 9 ? 90 : index % 3 * 2
        );
    }

    private static ManifestCamera Camera(CameraId id, int index, double shift)
    {
        var at = CameraPlaces[index];
        PlanPoint[] view = index switch
        {
            0 => [at, new(9.6, 5.2), new(9.6, 0), new(1.4, 0)],
            1 => [at, new(0, 5.2), new(0, 0), new(8.2, 0)],
            _ => [at, new(0, 4.8), new(0, 7.2), new(9.6, 7.2), new(9.6, 4.8)],
        };
        return new(id, CameraNames[index], at, view, [.. Stations.Select((s, i) => InView(s, i, shift))]);
    }

    private static StationInView InView(StationId id, int index, double shift)
    {
        var (u, v) = (0.08 + (index % 5 * 0.18) + shift, (index < 5 ? 0.35 : 0.68) + shift);
        return new(id, [new(u, v), new(u + 0.13, v - 0.01), new(u + 0.14, v + 0.12), new(u - 0.01, v + 0.13)], 150 - index, 1);
    }
}
