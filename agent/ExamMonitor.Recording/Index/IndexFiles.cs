using System.Globalization;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Recording.Index;

/// <summary>The files of an index: database, write-ahead log, shared memory. A broken one is set aside whole, never deleted.</summary>
internal static class IndexFiles
{
    private static readonly string[] Endings = ["-shm", "-wal", ""];

    /// <summary>Whether setting aside was cut off by a crash: what lies there belongs to two files.</summary>
    public static bool IsHalfAside(string path) => File.Exists(Marker(path));

    /// <summary>Renames what lies at the path, whatever it is, to <c>….damaged-yyyyMMddTHHmmssZ</c>.</summary>
    /// <remarks>
    /// A marker stands until a new file was made: without it, a crash in between would leave the log of one file beside another.
    /// </remarks>
    /// <returns>The new path; null when nothing lay there.</returns>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public static string? SetAside(string path, DateTimeOffset now)
    {
        File.WriteAllText(Marker(path), "");
        FlushFolderOf(path);
        var stem = path + ".damaged-" + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var aside = stem;
        for (var attempt = 2; Endings.Any(e => Path.Exists(aside + e)); attempt++)
            aside = string.Create(CultureInfo.InvariantCulture, $"{stem}-{attempt}");
        var moved = false;
        foreach (var ending in Endings)
        {
            if (Directory.Exists(path + ending))
                Directory.Move(path + ending, aside + ending);
            else if (File.Exists(path + ending))
                File.Move(path + ending, aside + ending);
            else
                continue;
            moved = true;
        }

        FlushFolderOf(path);
        return moved ? aside : null;
    }

    /// <summary>Says that a new file stands at the path.</summary>
    public static void Settled(string path)
    {
        File.Delete(Marker(path));
        FlushFolderOf(path);
    }

    /// <summary>Deletes a file that was being made and holds nothing of its own yet.</summary>
    public static void Drop(string path)
    {
        foreach (var ending in Endings)
            File.Delete(path + ending);
    }

    private static string Marker(string path) => path + ".setting-aside";

    private static void FlushFolderOf(string path) => DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
}
