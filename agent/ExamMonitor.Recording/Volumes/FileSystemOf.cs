namespace ExamMonitor.Recording.Volumes;

/// <summary>Which file system a path lies on.</summary>
internal static class FileSystemOf
{
    /// <summary>Its mount point: the longest that the path begins with; the path's root when none is known.</summary>
    /// <param name="path">Absolute; it need not exist.</param>
    public static string Path(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            return DriveInfo.GetDrives().Select(d => d.Name).Where(m => IsBelow(full, m)).MaxBy(m => m.Length)
                ?? System.IO.Path.GetPathRoot(full)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return System.IO.Path.GetPathRoot(full)!;
        }
    }

    private static bool IsBelow(string path, string mount) =>
        path.StartsWith(mount, StringComparison.Ordinal)
        && (
            path.Length == mount.Length
            || mount.EndsWith(System.IO.Path.DirectorySeparatorChar)
            || path[mount.Length] == System.IO.Path.DirectorySeparatorChar
        );
}
