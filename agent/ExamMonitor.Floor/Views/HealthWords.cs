using System.Text.Json;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Views;

/// <summary>The words for conditions of cameras and stations: kebab case for machines, sentences for people.</summary>
internal static class HealthWords
{
    /// <summary>Of a camera that rests: nobody failed, and nothing was required.</summary>
    public static readonly LocalText Resting = new(
        "Not recorded: the room is recorded during exam sessions only.",
        "未录像：该考场仅在考试期间录像。"
    );

    /// <summary>The word of contracts, such as <c>signal-lost</c>.</summary>
    public static string Word(CameraHealth health) => JsonNamingPolicy.KebabCaseLower.ConvertName(health.ToString());

    /// <summary>The word of contracts, such as <c>network</c>.</summary>
    public static string Word(GapCause cause) => JsonNamingPolicy.KebabCaseLower.ConvertName(cause.ToString());

    /// <summary>What is wrong with a camera's picture.</summary>
    public static LocalText Sentence(CameraHealth health) =>
        health switch
        {
            CameraHealth.Ok => new("The picture is fine.", "画面正常。"),
            CameraHealth.Moved => new(
                "The camera's view has moved away from the commissioned one: put it back or calibrate again.",
                "摄像机视角已偏离标定画面：请复位或重新标定。"
            ),
            CameraHealth.Covered => new("The lens is blocked: remove what stands or hangs before it.", "镜头被挡住：请移除镜头前的物体。"),
            CameraHealth.Defocused => new(
                "The picture is out of focus: clean the lens or focus again.",
                "画面失焦：请清洁镜头或重新对焦。"
            ),
            CameraHealth.Dark => new("The picture is too dark to see: switch the lights on.", "画面过暗：请打开照明。"),
            CameraHealth.Overexposed => new(
                "The picture is too bright to see: check blinds and exposure.",
                "画面过曝：请检查遮光与曝光设置。"
            ),
            CameraHealth.Frozen => new("The picture stands still or repeats: restart the camera.", "画面静止或重复：请重启摄像机。"),
            CameraHealth.Noisy => new(
                "Noise drowns the picture: more light, or a failing camera.",
                "画面噪声过大：请增加照明或检修摄像机。"
            ),
            CameraHealth.ColourCast => new("Colours are wrong: check the white balance.", "画面偏色：请检查白平衡。"),
            CameraHealth.SignalLost => new("No picture arrives from the camera.", "未收到摄像机画面。"),
            _ => throw new System.Diagnostics.UnreachableException(health.ToString()),
        };

    /// <summary>Why a station's claim does not hold.</summary>
    /// <param name="reason">Machine-readable reason.</param>
    /// <param name="station">What the station's plate says.</param>
    public static LocalText Station(string reason, string station) =>
        reason switch
        {
            "occluded" => new($"Something hides station {station} for the moment.", $"工位 {station} 暂时被遮挡。"),
            "obstructed" => new(
                $"Something that stays hides station {station}: move it away.",
                $"工位 {station} 被持续遮挡：请移开遮挡物。"
            ),
            "not-in-picture" => new(
                $"Station {station} is not within the picture: turn the camera or add one.",
                $"工位 {station} 不在画面内：请调整或增设摄像机。"
            ),
            "too-far" => new(
                $"Station {station} is too small in the picture (pixels per metre): move a camera closer.",
                $"工位 {station} 像素密度不足：请将摄像机移近。"
            ),
            "too-dark" => new(
                $"Station {station} is too dark: mend or switch on its light.",
                $"工位 {station} 光照过暗：请开启或检修照明。"
            ),
            "room-dim" => new(
                $"The whole room is too dim, station {station} with it: switch the lights on.",
                $"整个考场光照不足，包括工位 {station}：请打开照明。"
            ),
            "glare" => new($"Glare lies on station {station}: shade the sun or the lamp.", $"工位 {station} 有眩光：请遮挡阳光或灯光。"),
            "too-bright" => new(
                $"Station {station} is burnt out by too much light: shade it, or lower the exposure.",
                $"工位 {station} 光照过强、画面过曝：请遮光或降低曝光。"
            ),
            "uneven" => new(
                $"Part of station {station} lies in a hard shadow: mend the lamp, or move what casts it.",
                $"工位 {station} 部分处于阴影中、光照不均：请检修灯具或移开遮光物。"
            ),
            "no-camera" => new($"No camera sees station {station}.", $"没有摄像机能看到工位 {station}。"),
            "not-recorded" => new(
                $"Station {station} is in view, but no camera that sees it is being recorded.",
                $"工位 {station} 在画面内，但没有录像。"
            ),
            "picture-broken" => new(
                $"Station {station} is recorded with broken pictures: packets are lost on the way from the camera. Check cable, switch and radio link.",
                $"工位 {station} 的录像画面破损：摄像机到本机的数据包丢失。请检查网线、交换机和无线链路。"
            ),
            "not-covered" => new(
                $"Station {station} is not in view, so nothing of it is recorded.",
                $"工位 {station} 不在视野内，因此没有有效录像。"
            ),
            "not-measured" => new($"Station {station} has not been measured yet.", $"工位 {station} 尚未测量。"),
            "settling" => new(
                $"Station {station} is being measured; a verdict needs a few pictures.",
                $"正在测量工位 {station}，需积累若干画面。"
            ),
            _ => Otherwise(reason, station),
        };

    /// <summary>
    /// Sentence of a reason that names a camera's condition, such as <c>camera:covered</c>; of any other, the word itself.
    /// </summary>
    private static LocalText Otherwise(string reason, string station)
    {
        foreach (var health in Enum.GetValues<CameraHealth>())
        {
            if (!reason.AsSpan(reason.IndexOf(':', StringComparison.Ordinal) + 1).SequenceEqual(Word(health)))
                continue;
            var cause = Sentence(health);
            return new($"Nothing can be said of station {station}: {Lower(cause.En)}", $"无法判断工位 {station}：{cause.Zh}");
        }

        return new($"Station {station}: {reason}.", $"工位 {station}：{reason}。");
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
