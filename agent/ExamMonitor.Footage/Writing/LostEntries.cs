namespace ExamMonitor.Footage.Writing;

/// <summary>
/// Enters again what the index has and the ledger has lost: entries that no head covered when the power went, or that were put aside.
/// </summary>
internal static class LostEntries
{
    /// <summary>
    /// Makes day line and ledger entry of the rows of lost entries pending. To be called before they are settled, at a start.
    /// </summary>
    public static void Pend(ArchiveContext context)
    {
        foreach (var camera in context.Index.Read(q => q.Cameras()))
        {
            if (context.Ledger.FindLost(camera.Room, camera.Camera, camera.LastLeaf) is not { } newest) continue;
            var rows = context.Index.Read(q => q.EnteredAfter(camera.No, newest.Number));
            context.Index.Write(t =>
            {
                foreach (var row in rows) t.Pend(camera.No, row);
                t.SetLastLeaf(camera.No, newest.Leaf);
            });
            context.Logger.LostEntries(camera.Room, camera.Camera, rows.Count);
        }
    }
}
