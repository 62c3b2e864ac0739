using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>Which files of the index's garbage rows may be deleted: the word of the index is not enough to delete footage.</summary>
/// <remarks>
/// A segment's file goes when the ledger's newest word of it lets it go (destruction, or removal to the archive tier), or when the ledger
/// never had it. A writer's <c>.part</c> was never promised to anybody. All else was not written by this agent: the row goes, the file
/// stays.
/// </remarks>
internal static class GarbageCheck
{
    /// <summary>Rows whose files may be deleted; the others are told and dropped.</summary>
    public static List<GarbageRow> Deletable(ArchiveContext context, IEnumerable<GarbageRow> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return all;
        var standing = context.Ledger.Standing([
            .. all.Where(g => !g.Path.EndsWith(ArchivePath.PartEnding, StringComparison.Ordinal)).Select(g => g.Path),
        ]);
        var refused = all.Where(g => !IsOurs(g.Path, out var path) || standing.Contains(g.Path) || HasRow(context, g.Path, path)).ToList();
        foreach (var row in refused)
        {
            context.Logger.GarbageRefused(row.Path);
            context.Ledger.Report(new LedgerFinding(LedgerDamage.UnprovedGarbage, row.Path.Length <= 200 ? row.Path : row.Path[..200]));
            context.Index.Write(t => t.DropGarbage(row.Path));
        }

        return [.. all.Except(refused)];
    }

    private static bool IsOurs(string text, out ArchivePath path) =>
        ArchivePath.TryParse(text, out path!) && (path.File == text || path.Part == text);

    private static bool HasRow(ArchiveContext context, string file, ArchivePath path) =>
        file == path.File
        && context.Index.Read(q =>
            q.Camera(path.Room, path.Camera) is { } camera
            && q.SegmentsOfDay(camera.No, path.Day, Reindex.PathTimeMs(path), camera.LongestSegmentMs)
                .Exists(s => s.Path == file && !s.IsRemote)
        );
}
