using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>
/// Enters again what the index has and the ledger has lost: entries that no head covered when the power or the disk went, or that were put
/// aside.
/// </summary>
internal static class LostEntries
{
    /// <summary>
    /// Makes day line and ledger entry of the rows of lost entries pending. To be called before they are settled, at a start.
    /// </summary>
    public static void Pend(ArchiveContext context)
    {
        foreach (var camera in context.Index.Read(q => q.Cameras()))
            Pend(context, camera, camera.LastLeaf);
    }

    /// <summary>The same of one camera, by its writer when the ledger was opened anew.</summary>
    /// <param name="context">Archive.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="lastLeaf">Its newest entry by what the caller knows.</param>
    /// <returns>The newest entry that is there; null when nothing is lost.</returns>
    public static CameraPlace? Pend(ArchiveContext context, CameraRow camera, long lastLeaf)
    {
        if (context.Ledger.FindLost(camera.Room, camera.Camera, lastLeaf) is not { } newest)
            return null;
        var rows = context.Index.Read(q => q.EnteredAfter(camera.No, newest.Number), own: true);
        context.Index.Write(t =>
        {
            foreach (var row in rows)
                t.Pend(camera.No, row);
            t.SetLastLeaf(camera.No, newest.Leaf);
        });
        context.Logger.LostEntries(camera.Room, camera.Camera, rows.Count);
        return newest;
    }
}
