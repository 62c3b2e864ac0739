using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>A failure of a stream, told from what ffmpeg wrote.</summary>
/// <param name="Cause">Cause of the gap.</param>
/// <param name="Text">For a person.</param>
internal sealed record StreamFailure(GapCause Cause, LocalText Text)
{
    /// <summary>Explains the last lines of ffmpeg or ffprobe.</summary>
    public static StreamFailure Explain(IReadOnlyList<string> lines, Uri address)
    {
        var host = HostOf(address);
        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                foreach (var line in lines)
                {
                    if (line.Contains(word, StringComparison.OrdinalIgnoreCase))
                        return true;
                }
            }

            return false;
        }

        return Says("401 Unauthorized", "403 Forbidden") ? Refused(host)
            : Says("404 Not Found", "454 Session Not Found") ? NotFound(address)
            : Says("453 Not Enough Bandwidth", "503 Service Unavailable") ? Busy(host)
            : Says("Connection refused") ? NotListening(host)
            : Says("Failed to resolve hostname") ? UnknownName(address.Host)
            : Says("No route to host", "Network is unreachable", "Host is unreachable") ? Unreachable(host)
            : Says("timed out", "Immediate exit requested") ? Unreachable(host)
            : Says("461 Unsupported") ? OtherTransport(host)
            : Says("Invalid data found", "Could not find codec parameters") ? Unreadable(host)
            : Broke(host);
    }

    /// <summary>Host and port of an address, for a sentence.</summary>
    public static string HostOf(Uri address) => $"{address.Host}:{(address.Port > 0 ? address.Port : 554)}";

    /// <summary>What a status of RTSP means (RFC 2326 7.1.1).</summary>
    public static StreamFailure OfStatus(int status, Uri address) =>
        status switch
        {
            401 or 403 => Refused(HostOf(address)),
            404 or 454 => NotFound(address),
            453 or 503 => Busy(HostOf(address)),
            461 => OtherTransport(HostOf(address)),
            _ => new(
                GapCause.Camera,
                new(
                    FormattableString.Invariant(
                        $"The camera {HostOf(address)} refused the stream (RTSP status {status}). Restart the camera; look up the stream's path in its manual."
                    ),
                    FormattableString.Invariant(
                        $"摄像机 {HostOf(address)} 拒绝提供码流（RTSP 状态 {status}）。请重启摄像机，并在手册中核对码流路径。"
                    )
                )
            ),
        };

    public static StreamFailure UnknownName(string host) =>
        new(
            GapCause.Network,
            new(
                $"The name {host} cannot be resolved. Check the address of the camera, or the name server.",
                $"无法解析主机名 {host}。请检查摄像机地址或域名服务器。"
            )
        );

    public static StreamFailure OtherTransport(string host) =>
        new(
            GapCause.Camera,
            new(
                $"The camera {host} refuses this transport. Set the transport to the other of TCP and UDP.",
                $"摄像机 {host} 不支持此传输方式。请在 TCP 与 UDP 之间更换。"
            )
        );

    public static StreamFailure Broke(string host) =>
        new(GapCause.Network, new($"The connection to {host} broke.", $"与 {host} 的连接中断。"));

    public static StreamFailure Closed(string host) =>
        new(
            GapCause.Network,
            new(
                $"The camera {host} closed the connection without an answer. It may be starting, or serve too many viewers; restart it if this stays.",
                $"摄像机 {host} 未作应答即关闭连接。摄像机可能正在启动或取流端过多；若持续出现请重启摄像机。"
            )
        );

    public static StreamFailure NoAnswer(string host) =>
        new(
            GapCause.Network,
            new(
                $"The camera {host} accepts the connection and does not answer. Restart the camera; check that this is its RTSP port.",
                $"摄像机 {host} 接受连接但不作应答。请重启摄像机，并确认该端口为 RTSP 端口。"
            )
        );

    public static StreamFailure NoRtsp(string host) =>
        new(
            GapCause.Camera,
            new(
                $"What answers at {host} does not speak RTSP. Check the port: it may be the camera's web page.",
                $"{host} 的应答不是 RTSP。请检查端口：可能是摄像机的网页端口。"
            )
        );

    public static StreamFailure NoTls(string host) =>
        new(
            GapCause.Network,
            new(
                $"{host} accepts no encrypted connection. Enter the camera's port for rtsps://, or use rtsp://.",
                $"{host} 不接受加密连接。请填写摄像机的 rtsps:// 端口，或改用 rtsp://。"
            )
        );

    public static StreamFailure OnlyInClear(string host) =>
        new(
            GapCause.Authentication,
            new(
                $"The camera {host} asks for the password in clear (Basic); it was not sent. Set the camera's RTSP authentication to digest, use rtsps:// with a trusted certificate, or allow it for this camera.",
                $"摄像机 {host} 要求明文口令（Basic），口令未发送。请将摄像机的 RTSP 认证设为 digest，或使用带可信证书的 rtsps://，或为该摄像机单独允许。"
            )
        );

    public static StreamFailure RedirectedElsewhere(string from, string to) =>
        new(
            GapCause.Authentication,
            new(
                $"The camera {from} leads to {to}, which asks for a password; it was not sent there. Enter {to} as the camera's address if it is the right one.",
                $"摄像机 {from} 重定向到 {to}，后者要求口令，口令未发送。若该地址正确，请将其填写为摄像机地址。"
            )
        );

    public static StreamFailure RedirectsForEver(string host, int most) =>
        new(
            GapCause.Camera,
            new(
                FormattableString.Invariant(
                    $"The camera {host} leads from one address to the next, more than {most} times. Enter the address of the stream itself."
                ),
                FormattableString.Invariant($"摄像机 {host} 连续重定向超过 {most} 次。请直接填写码流地址。")
            )
        );

    public static StreamFailure NothingSent(string host) =>
        new(
            GapCause.Camera,
            new(
                $"The camera {host} accepts the session and sends nothing. Restart the camera; if RTP goes by UDP, check the firewall or set the transport to TCP.",
                $"摄像机 {host} 接受了会话但未发送数据。请重启摄像机；若使用 UDP 传输，请检查防火墙或改为 TCP。"
            )
        );

    // Without a number that grows: a sentence that changes each second is news each second.
    public static StreamFailure NoKeyFrame(string host) =>
        new(
            GapCause.Camera,
            new(
                $"The camera {host} sends video and no key frame yet; recording begins with one. Set its I-frame interval to 2 s or less and switch its smart codec off.",
                $"摄像机 {host} 正在发送视频，但尚无关键帧；录像须从关键帧开始。请将 I 帧间隔设为不超过 2 秒，并关闭智能编码。"
            )
        );

    public static StreamFailure Refused(string host) =>
        new(
            GapCause.Authentication,
            new(
                $"The camera {host} refused user or password. Correct them in the configuration; many cameras lock an account for some minutes after a few tries.",
                $"摄像机 {host} 拒绝了用户名或密码。请更正配置；多数摄像机在几次失败后会锁定账号数分钟。"
            )
        );

    public static StreamFailure NotFound(Uri address) =>
        new(
            GapCause.Camera,
            new(
                $"The camera {address.Host} has no stream {CameraSource.Shown(address.AbsolutePath)}. Look up the stream's path in the camera's manual or its ONVIF profile.",
                $"摄像机 {address.Host} 没有码流 {CameraSource.Shown(address.AbsolutePath)}。请在摄像机手册或 ONVIF 配置中查找码流路径。"
            )
        );

    public static StreamFailure Busy(string host) =>
        new(
            GapCause.Camera,
            new(
                $"The camera {host} gives no further session. Close other viewers, or raise its limit of sessions.",
                $"摄像机 {host} 的会话数已满。请关闭其他取流端，或提高会话上限。"
            )
        );

    public static StreamFailure NotListening(string host) =>
        new(
            GapCause.Network,
            new(
                $"Nothing answers RTSP at {host} (connection refused). The camera is starting, its RTSP is switched off, or the port is wrong.",
                $"{host} 没有 RTSP 服务（连接被拒绝）。摄像机可能正在启动、未开启 RTSP，或端口有误。"
            )
        );

    public static StreamFailure Unreachable(string host) =>
        new(
            GapCause.Network,
            new(
                $"The camera {host} cannot be reached. Check its power, cable, switch and address.",
                $"无法连接摄像机 {host}。请检查供电、网线、交换机和地址。"
            )
        );

    public static StreamFailure Unreadable(string host) =>
        new(
            GapCause.Camera,
            new(
                $"What the camera {host} sends cannot be read as video. Restart the camera; set its video to H.264 or H.265.",
                $"摄像机 {host} 发送的数据无法解析为视频。请重启摄像机，并将编码设为 H.264 或 H.265。"
            )
        );

    public static StreamFailure NoVideo(string host) =>
        new(
            GapCause.Camera,
            new(
                $"The stream of {host} carries no video. Choose the stream's address, not that of its audio or metadata.",
                $"{host} 的码流中没有视频。请填写视频码流的地址。"
            )
        );

    public static StreamFailure Unsupported(string host, string codec) =>
        new(
            GapCause.Camera,
            new(
                $"The camera {host} sends {codec}, which cannot be kept as it is. Set its video encoding to H.264 or H.265.",
                $"摄像机 {host} 发送的是 {codec}，无法原样保存。请将视频编码设为 H.264 或 H.265。"
            )
        );

    public static StreamFailure Silent(string host, TimeSpan silence) =>
        new(
            GapCause.Network,
            new(
                FormattableString.Invariant($"Nothing has arrived from {host} for {silence.TotalSeconds:0} s."),
                FormattableString.Invariant($"已有 {silence.TotalSeconds:0} 秒未收到 {host} 的数据。")
            )
        );

    public static StreamFailure NoPicture(string host, TimeSpan silence) =>
        new(
            GapCause.Camera,
            new(
                FormattableString.Invariant($"The camera {host} has sent no video for {silence.TotalSeconds:0} s, though it is connected."),
                FormattableString.Invariant($"摄像机 {host} 仍在连接中，但已有 {silence.TotalSeconds:0} 秒没有视频。")
            )
        );

    public static StreamFailure ClockStep(TimeSpan step) =>
        new(
            GapCause.Clock,
            new(
                FormattableString.Invariant(
                    $"The clock of this computer stepped by {step.TotalSeconds:+0.0;-0.0} s; a new run begins with the new time."
                ),
                FormattableString.Invariant($"本机时钟跳变 {step.TotalSeconds:+0.0;-0.0} 秒；以新时间重新开始录像。")
            )
        );

    public static StreamFailure Writer(string problem) => new(GapCause.Disk, new($"Writing failed: {problem}", $"写入失败：{problem}"));

    public static StreamFailure Program(string problem) => new(GapCause.Agent, new(problem, $"无法运行 ffmpeg：{problem}"));

    public static StreamFailure Stopped { get; } = new(GapCause.Operator, new("Capture was stopped.", "采集已停止。"));
}
