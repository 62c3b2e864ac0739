using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording;

/// <summary>How the index stands. Immutable.</summary>
/// <param name="Rebuilding">Whether it is being made again; until then nothing can be said of what is held.</param>
/// <param name="Since">UTC.</param>
/// <param name="Reason">What SQLite, or the reader of a row, said.</param>
/// <param name="Aside">Where the broken file lies; null when there was none.</param>
/// <param name="Folders">Folders of days that were read so far.</param>
public sealed record IndexDamage(bool Rebuilding, DateTimeOffset Since, string Reason, string? Aside, long Folders)
{
    /// <summary>The same for a person.</summary>
    public LocalText Text =>
        Rebuilding
            ? new(
                FormattableString.Invariant(
                    $"The index of the footage is damaged ({Reason}) and is being made again from the volume: {Folders} folders are read. Recording goes on; lists and timelines come back by themselves."
                ),
                FormattableString.Invariant(
                    $"录像索引已损坏（{Reason}），正在根据录像卷重建：已读取 {Folders} 个文件夹。录像继续进行；列表和时间轴会自动恢复。"
                )
            )
            : new(
                $"The index of the footage was damaged ({Reason}) and was made again from the volume; nothing committed is lost. The broken file is kept as {Aside}. Check the disk that holds the index.",
                $"录像索引曾损坏（{Reason}），已根据录像卷重建；已提交的内容没有丢失。损坏的文件保存为 {Aside}。请检查索引所在磁盘。"
            );
}

/// <summary>The index is damaged and is being made again: nothing can be asked of it until that is done.</summary>
public sealed class IndexRebuildingException : FootageException
{
    /// <summary>Makes one.</summary>
    /// <param name="path">Index.</param>
    /// <param name="inner">What was found; null for none.</param>
    public IndexRebuildingException(string path, Exception? inner = null)
        : base(
            "use the index",
            path,
            "It is damaged and is made again from the volume; recording goes on. Try again in a few minutes.",
            inner
        ) { }
}
