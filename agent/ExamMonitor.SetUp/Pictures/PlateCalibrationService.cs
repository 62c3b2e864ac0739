using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Calibrates cameras from number plates that lie flat in the middle of worktops.</summary>
/// <param name="pictures">Takes pictures.</param>
/// <param name="store">Where pictures are kept.</param>
/// <param name="reader">Reads plates.</param>
/// <param name="cache">What was solved before.</param>
internal sealed class PlateCalibrationService(PictureService pictures, PictureStore store, PlateReader reader, PlanningCache cache)
{
    /// <summary>Takes pictures, reads plates, solves.</summary>
    /// <param name="room">Room in force.</param>
    /// <param name="map">Room as drafted.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Capture.Children.ChildProcessException">The reading process failed.</exception>
    public async Task<PlateCalibration> CalibrateAsync(
        RoomRuntime room,
        StationMap map,
        PlateBody request,
        CancellationToken cancellationToken
    )
    {
        var (numbers, problem) = PlateNumbers.Of(map);
        if (numbers is null)
            return new([], [new(FindingLevel.Error, "plate-number-twice", "$.map.stations", problem!, PlateFindings.Relabel)]);
        var cameras = new List<CameraFromPlates>();
        var calibrated = map;
        for (var i = 0; i < map.Cameras.Count; i++)
        {
            var camera = map.Cameras[i];
            if (request.Cameras?.Contains(camera.Id) == false || room.Find(camera.Id) is null)
                continue;
            var (picture, bytes) = await PictureAsync(room, camera.Id, request, cancellationToken).ConfigureAwait(false);
            var reading = bytes is null ? null : await reader.ReadAsync([new(bytes, default)], cancellationToken).ConfigureAwait(false);
            var one = CameraPlates.Solve(map, i, picture, reading, numbers, request.PlateHeightMm, cache);
            if (reading is { Seen.Count: 0 } && await IsMirroredAsync(bytes!, cancellationToken).ConfigureAwait(false))
                one = one with { Findings = [PlateFindings.Mirrored(i, camera.Id), .. one.Findings] };
            cameras.Add(one);
            calibrated = calibrated with { Cameras = [.. calibrated.Cameras.Select(c => c.Id == camera.Id ? one.Calibrated : c)] };
        }

        return new(cameras, [.. PlateFindings.OfRoom(map, cameras)]);
    }

    private async Task<(TakenPicture? Picture, byte[]? Bytes)> PictureAsync(
        RoomRuntime room,
        CameraId camera,
        PlateBody request,
        CancellationToken cancellationToken
    )
    {
        if (request.Pictures?.TryGetValue(camera, out var name) == true && store.Find(room.Id, name) is { } path)
        {
            var kept = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            return PictureFile.SizeOf(kept) is { } size
                ? (
                    new(
                        name,
                        new DateTimeOffset(File.GetLastWriteTimeUtc(path)),
                        size,
                        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(kept)),
                        null,
                        []
                    ),
                    kept
                )
                : (null, null);
        }

        var taken = await pictures.TakeAsync(room, camera, 0, cancellationToken).ConfigureAwait(false);
        return taken is null
            ? (null, null)
            : (taken, await File.ReadAllBytesAsync(store.Find(room.Id, taken.Name)!, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A mirrored plate is no plate: the picture is turned back and looked at once more.</summary>
    private async Task<bool> IsMirroredAsync(byte[] picture, CancellationToken cancellationToken) =>
        PictureMirror.Mirrored(picture) is { } turned
        && (await reader.ReadAsync([new(turned, default)], cancellationToken).ConfigureAwait(false)).Seen.Count > 0;
}

/// <summary>A <see cref="PlateCalibrationRequest"/> as it arrives.</summary>
internal sealed record PlateBody(
    System.Text.Json.JsonElement Map,
    IReadOnlyList<CameraId>? Cameras = null,
    double PlateHeightMm = 0,
    IReadOnlyDictionary<CameraId, string>? Pictures = null
);

/// <summary>Sentences of plates.</summary>
internal static class PlateFindings
{
    /// <summary>What to do about two stations of one number.</summary>
    public static LocalText Relabel { get; } = new("Change a label, print that plate again.", "请修改标签，并重新打印该编号牌。");

    /// <summary>What is to be said of the room: plates that no camera read.</summary>
    public static IEnumerable<SetUpFinding> OfRoom(StationMap map, IReadOnlyList<CameraFromPlates> cameras)
    {
        var seen = cameras.SelectMany(c => c.Seen).Select(s => s.Station).ToHashSet();
        var missing = map.Stations.Where(s => !seen.Contains(s.Id)).Select(s => s.Id.Text).ToArray();
        if (cameras.Count > 0 && missing.Length > 0)
        {
            var names = string.Join(", ", missing.Take(12)) + (missing.Length > 12 ? " …" : string.Empty);
            yield return new(
                FindingLevel.Warning,
                "plate-not-seen",
                "$.map.stations",
                new($"No camera read the plates of {names}.", $"没有摄像机识别到 {names} 的编号牌。"),
                new(
                    "Lay them flat in the middle of their worktops, print them larger (A3), or mark these stations by hand.",
                    "请将编号牌平放在台面正中、用 A3 打印，或手工标点。"
                )
            );
        }
    }

    /// <summary>The picture is mirrored.</summary>
    public static SetUpFinding Mirrored(int index, CameraId camera) =>
        new(
            FindingLevel.Error,
            "picture-mirrored",
            $"$.map.cameras[{index}]",
            new(
                $"The picture of camera {camera} is mirrored: its plates can be read when left and right are exchanged.",
                $"摄像机 {camera} 的画面左右镜像：左右对调后才能识别编号牌。"
            ),
            new("Switch the mirror (flip) off on the camera.", "请在摄像机上关闭镜像（翻转）。")
        )
        {
            Camera = camera,
        };

    /// <summary>A plate at two places of one picture.</summary>
    public static SetUpFinding Twice(int index, CameraId camera, int tag, StationId? station, IReadOnlyList<PixelPoint> places) =>
        new(
            FindingLevel.Error,
            "plate-twice",
            $"$.map.cameras[{index}]",
            new(
                $"Camera {camera} sees two plates of number {tag}: at {string.Join(" and ", places.Select(Place))}. Neither was used.",
                $"摄像机 {camera} 看到两块 {tag} 号编号牌：{string.Join("、", places.Select(Place))}。均未使用。"
            ),
            new("Take the wrong one away, and calibrate again.", "请取走错误的一块，并重新标定。")
        )
        {
            Camera = camera,
            Station = station,
        };

    /// <summary>A plate of no station.</summary>
    public static SetUpFinding Unknown(int index, CameraId camera, int tag) =>
        new(
            FindingLevel.Warning,
            "plate-unknown",
            $"$.map.cameras[{index}]",
            new(
                $"Camera {camera} sees plate {tag}, and no station has that number.",
                $"摄像机 {camera} 看到 {tag} 号编号牌，但没有对应的工位。"
            ),
            new("Correct the station's label, or take the plate away.", "请更正工位标签，或取走该编号牌。")
        )
        {
            Camera = camera,
        };

    /// <summary>Too few plates.</summary>
    public static SetUpFinding TooFew(int index, CameraId camera, int count) =>
        new(
            FindingLevel.Error,
            "plates-too-few",
            $"$.map.cameras[{index}]",
            new(
                $"Camera {camera} read {count} plates; eight are needed, or six points with two off the worktops' plane.",
                $"摄像机 {camera} 识别到 {count} 块编号牌；需要八块，或六个点且其中两个不在台面平面上。"
            ),
            new(
                "Print them larger (A3), lay more of them in its view, or mark two corners of the floor.",
                "请用 A3 打印、在其画面中多放几块，或再标两个地面墙角。"
            )
        )
        {
            Camera = camera,
        };

    /// <summary>No picture.</summary>
    public static SetUpFinding NoPicture(int index, CameraId camera) =>
        new(
            FindingLevel.Error,
            "no-picture",
            $"$.map.cameras[{index}]",
            new($"No picture arrives from camera {camera}.", $"摄像机 {camera} 没有画面。"),
            new("Test the camera.", "请测试该摄像机。")
        )
        {
            Camera = camera,
        };

    private static string Place(PixelPoint p) => string.Create(CultureInfo.InvariantCulture, $"({p.U:0}, {p.V:0})");
}
