using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Footage.Volumes;

/// <summary>Files that are replaced whole: a reader, and a start after a power cut, see the old content or the new.</summary>
internal static class WholeFile
{
    /// <summary>Order: part file, its bytes on the disk, renamed over the old one, the folder on the disk.</summary>
    /// <exception cref="IOException">The disk failed or became read-only; the old content is there, or the new.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var part = path + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            DiskFlush.File(file);
        }

        File.Move(part, path, overwrite: true);
        DiskFlush.Folder(Path.GetDirectoryName(path)!);
    }
}
