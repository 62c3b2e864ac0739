using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <summary>
/// Whether the volume is an older copy of the one that the index knows: its ledger is shorter than it was, or another one.
/// </summary>
/// <remarks>
/// The index lies on another disk and is not put back with the volume. What it says of destructions, numbers and places in the ledger is
/// then of a later state, so that nothing is let go. Recording goes on: new segments get new numbers and paths, nothing that lies there is
/// written over, and a missed exam could never be had again.
/// </remarks>
internal static class VolumeAge
{
    private const long UnsignedAtMost = 4096;

    /// <summary>What is wrong; null when nothing is.</summary>
    public static LocalText? FaultOf(ArchiveContext context, IRetentionLedger ledger)
    {
        var size = ledger.Size;
        var leaf = context.Index.Read(q => q.NewestLeaf());
        if (
            context.Index.Read(q => q.RetentionFact(NotedHead.Fact))?.Split(' ') is [var text, var root]
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var noted)
            && noted > 0
        )
        {
            if (noted > size)
                return Older(noted, size);
            if (ledger.RootOf(noted) is { } there && there != root)
            {
                return new(
                    $"The ledger on the footage volume is not the one that this agent wrote: its first {noted} entries differ. Nothing is destroyed; recording goes on. Have the volume examined, and put back the right one.",
                    $"录像卷上的账本不是本代理所写：前 {noted} 个条目不同。不销毁任何录像；录像继续进行。请核查存储卷，并换回正确的卷。"
                );
            }
        }

        // An index that noted no head yet: a power cut may have taken what was entered behind the last one, a minute's entries at the most.
        return leaf >= size + UnsignedAtMost ? Older(leaf + 1, size) : null;
    }

    /// <summary>Notes how far the ledger is signed.</summary>
    public static void Note(ArchiveContext context, IRetentionLedger ledger)
    {
        if (ledger.SignedHead is not var (size, root))
            return;
        var text = string.Create(CultureInfo.InvariantCulture, $"{size} {root}");
        if (context.Index.Read(q => q.RetentionFact(NotedHead.Fact)) != text)
            context.Index.Write(t => t.SetRetentionFact(NotedHead.Fact, text));
    }

    private static LocalText Older(long known, long size) =>
        new(
            $"The footage volume is an older copy: its ledger has {size} entries, and this agent has written {known}. Nothing is destroyed; recording goes on. Put back the newer volume; if it is lost for good, stop the agent, run reindex and start it again.",
            $"录像卷是旧副本：其账本有 {size} 个条目，而本代理已写入 {known} 个。不销毁任何录像；录像继续进行。请换回较新的卷；如已无法恢复，请停止代理，运行 reindex 后重新启动。"
        );
}
