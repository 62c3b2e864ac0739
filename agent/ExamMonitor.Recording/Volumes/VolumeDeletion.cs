using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Volumes;

/// <summary>Deletes so that a power cut does not bring it back.</summary>
internal static class VolumeDeletion
{
    /// <summary>
    /// Unlinks a file and flushes its folder; only then may the row that says "garbage" go, or the file would come back with no row to
    /// explain it.
    /// </summary>
    /// <exception cref="IOException">It may be there or not: the row must stay.</exception>
    public static void DeleteForGood(this IVolume volume, string path)
    {
        volume.Delete(path);
        var slash = path.LastIndexOf('/');
        var (folder, above) = (slash < 0 ? "" : path[..slash], slash < 0 ? -1 : path.LastIndexOf('/', slash - 1));
        // A folder that was never made, or that is gone, has nothing to flush.
        if (folder.Length == 0 || volume.Folders(above < 0 ? "" : folder[..above]).Contains(folder[(above + 1)..], StringComparer.Ordinal))
            volume.FlushFolder(folder);
    }
}
