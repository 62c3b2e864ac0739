using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Coverage.Judging;

/// <summary>Explanations for people, in both languages.</summary>
internal static class Sentences
{
    private static readonly string[] s_words =
    [
        .. Enum.GetValues<CameraHealth>().Select(h => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(h.ToString())),
    ];

    /// <summary>The condition as contracts write it.</summary>
    public static string Word(CameraHealth health) => s_words[(int)health];

    public static LocalText Join(IEnumerable<LocalText> texts)
    {
        var all = texts.ToArray();
        return new(string.Join(" ", all.Select(t => t.En)), string.Concat(all.Select(t => t.Zh)));
    }

    public static LocalText SignalLost(CameraId camera, double seconds) =>
        new(
            Invariant($"No picture has come from camera {camera} for {seconds:0} s."),
            Invariant($"摄像头 {camera} 已有 {seconds:0} 秒没有画面。")
        );

    public static LocalText Frozen(CameraId camera) =>
        new(
            Invariant($"The picture of camera {camera} stands still: it repeats itself exactly, even in its noise."),
            Invariant($"摄像头 {camera} 的画面静止不动：连噪点都完全相同。")
        );

    public static LocalText LifeUnknown(CameraId camera, double seconds) =>
        new(
            Invariant(
                $"Whether the picture of camera {camera} stands still is not known: for {seconds:0} s nothing has moved in it, and no two key frames have shown it live."
            ),
            Invariant($"摄像头 {camera} 的画面是否静止尚无法判断：{seconds:0} 秒内无任何移动，也没有两个关键帧可资比较。")
        );

    public static LocalText Replayed(CameraId camera, double seconds) =>
        new(
            Invariant($"Camera {camera} shows pictures of {seconds:0} s ago over again: a recording is being fed in."),
            Invariant($"摄像头 {camera} 正在重复 {seconds:0} 秒前的画面：有人在播放录像。")
        );

    public static LocalText Dark(CameraId camera, double share) =>
        new(
            Invariant($"Camera {camera} sees hardly any light: {share * 100:0} % of what it saw when it was commissioned."),
            Invariant($"摄像头 {camera} 的画面过暗：亮度只有调试时的 {share * 100:0}%。")
        );

    public static LocalText Black(CameraId camera) =>
        new(
            Invariant(
                $"The picture of camera {camera} is black and shows nothing of the room: the lens is covered, or there is no light at all."
            ),
            Invariant($"摄像头 {camera} 的画面全黑，看不到房间：镜头被遮住，或者完全没有光线。")
        );

    public static LocalText Overexposed(CameraId camera, double share) =>
        new(
            Invariant($"{share * 100:0} % of the picture of camera {camera} is burnt out."),
            Invariant($"摄像头 {camera} 的画面有 {share * 100:0}% 过曝。")
        );

    public static LocalText Covered(CameraId camera, double share) =>
        new(
            Invariant($"Something covers the lens of camera {camera}: {share * 100:0} % of the view's structure is gone."),
            Invariant($"摄像头 {camera} 的镜头被遮挡：画面中 {share * 100:0}% 的结构已看不到。")
        );

    public static LocalText CoveredInPart(CameraId camera, double share) =>
        new(
            Invariant($"Something lies on the lens of camera {camera}, or is close before it: about {share * 100:0} % of the view."),
            Invariant($"摄像头 {camera} 的镜头上附有异物，或镜头前有遮挡：约占画面的 {share * 100:0}%。")
        );

    public static LocalText Hazed(CameraId camera, double share) =>
        new(
            Invariant(
                $"A film or haze lies on the lens of camera {camera}: {share * 100:0} % of the picture's light does not come from the room."
            ),
            Invariant($"摄像头 {camera} 的镜头上有薄膜或雾气：画面中 {share * 100:0}% 的亮度并非来自房间。")
        );

    public static LocalText Turned(CameraId camera, double degrees, double right, double down)
    {
        var (en, zh) = Direction(right, down);
        return new(
            Invariant($"Camera {camera} was turned {degrees:0.0}°{en}."),
            Invariant($"摄像头 {camera} 被转动了 {degrees:0.0}°{zh}。")
        );
    }

    public static LocalText Shifted(CameraId camera, double pixels, double right, double down)
    {
        var (en, zh) = Direction(right, down);
        return new(
            Invariant($"Camera {camera} was moved: its view is displaced by {pixels:0} px{en}."),
            Invariant($"摄像头 {camera} 被移动：画面偏移了 {pixels:0} 像素{zh}。")
        );
    }

    public static LocalText MovedAway(CameraId camera) =>
        new(
            Invariant(
                $"Camera {camera} shows a sharp picture of something else: it was turned away from its view, or something stands close in front of it."
            ),
            Invariant($"摄像头 {camera} 的画面清晰，但已不是调试时的视野：摄像头被转开，或镜头前有物体。")
        );

    public static LocalText LeftThePicture(IReadOnlyList<StationId> stations) =>
        stations.Count == 1
            ? new(Invariant($"Station {stations[0]} left the picture."), Invariant($"工位 {stations[0]} 已离开画面。"))
            : new(
                Invariant($"Stations {string.Join(", ", stations.SkipLast(1))} and {stations[^1]} left the picture."),
                Invariant($"工位 {string.Join("、", stations)} 已离开画面。")
            );

    public static LocalText Withheld { get; } =
        new("Its stations are not judged until it is turned back or calibrated again.", "在转回原位或重新标定之前，不再判断它的工位。");

    public static LocalText JudgedAtNewPlaces { get; } =
        new("Its stations are judged at their new places; it should be calibrated again.", "工位按新位置继续判断；请重新标定。");

    public static LocalText ComparedWith(string part) =>
        new(Invariant($"Light and colour are compared with the picture for {part}."), Invariant($"亮度与颜色以 {part} 时段的参考图为准。"));

    public static LocalText ReferenceRefused(CameraId camera, string part) =>
        new(
            Invariant($"The picture for {part} of camera {camera} does not show the commissioned view and is not used: take it again."),
            Invariant($"摄像头 {camera} 在 {part} 时段的参考图与调试视野不符，未被采用：请重新拍摄。")
        );

    public static LocalText Defocused(CameraId camera, double sharpness) =>
        new(
            Invariant($"Camera {camera} is out of focus: {sharpness * 100:0} % of its commissioned sharpness."),
            Invariant($"摄像头 {camera} 失焦：清晰度只有调试时的 {sharpness * 100:0}%。")
        );

    public static LocalText Noisy(CameraId camera, double noise) =>
        new(
            Invariant($"Noise drowns the picture of camera {camera}: {noise:0.0} grey levels."),
            Invariant($"摄像头 {camera} 的画面噪点过多：{noise:0.0} 灰度级。")
        );

    public static LocalText ColourCast(CameraId camera, double u, double v)
    {
        var (en, zh) = (u, v) switch
        {
            (<= 0, > 0) => ("yellow and red", "偏黄红"),
            (> 0, > 0) => ("magenta", "偏洋红"),
            (> 0, <= 0) => ("blue", "偏蓝"),
            _ => ("green", "偏绿"),
        };
        return new(
            Invariant($"The colours of camera {camera} are wrong: they lean towards {en}."),
            Invariant($"摄像头 {camera} 的颜色不对：{zh}。")
        );
    }

    /// <summary>Where the camera looks now when the picture moved by (right, down): the other way.</summary>
    private static (string En, string Zh) Direction(double right, double down)
    {
        var (h, v) = (Math.Abs(right) * 2.5 >= Math.Abs(down), Math.Abs(down) * 2.5 >= Math.Abs(right));
        return (h, v, right < 0, down > 0) switch
        {
            (true, false, true, _) => (" to the right", "，向右"),
            (true, false, false, _) => (" to the left", "，向左"),
            (false, true, _, true) => (" upwards", "，向上"),
            (false, true, _, false) => (" downwards", "，向下"),
            (_, _, true, true) => (" to the right and upwards", "，向右上方"),
            (_, _, true, false) => (" to the right and downwards", "，向右下方"),
            (_, _, false, true) => (" to the left and upwards", "，向左上方"),
            _ => (" to the left and downwards", "，向左下方"),
        };
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
