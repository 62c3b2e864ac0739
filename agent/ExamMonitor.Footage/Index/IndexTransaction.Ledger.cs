namespace ExamMonitor.Footage.Index;

/// <content>What the ledger lost.</content>
internal sealed partial class IndexTransaction
{
    /// <summary>Says which entry of a camera is its newest.</summary>
    public void SetLastLeaf(long cameraNo, long leaf) =>
        sql("UPDATE cameras SET last_leaf = $leaf WHERE no = $camera").With("$leaf", leaf).With("$camera", cameraNo).Run();
}
