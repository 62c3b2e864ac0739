using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Watching;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Takes pictures of cameras for references and for marking points, and keeps pictures that are brought along.</summary>
/// <param name="rooms">Rooms.</param>
/// <param name="verdicts">What is said of cameras.</param>
/// <param name="snapshot">Decodes.</param>
/// <param name="store">Where pictures are kept.</param>
/// <param name="matcher">Compares pictures.</param>
/// <param name="time">Clock.</param>
internal sealed class PictureService(
    RoomRegistry rooms,
    VerdictStore verdicts,
    KeyFrameSnapshot snapshot,
    PictureStore store,
    PictureMatcher matcher,
    TimeProvider time
)
{
    /// <summary>Most pictures of a median: nine of 1080p are 75 MB.</summary>
    private const int MostPictures = 9;

    /// <summary>A station of which less is in view has something before it.</summary>
    private const double ClearShare = 0.8;

    private readonly PlatePictures _pictures = new(rooms, snapshot, time);

    /// <summary>Takes a picture now; null while nothing arrives from the camera.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera of the room.</param>
    /// <param name="seconds">Time over which the median is taken; 0 for one picture.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<TakenPicture?> TakeAsync(RoomRuntime room, CameraId camera, int seconds, CancellationToken cancellationToken)
    {
        var count = seconds == 0 ? 1 : Math.Clamp((int)(seconds / 1.5) + 1, 2, MostPictures);
        var taken = await _pictures.TakeAsync(room.Id, camera, count, cancellationToken).ConfigureAwait(false);
        if (taken.Count == 0 || PictureMedian.Of([.. taken.Select(t => t.Jpeg)]) is not { } median)
            return null;
        var size = PictureFile.SizeOf(median.File)!.Value;
        var (name, hash) = store.Keep(room.Id, camera.Text, median.File, taken[^1].At);
        bool? people =
            taken.Count > 1 && median.Moved ? true
            : Hidden(room, camera) is { } hidden ? hidden
            : taken.Count > 1 ? false
            : null;
        var findings = new List<SetUpFinding>();
        if (people == true)
            findings.Add(PeopleInPicture(camera));
        return new(name, taken[^1].At, size, hash, people, findings);
    }

    /// <summary>Keeps a picture that was brought along; null for what is no picture.</summary>
    public async Task<TakenPicture?> BringAsync(RoomRuntime room, CameraId camera, byte[] bytes, CancellationToken cancellationToken)
    {
        if (PictureFile.SizeOf(bytes) is not { } size)
            return null;
        var at = time.GetUtcNow();
        var findings = await CompareAsync(room, camera, bytes, size, cancellationToken).ConfigureAwait(false);
        var (name, hash) = store.Keep(room.Id, camera.Text, bytes, at);
        return new(name, at, size, hash, null, findings);
    }

    /// <summary>Keeps the plan's scan; null for what is no picture.</summary>
    public TakenPicture? KeepPlan(RoomId room, byte[] bytes)
    {
        if (PictureFile.SizeOf(bytes) is not { } size)
            return null;
        var at = time.GetUtcNow();
        var (name, hash) = store.Keep(room, "plan", bytes, at);
        return new(name, at, size, hash, null, []);
    }

    /// <summary>Pictures of a camera now, as JPEG.</summary>
    public Task<IReadOnlyList<PlatePicture>> TakeJpegAsync(RoomId room, CameraId camera, int count, CancellationToken cancellationToken) =>
        _pictures.TakeAsync(room, camera, count, cancellationToken);

    /// <summary>Compares a picture with what every camera of the room shows now.</summary>
    private async Task<IReadOnlyList<SetUpFinding>> CompareAsync(
        RoomRuntime room,
        CameraId camera,
        byte[] bytes,
        PixelSize size,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<SetUpFinding>();
        var shown = new List<(CameraId Camera, byte[] Jpeg)>();
        foreach (var other in room.Cameras.OrderByDescending(c => c.Setup.Id == camera).Take(19))
        {
            if (other.Recorder.Live.Newest() is null)
                continue;
            if (await _pictures.TakeAsync(room.Id, other.Setup.Id, 1, cancellationToken).ConfigureAwait(false) is [var now, ..])
                shown.Add((other.Setup.Id, now.Jpeg));
        }

        if (shown.Find(s => s.Camera == camera) is { Jpeg: { } own } && PictureFile.SizeOf(own) is { } recorded)
        {
            if (!PictureFile.SameShape(size, recorded))
                findings.Add(OtherShape(camera, size, recorded));
        }

        if (shown.Count == 0)
            return findings;
        try
        {
            var matched = await matcher.CompareAsync(bytes, [.. shown.Select(s => s.Jpeg)], cancellationToken).ConfigureAwait(false);
            if (Told(camera, [.. shown.Select(s => s.Camera).Zip(matched)]) is { } finding)
                findings.Insert(0, finding);
        }
        catch (ChildProcessException)
        {
            // A comparison that could not be made says nothing of the picture.
        }

        return findings;
    }

    /// <summary>What the comparison of a picture with every camera means for one of them. Pure.</summary>
    internal static SetUpFinding? Told(CameraId camera, IReadOnlyList<(CameraId Camera, PictureMatched Match)> matched)
    {
        if (matched.Any(m => m.Camera == camera && m.Match.Map is not null))
            return null;
        if (matched.FirstOrDefault(m => m.Camera != camera && m.Match.Map is not null) is { Match: not null } other)
        {
            return new(
                FindingLevel.Error,
                "picture-other-camera",
                "$",
                new(
                    $"The picture shows what camera {other.Camera} sees, not {camera}.",
                    $"该图像是摄像机 {other.Camera} 的画面，不是 {camera} 的。"
                ),
                new($"Take a picture of {camera}, or correct which camera is which.", $"请拍摄 {camera} 的画面，或更正摄像机的对应关系。")
            )
            {
                Camera = other.Camera,
            };
        }

        return matched.Any(m => m.Camera == camera && m.Match.Mirrored)
            ? new(
                FindingLevel.Error,
                "picture-mirrored",
                "$",
                new($"The picture is mirrored against what camera {camera} shows now.", $"该图像与摄像机 {camera} 当前画面左右镜像。"),
                new("Exchange left and right, or switch the mirror off on the camera.", "请左右翻转图像，或在摄像机上关闭镜像。")
            )
            {
                Camera = camera,
            }
            : null;
    }

    /// <summary>Whether anything stands before a station, as the camera's own verdicts say; null while they say nothing.</summary>
    private bool? Hidden(RoomRuntime room, CameraId camera) =>
        verdicts.Newest(room.Id, camera) is { IsSettled: true, Stations: { Count: > 0 } stations } verdict
        && time.GetUtcNow() - verdict.AtUtc < TimeSpan.FromSeconds(30)
            ? stations.Values.Any(s => s.VisibleShare < ClearShare)
            : null;

    /// <summary>The sub-stream has another shape than the recorded stream.</summary>
    internal static SetUpFinding SubStreamShape(CameraId? camera, PixelSize analysis, PixelSize recorded, string path) =>
        new(
            FindingLevel.Error,
            "sub-stream-shape",
            path,
            new(
                $"The sub-stream is {analysis.Width} × {analysis.Height}, the recorded stream {recorded.Width} × {recorded.Height}: another shape, so points marked in one do not fit the other.",
                $"子码流为 {analysis.Width} × {analysis.Height}，录像码流为 {recorded.Width} × {recorded.Height}：宽高比不同，标定点无法通用。"
            ),
            new(
                $"Set the sub-stream on the camera to the same shape, such as {Like(recorded)}, or leave it out.",
                $"请在摄像机上将子码流设为相同宽高比，例如 {Like(recorded)}，或不使用子码流。"
            )
        )
        {
            Camera = camera,
        };

    private static string Like(PixelSize recorded) => $"640 × {(int)Math.Round(640.0 * recorded.Height / recorded.Width / 2) * 2}";

    private static SetUpFinding OtherShape(CameraId camera, PixelSize size, PixelSize recorded) =>
        new(
            FindingLevel.Error,
            "picture-size",
            "$",
            new(
                $"The picture is {size.Width} × {size.Height}, the camera records {recorded.Width} × {recorded.Height}: another shape.",
                $"图像为 {size.Width} × {size.Height}，摄像机录像为 {recorded.Width} × {recorded.Height}：宽高比不同。"
            ),
            new("Bring a picture of the recorded stream, or take one here.", "请使用录像码流的图像，或在此处拍摄。")
        )
        {
            Camera = camera,
        };

    private static SetUpFinding PeopleInPicture(CameraId camera) =>
        new(
            FindingLevel.Warning,
            "people-in-picture",
            "$",
            new("Something moves in the picture, or stands before a station: people?", "画面中有物体移动或遮挡工位：是否有人？"),
            new("Let everybody leave the view, and take it again.", "请让所有人离开画面后重新拍摄。")
        )
        {
            Camera = camera,
        };
}
