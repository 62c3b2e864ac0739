using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Recording.Writing;

/// <summary>What the archive says of its gaps.</summary>
internal static class Sentences
{
    public static LocalText AgentWasDown { get; } = new("The agent was not running.", "代理程序未运行。");

    public static LocalText AgentStops { get; } = new("The agent was stopped.", "代理程序已停止。");

    public static LocalText NeverRecorded { get; } = new("Nothing has been recorded of this camera yet.", "该摄像机尚无录像。");

    public static LocalText MediaMissing { get; } = new("The camera sent no picture for this time.", "该时段摄像机未送出画面。");

    public static LocalText PacketsLost { get; } = new("Packets of this time were lost on the network.", "该时段的数据包在网络中丢失。");

    public static LocalText NoKeyFrame { get; } = new("The camera sent no key frame.", "摄像机未送出关键帧。");

    public static LocalText LetGo { get; } =
        new("The footage was destroyed as the retention rules allow; the register says why.", "录像已按保存规则依法销毁，原因见销毁登记。");

    public static LocalText DiskFailed { get; } = new("The footage disk could not be written.", "录像磁盘无法写入。");

    public static LocalText DiskFull { get; } = new("The footage disk was full.", "录像磁盘已满。");

    public static LocalText FileLost { get; } = new("The file was lost from the disk.", "录像文件已从磁盘丢失。");

    public static LocalText DiskTooSlow { get; } = new("The footage disk was too slow.", "录像磁盘写入过慢。");

    public static LocalText WrongVolume { get; } =
        new("The footage disk is not mounted, or another one is.", "录像磁盘未挂载，或挂载了其他磁盘。");

    public static LocalText TimeBroke(GapCause cause) =>
        cause switch
        {
            GapCause.Clock => new("The clock of this computer was set.", "本机时钟被调整。"),
            GapCause.CameraClock => new("The camera's time stamps jumped.", "摄像机时间戳发生跳变。"),
            _ => new("The stream paused without saying so.", "视频流无提示地中断了一段时间。"),
        };
}
