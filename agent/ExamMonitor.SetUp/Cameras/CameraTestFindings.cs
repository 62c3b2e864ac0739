using System.Globalization;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.SetUp.Cameras;

/// <summary>
/// What is wrong with a camera that was tried, and how to set it right on the camera: docs/cameras.md in sentences. Pure.
/// </summary>
internal static class CameraTestFindings
{
    /// <summary>
    /// Longest distance of key frames that is in order, seconds; slower than this, pictures between them are judged as well.
    /// </summary>
    private const double KeyFramesSeconds = 2.5;

    private const double LeastFramesPerSecond = 8,
        MostKbps = 20_000,
        LeastKbps = 150,
        ClockMs = 2_000;

    /// <summary>What to do about an address.</summary>
    public static LocalText LookAtAddress { get; } = new("Look the address up in the camera's manual.", "请按摄像机说明书核对地址。");

    /// <summary>Every sentence, errors first.</summary>
    /// <param name="failure">Why nothing came; null when something did.</param>
    /// <param name="recorded">The recorded stream; null when nothing came.</param>
    /// <param name="subFailure">Why the sub-stream did not answer.</param>
    /// <param name="analysis">The sub-stream; null without one.</param>
    /// <param name="seconds">Seconds of media that came.</param>
    public static IEnumerable<SetUpFinding> Of(
        RunEnd? failure,
        StreamMeasures? recorded,
        RunEnd? subFailure,
        StreamMeasures? analysis,
        double seconds
    )
    {
        if (failure is not null || recorded is null)
            yield return Failed(failure, "$.address");
        if (subFailure is not null)
            yield return Failed(subFailure, "$.analysisAddress");
        if (recorded is not null && analysis is not null && !PictureFile.SameShape(analysis.Size, recorded.Size))
            yield return PictureService.SubStreamShape(null, analysis.Size, recorded.Size, "$.analysisAddress");
        if (
            recorded is not null
            && analysis is not null
            && (long)analysis.Size.Width * analysis.Size.Height > (long)recorded.Size.Width * recorded.Size.Height
        )
        {
            yield return Warn(
                "stream-order",
                "$.analysisAddress",
                new(
                    "The sub-stream is larger than the recorded one: the two addresses are probably exchanged.",
                    "子码流大于录像码流：两个地址可能填反了。"
                ),
                new("Exchange the two addresses.", "请对调两个地址。")
            );
        }

        if (recorded is null)
            yield break;
        foreach (var finding in Stream(recorded, seconds))
            yield return finding;
    }

    private static IEnumerable<SetUpFinding> Stream(StreamMeasures s, double seconds)
    {
        if (s.KeyFrameSeconds is null or > KeyFramesSeconds && seconds > KeyFramesSeconds)
        {
            var far = s.KeyFrameSeconds is { } apart ? N(apart, "0.#") : $"> {N(seconds, "0")}";
            yield return Warn(
                "key-frames",
                "$.address",
                new(
                    $"Key frames come {far} s apart: recordings begin late, and a loss lasts long.",
                    $"关键帧间隔 {far} 秒：录像开始较晚，丢失持续较久。"
                ),
                new(
                    "Set the I-frame interval to 1 to 2 s (25 to 50 at 25 pictures a second), and the smart codec (H.265+, Smart Codec, Zipstream) off.",
                    "请将 I 帧间隔设为 1 至 2 秒（25 帧/秒时为 25 至 50），并关闭智能编码（H.265+、Smart Codec、Zipstream）。"
                )
            );
        }

        if (s.FramesPerSecond is < LeastFramesPerSecond)
            yield return Warn(
                "frame-rate",
                "$.address",
                new($"{N(s.FramesPerSecond.Value, "0.#")} pictures a second come.", $"每秒只有 {N(s.FramesPerSecond.Value, "0.#")} 帧。"),
                new("Set a fixed rate of 10 to 25 on the camera.", "请在摄像机上设为固定 10 至 25 帧/秒。")
            );
        if (s.BitRateKbps is > MostKbps)
            yield return Warn(
                "bit-rate",
                "$.address",
                new(
                    $"The stream has {N(s.BitRateKbps.Value / 1000, "0.#")} Mbit/s: the volume fills fast.",
                    $"码率为 {N(s.BitRateKbps.Value / 1000, "0.#")} Mbit/s：存储消耗很快。"
                ),
                new("Set 2 to 6 Mbit/s for 1080p.", "1080p 请设为 2 至 6 Mbit/s。")
            );
        if (s.BitRateKbps is < LeastKbps)
            yield return Warn(
                "bit-rate",
                "$.address",
                new(
                    $"The stream has {N(s.BitRateKbps.Value, "0")} kbit/s: details may be lost.",
                    $"码率仅 {N(s.BitRateKbps.Value, "0")} kbit/s：可能丢失细节。"
                ),
                new(
                    "Look at a hand at a station in the picture; set 2 to 6 Mbit/s for 1080p.",
                    "请在画面中核对工位上的手部细节；1080p 建议 2 至 6 Mbit/s。"
                )
            );
        if (s.AudioCodec is null)
            yield return Warn(
                "no-audio",
                "$.address",
                new("The stream has no sound; exam and marking rooms are recorded with sound.", "码流没有声音；考场和评分室须同步录音。"),
                new(
                    "Switch the microphone and its audio stream on, or say in the room that none is required.",
                    "请在摄像机上开启拾音器和音频，或在考场设置中注明不需要。"
                )
            );
        if (s.ClockOffsetMs is { } offset && Math.Abs(offset) > ClockMs)
            yield return Warn(
                "clock",
                "$.address",
                new(
                    $"The camera's clock is {N(Math.Abs(offset) / 1000, "0.#")} s {(offset > 0 ? "ahead" : "behind")}.",
                    $"摄像机时钟{(offset > 0 ? "快" : "慢")} {N(Math.Abs(offset) / 1000, "0.#")} 秒。"
                ),
                new("Set the site's NTP server on the camera, daylight saving off.", "请在摄像机上设置本站 NTP 服务器，并关闭夏令时。")
            );
    }

    private static SetUpFinding Failed(RunEnd? failure, string path)
    {
        var code = failure?.Cause switch
        {
            GapCause.Authentication => "authentication",
            GapCause.Network => "unreachable",
            GapCause.Agent => "agent",
            _ => "camera",
        };
        return new(
            FindingLevel.Error,
            code,
            code == "authentication" ? "$.password" : path,
            failure?.Text ?? new("The camera has sent nothing for 14 s.", "摄像机 14 秒内未发送任何数据。"),
            code switch
            {
                "authentication" => new(
                    "Type user and password again; after several wrong ones many cameras lock the account for half an hour.",
                    "请重新输入用户名和密码；多次输错后，许多摄像机会锁定账户半小时。"
                ),
                "unreachable" => new(
                    "Check power, cable and address of the camera, and that RTSP is switched on.",
                    "请检查摄像机的电源、网线和地址，并确认已启用 RTSP。"
                ),
                "agent" => new(
                    "Look at this computer: is ffmpeg installed, is it overloaded?",
                    "请检查本机：是否已安装 ffmpeg，是否过载。"
                ),
                _ => LookAtAddress,
            }
        );
    }

    private static SetUpFinding Warn(string code, string path, LocalText problem, LocalText mend) =>
        new(FindingLevel.Warning, code, path, problem, mend);

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
