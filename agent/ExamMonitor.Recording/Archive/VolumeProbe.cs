using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Recording;

/// <summary>What is wrong with a volume.</summary>
public enum VolumeFault
{
    /// <summary>It is there and takes writes.</summary>
    None,

    /// <summary>It is not mounted, or another disk lies at its place. Nothing is written there.</summary>
    WrongVolume,

    /// <summary>It is full, read-only or broken: a test write failed.</summary>
    NotWritable,

    /// <summary>It does not answer: nobody can tell.</summary>
    Silent,

    /// <summary>It is full: footage waits, and what is free belongs to ledger, register and index.</summary>
    Full,
}

/// <summary>Whether the volume is there and takes a write. Immutable.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Text">The same for a person; null when nothing is.</param>
/// <param name="FreeBytes">Free bytes; null when they cannot be told.</param>
public sealed record VolumeProbe(VolumeFault Fault, LocalText? Text, long? FreeBytes)
{
    /// <summary>Name of the test file. What ends in <c>.new</c> is in the making, and is never copied to an archive tier.</summary>
    internal const string TestFile = "write-test.new";
    private static readonly byte[] Content = new byte[4096];

    /// <summary>A test write has not come back for a minute.</summary>
    public static VolumeProbe Silent { get; } =
        new(
            VolumeFault.Silent,
            new(
                "The footage disk does not answer: a test write has not come back for a minute. Look at the disk and its cables, or at the server "
                    + "that it is mounted from.",
                "录像磁盘无响应：测试写入已超过一分钟未返回。请检查磁盘、线缆或其所在的服务器。"
            ),
            null
        );

    /// <summary>Whether the volume that the archive was opened with lies at its place.</summary>
    internal static bool IsThere(ArchiveContext context)
    {
        try
        {
            VolumeIdentity.Require(context.Volume, context.VolumeId);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static VolumeProbe Full(ArchiveContext context)
    {
        var free = context.Volume.FreeBytes();
        return new(
            VolumeFault.Full,
            new(
                $"The footage disk {context.Volume.Root} is full: nothing is recorded, live pictures go on. Footage without an exam gives way by itself; what the law asks to keep never does. See what may go (exam-monitor-agent plan --discard), let it go (exam-monitor-agent sweep), or add a disk. Recording goes on by itself.",
                $"录像磁盘 {context.Volume.Root} 已满：无法录像，实时画面不受影响。空闲录像会自动清除，依法应保存的录像不会删除。请查看可清除的录像（exam-monitor-agent plan --discard）并清除（exam-monitor-agent sweep），或增加磁盘；有空间后录像会自动恢复。"
            ),
            free
        );
    }

    /// <summary>Looks. The test file is taken away again, also what an earlier test left.</summary>
    internal static VolumeProbe Of(ArchiveContext context)
    {
        if (!IsThere(context))
        {
            return new(
                VolumeFault.WrongVolume,
                new(
                    $"The footage disk is not mounted at {context.Volume.Root}, or another one is: nothing is recorded. Mount the disk with volume {context.VolumeId}; recording goes on by itself.",
                    $"录像磁盘未挂载于 {context.Volume.Root}，或挂载了其他磁盘：无法录像。请挂载卷 {context.VolumeId}，录像会自动恢复。"
                ),
                null
            );
        }

        try
        {
            context.Volume.Delete(TestFile);
            using (var file = context.Volume.Create(TestFile))
            {
                file.Append([Content]);
                file.Flush();
            }

            context.Volume.Delete(TestFile);
            var resumed = context.Reserve.TryResume();
            var free = context.Volume.FreeBytes();
            // Half of what a sweep clears: between two of its runs by the clock cameras could fill all of it.
            if (!resumed || free < SpaceState.HeadroomOf(context.Volume.TotalBytes()) / 2)
                context.Reserve.Press();
            return resumed ? new(VolumeFault.None, null, free) : Full(context);
        }
        catch (Exception e) when (DiskFull.Is(e))
        {
            _ = context.Reserve.NoteFailure(e);
            return Full(context);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(
                VolumeFault.NotWritable,
                new(
                    $"The footage disk does not take writes ({e.Message}): it is full, read-only or broken. Make room or mend the disk; what the law asks to keep is not deleted for it.",
                    $"录像磁盘无法写入（{e.Message}）：已满、只读或故障。请腾出空间或修复磁盘；依法应保存的录像不会因此删除。"
                ),
                context.Volume.FreeBytes()
            );
        }
    }
}
