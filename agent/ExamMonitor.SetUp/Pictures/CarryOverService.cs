using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Finds the points of an older picture again in a newer one, after a camera was moved.</summary>
/// <param name="pictures">Takes pictures.</param>
/// <param name="store">Where pictures are kept.</param>
/// <param name="matcher">Compares pictures.</param>
internal sealed class CarryOverService(PictureService pictures, PictureStore store, PictureMatcher matcher)
{
    /// <summary>Carries a camera's points over; null when no newer picture can be had.</summary>
    /// <exception cref="Capture.Children.ChildProcessException">The matching process failed.</exception>
    public async Task<CarryOver?> CarryAsync(
        RoomRuntime room,
        CameraId camera,
        CarryOverRequest request,
        CancellationToken cancellationToken
    )
    {
        var newer = request.Picture is null
            ? await pictures.TakeAsync(room, camera, 0, cancellationToken).ConfigureAwait(false)
            : Kept(room.Id, request.Picture);
        if (newer is null || store.Find(room.Id, newer.Name) is not { } file)
            return null;
        var regions = request.Regions ?? new Dictionary<StationId, IReadOnlyList<PixelPoint>>();
        if (request.Camera.Reference is not { } name || store.Find(room.Id, name) is not { } old)
            return NotFound(newer, request.Camera, regions, NoReference);
        var (oldBytes, newBytes) = (
            await File.ReadAllBytesAsync(old, cancellationToken).ConfigureAwait(false),
            await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)
        );
        var matched = await matcher.CompareAsync(oldBytes, [newBytes], cancellationToken).ConfigureAwait(false);
        return matched[0].Homography() is { } map && PictureFile.SizeOf(oldBytes) is { } size
            ? Carried(request.Camera, regions, newer, map.After(Scale(request.Camera.Image, size)))
            : NotFound(newer, request.Camera, regions, matched[0].Mirrored ? Mirrored : Elsewhere);
    }

    /// <summary>Points, regions and masks at their new places. Pure.</summary>
    /// <param name="camera">The camera's entry.</param>
    /// <param name="regions">Its regions.</param>
    /// <param name="newer">Newer picture.</param>
    /// <param name="map">Where pixels of the entry's image lie in the newer picture.</param>
    internal static CarryOver Carried(
        MapCamera camera,
        IReadOnlyDictionary<StationId, IReadOnlyList<PixelPoint>> regions,
        TakenPicture newer,
        PictureHomography map
    )
    {
        var (kept, lost, shift) = (new List<CalibrationPoint>(), new List<int>(), 0.0);
        var points = camera.Calibration?.Points ?? [];
        double sx = (double)newer.Size.Width / camera.Image.Width,
            sy = (double)newer.Size.Height / camera.Image.Height;
        for (var i = 0; i < points.Count; i++)
        {
            if (map.Apply(points[i].Pixel) is { } p && p.U >= 0 && p.V >= 0 && p.U <= newer.Size.Width && p.V <= newer.Size.Height)
            {
                kept.Add(points[i] with { Pixel = new(Math.Round(p.U, 1), Math.Round(p.V, 1)) });
                shift = Math.Max(shift, double.Hypot(p.U - (points[i].Pixel.U * sx), p.V - (points[i].Pixel.V * sy)));
            }
            else
            {
                lost.Add(i);
            }
        }

        IReadOnlyList<PixelPoint> Moved(IReadOnlyList<PixelPoint> polygon) =>
            [.. polygon.Select(map.Apply).OfType<PixelPoint>().Select(p => new PixelPoint(Math.Round(p.U, 1), Math.Round(p.V, 1)))];
        var carried = camera with
        {
            Image = newer.Size,
            RecordedSize = null,
            Reference = newer.Name,
            References = null,
            Calibration = kept.Count == 0 ? null : camera.Calibration! with { Points = kept },

            // A mask hides what the camera writes into its picture, such as a clock: it stays where it is.
            Masks = camera.Masks is null
                ? null
                :
                [
                    .. camera.Masks.Select(m =>
                        (IReadOnlyList<PixelPoint>)[.. m.Select(p => new PixelPoint(Math.Round(p.U * sx, 1), Math.Round(p.V * sy, 1)))]
                    ),
                ],
        };
        return new(
            true,
            newer,
            carried,
            regions.ToDictionary(r => r.Key, r => Moved(r.Value)),
            lost,
            shift,
            Text(kept.Count, lost.Count, shift)
        );
    }

    private TakenPicture? Kept(RoomId room, string name) =>
        store.Find(room, name) is { } path && PictureFile.SizeOf(path) is { } size
            ? new(
                name,
                new DateTimeOffset(File.GetLastWriteTimeUtc(path)),
                size,
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))),
                null,
                []
            )
            : null;

    private static PictureHomography Scale(PixelSize from, PixelSize to) =>
        new((double)to.Width / from.Width, 0, 0, 0, (double)to.Height / from.Height, 0, 0, 0, 1);

    private static CarryOver NotFound(
        TakenPicture newer,
        MapCamera camera,
        IReadOnlyDictionary<StationId, IReadOnlyList<PixelPoint>> regions,
        LocalText text
    ) => new(false, newer, camera, regions, [], null, text);

    private static LocalText Text(int kept, int lost, double shift)
    {
        var by = shift.ToString("0", CultureInfo.InvariantCulture);
        return new(
            $"{kept} points were found again, moved by up to {by} px{(lost == 0 ? "." : $"; {lost} left the picture.")} Look at each, and drag it where it belongs.",
            $"找回 {kept} 个点，最大位移 {by} px{(lost == 0 ? "。" : $"；{lost} 个点已移出画面。")}请逐一核对，必要时拖动修正。"
        );
    }

    private static LocalText NoReference { get; } =
        new("The camera has no earlier picture: mark its points in the new one.", "该摄像机没有之前的画面：请在新画面中标点。");

    private static LocalText Elsewhere { get; } =
        new(
            "The earlier picture was not found in the new one: the camera looks elsewhere now. Calibrate it from plates, or mark its points.",
            "在新画面中未找到之前的画面：摄像机已转向别处。请用编号牌标定，或重新标点。"
        );

    private static LocalText Mirrored { get; } =
        new(
            "The new picture is mirrored against the earlier one: switch the mirror off on the camera.",
            "新画面与之前的画面左右镜像：请在摄像机上关闭镜像。"
        );
}
