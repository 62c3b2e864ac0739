using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;

namespace ExamMonitor.Footage.Tests;

/// <summary>Lets footage go past planner and ledger, which no code of the product may.</summary>
internal static class ArchiveDestruction
{
    /// <summary>Row to garbage, file gone, folder flushed, garbage row gone: the order in which a destruction leaves the disk.</summary>
    public static void LetGo(this FootageArchive archive, StoredSegment segment, string reason)
    {
        var context = archive.Context;
        var camera = context.Index.Read(q => q.Camera(segment.Room, segment.Camera))!;
        context.Index.Write(t => t.Discard(camera.No, segment, reason, context.NowMs));
        context.Volume.Delete(segment.Path);
        context.Volume.FlushFolder(segment.Path[..segment.Path.LastIndexOf('/')]);
        context.Index.Write(t => t.DropGarbage(segment.Path));
    }
}
