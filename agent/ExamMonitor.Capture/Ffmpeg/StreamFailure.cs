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
        var host = $"{address.Host}:{(address.Port > 0 ? address.Port : 554)}";
        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                foreach (var line in lines)
                {
                    if (line.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
                }
            }

            return false;
        }

        return Says("401 Unauthorized", "403 Forbidden") ? Refused(host)
            : Says("404 Not Found", "454 Session Not Found") ? NotFound(address)
            : Says("453 Not Enough Bandwidth", "503 Service Unavailable") ? Busy(host)
            : Says("Connection refused") ? NotListening(host)
            : Says("Failed to resolve hostname") ? new(GapCause.Network, new($"The name {address.Host} cannot be resolved. Check the address of the camera, or the name server.", $"无法解析主机名 {address.Host}。请检查摄像机地址或域名服务器。"))
            : Says("No route to host", "Network is unreachable", "Host is unreachable") ? Unreachable(host)
            : Says("timed out", "Immediate exit requested") ? Unreachable(host)
            : Says("461 Unsupported") ? new(GapCause.Camera, new($"The camera {host} refuses this transport. Set the transport to the other of TCP and UDP.", $"摄像机 {host} 不支持此传输方式。请在 TCP 与 UDP 之间更换。"))
            : Says("Invalid data found", "Could not find codec parameters") ? Unreadable(host)
            : new(GapCause.Network, new($"The connection to {host} broke.", $"与 {host} 的连接中断。"));
    }

    public static StreamFailure Refused(string host) => new(GapCause.Authentication, new(
        $"The camera {host} refused user or password. Correct them in the configuration; many cameras lock an account for some minutes after a few tries.",
        $"摄像机 {host} 拒绝了用户名或密码。请更正配置；多数摄像机在几次失败后会锁定账号数分钟。"));

    public static StreamFailure NotFound(Uri address) => new(GapCause.Camera, new(
        $"The camera {address.Host} has no stream {address.AbsolutePath}. Look up the stream's path in the camera's manual or its ONVIF profile.",
        $"摄像机 {address.Host} 没有码流 {address.AbsolutePath}。请在摄像机手册或 ONVIF 配置中查找码流路径。"));

    public static StreamFailure Busy(string host) => new(GapCause.Camera, new(
        $"The camera {host} gives no further session. Close other viewers, or raise its limit of sessions.",
        $"摄像机 {host} 的会话数已满。请关闭其他取流端，或提高会话上限。"));

    public static StreamFailure NotListening(string host) => new(GapCause.Network, new(
        $"Nothing answers RTSP at {host} (connection refused). The camera is starting, its RTSP is switched off, or the port is wrong.",
        $"{host} 没有 RTSP 服务（连接被拒绝）。摄像机可能正在启动、未开启 RTSP，或端口有误。"));

    public static StreamFailure Unreachable(string host) => new(GapCause.Network, new(
        $"The camera {host} cannot be reached. Check its power, cable, switch and address.",
        $"无法连接摄像机 {host}。请检查供电、网线、交换机和地址。"));

    public static StreamFailure Unreadable(string host) => new(GapCause.Camera, new(
        $"What the camera {host} sends cannot be read as video. Restart the camera; set its video to H.264 or H.265.",
        $"摄像机 {host} 发送的数据无法解析为视频。请重启摄像机，并将编码设为 H.264 或 H.265。"));

    public static StreamFailure NoVideo(string host) => new(GapCause.Camera, new(
        $"The stream of {host} carries no video. Choose the stream's address, not that of its audio or metadata.",
        $"{host} 的码流中没有视频。请填写视频码流的地址。"));

    public static StreamFailure Unsupported(string host, string codec) => new(GapCause.Camera, new(
        $"The camera {host} sends {codec}, which cannot be kept as it is. Set its video encoding to H.264 or H.265.",
        $"摄像机 {host} 发送的是 {codec}，无法原样保存。请将视频编码设为 H.264 或 H.265。"));

    public static StreamFailure Silent(string host, TimeSpan silence) => new(GapCause.Network, new(
        FormattableString.Invariant($"Nothing has arrived from {host} for {silence.TotalSeconds:0} s."),
        FormattableString.Invariant($"已有 {silence.TotalSeconds:0} 秒未收到 {host} 的数据。")));

    public static StreamFailure NoPicture(string host, TimeSpan silence) => new(GapCause.Camera, new(
        FormattableString.Invariant($"The camera {host} has sent no video for {silence.TotalSeconds:0} s, though it is connected."),
        FormattableString.Invariant($"摄像机 {host} 仍在连接中，但已有 {silence.TotalSeconds:0} 秒没有视频。")));

    public static StreamFailure ClockStep(TimeSpan step) => new(GapCause.Clock, new(
        FormattableString.Invariant($"The clock of this computer stepped by {step.TotalSeconds:+0.0;-0.0} s; a new run begins with the new time."),
        FormattableString.Invariant($"本机时钟跳变 {step.TotalSeconds:+0.0;-0.0} 秒；以新时间重新开始录像。")));

    public static StreamFailure SlowDisk(long bytes) => new(GapCause.Disk, new(
        FormattableString.Invariant($"The disk is too slow: {bytes >> 20} MiB waited to be written."),
        FormattableString.Invariant($"磁盘过慢：有 {bytes >> 20} MiB 数据等待写入。")));

    public static StreamFailure Writer(string problem) => new(GapCause.Disk, new($"Writing failed: {problem}", $"写入失败：{problem}"));

    public static StreamFailure Program(string problem) => new(GapCause.Agent, new(problem, $"无法运行 ffmpeg：{problem}"));

    public static StreamFailure Stopped { get; } = new(GapCause.Operator, new("Capture was stopped.", "采集已停止。"));
}
