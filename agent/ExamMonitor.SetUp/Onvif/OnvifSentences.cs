using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>What is said of an ONVIF device.</summary>
internal static class OnvifSentences
{
    /// <summary>Why it did not answer as it should.</summary>
    public static SetUpFinding Of(OnvifException e, Uri device) =>
        e.Code switch
        {
            "authentication" => Error(
                "authentication",
                "$.password",
                new($"{device.Host} refuses user or password.", $"{device.Host} 拒绝了用户名或密码。"),
                new(
                    "Type them again. Many makes have users of their own for ONVIF: add one on the camera's web page.",
                    "请重新输入。许多品牌的 ONVIF 用户需单独创建：请在摄像机网页上添加。"
                )
            ),
            "unreachable" => Error(
                "unreachable",
                "$.deviceAddress",
                new($"{device.Host}:{device.Port} does not answer.", $"{device.Host}:{device.Port} 无应答。"),
                new("Check address and port, and that ONVIF is switched on at the camera.", "请检查地址和端口，并确认摄像机已启用 ONVIF。")
            ),
            _ => Error(
                "onvif-answer",
                "$.deviceAddress",
                new($"{device.Host} does not answer as ONVIF defines it. {e.Message}", $"{device.Host} 的应答不符合 ONVIF。"),
                new("Enter the stream's address by hand.", "请手工输入码流地址。")
            ),
        };

    /// <summary>Its clock is off.</summary>
    public static SetUpFinding Clock(TimeSpan offset)
    {
        var (isDays, by) = (offset.Duration() >= TimeSpan.FromDays(2), offset.Duration());
        var number = (isDays ? by.TotalDays : by.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        return new(
            FindingLevel.Warning,
            "clock",
            "$.deviceAddress",
            new(
                $"The camera's clock is {number} {(isDays ? "days" : "s")} {(offset > TimeSpan.Zero ? "ahead" : "behind")}.",
                $"摄像机时钟{(offset > TimeSpan.Zero ? "快" : "慢")} {number} {(isDays ? "天" : "秒")}。"
            ),
            new("Set the site's NTP server on the camera, daylight saving off.", "请在摄像机上设置本站 NTP 服务器，并关闭夏令时。")
        );
    }

    /// <summary>What is to be said of its streams.</summary>
    public static IEnumerable<SetUpFinding> OfChoice(IReadOnlyList<OnvifProfile> profiles, OnvifProfile? main, OnvifProfile? sub)
    {
        if (main is null)
        {
            yield return Error(
                "codec",
                "$.deviceAddress",
                new("The device offers no H.264 or H.265 stream.", "设备没有 H.264 或 H.265 码流。"),
                new("Set the main stream to H.264 or H.265 on the camera.", "请在摄像机上将主码流设为 H.264 或 H.265。")
            );
            yield break;
        }

        if (main.KeyFrameSeconds is > 2.5)
        {
            var apart = main.KeyFrameSeconds.Value.ToString("0.#", CultureInfo.InvariantCulture);
            yield return new(
                FindingLevel.Warning,
                "key-frames",
                "$.deviceAddress",
                new($"Key frames of the main stream are {apart} s apart.", $"主码流关键帧间隔 {apart} 秒。"),
                new("Set the I-frame interval to 1 to 2 s, and the smart codec off.", "请将 I 帧间隔设为 1 至 2 秒，并关闭智能编码。")
            );
        }

        if (sub is null && profiles.Count > 1)
        {
            yield return new(
                FindingLevel.Warning,
                "sub-stream-shape",
                "$.deviceAddress",
                new(
                    "No smaller stream has the shape of the main one: key frames of the main stream are measured.",
                    "没有与主码流宽高比相同的子码流：将测量主码流的关键帧。"
                ),
                new(
                    "Set the sub-stream to the same shape, such as 640 × 360, to save computing time.",
                    "请将子码流设为相同宽高比（如 640 × 360），以节省计算。"
                )
            );
        }
    }

    private static SetUpFinding Error(string code, string path, LocalText problem, LocalText mend) =>
        new(FindingLevel.Error, code, path, problem, mend);
}
