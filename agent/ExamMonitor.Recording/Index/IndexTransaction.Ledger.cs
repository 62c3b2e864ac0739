using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Index;

/// <content>What the ledger lost.</content>
internal sealed partial class IndexTransaction
{
    /// <summary>Says which entry is that of a segment or gap, when the row is of that start, number and hash.</summary>
    public void SetLeaf(long cameraNo, EnteredItem item)
    {
        var command = item.Sha256 is null
            ? sql("UPDATE gaps SET leaf = $leaf WHERE camera_no = $camera AND start_ms = $start AND number = $number")
            : sql(
                    "UPDATE segments SET leaf = $leaf WHERE camera_no = $camera AND start_ms = $start AND number = $number AND sha256 = $hash"
                )
                .With("$hash", Convert.FromHexString(item.Sha256));
        command
            .With("$leaf", item.Leaf)
            .With("$camera", cameraNo)
            .With("$start", UnixMs.Of(item.StartUtc))
            .With("$number", item.Number)
            .Run();
    }

    /// <summary>Says which entry of a camera is its newest.</summary>
    public void SetLastLeaf(long cameraNo, long leaf) =>
        sql("UPDATE cameras SET last_leaf = $leaf WHERE no = $camera").With("$leaf", leaf).With("$camera", cameraNo).Run();
}
