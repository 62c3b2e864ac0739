namespace ExamMonitor.Contracts.Files;

/// <summary>Files that are replaced whole: a reader, and a start after a power cut, see the old content or the new.</summary>
public static class WholeFile
{
    /// <summary>What is in the making ends so; one that a crash left is taken away by the next attempt.</summary>
    public const string PartEnding = ".part";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Order: part file, its bytes on the disk, renamed over the old one, the folder on the disk.</summary>
    /// <param name="path">File; its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">The disk failed or became read-only; the old content is there, or the new.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content) => Replace(path, content, new());

    /// <summary>The same for its owner alone (mode 0600) from the first byte on. On Windows the folder's access list decides.</summary>
    /// <param name="path">File; its folder exists.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">The disk failed or became read-only; the old content is there, or the new.</exception>
    public static void ReplacePrivately(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions();
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        Replace(path, content, options);
    }

    private static void Replace(string path, ReadOnlySpan<byte> content, FileStreamOptions options)
    {
        var part = path + PartEnding;
        // Made anew: what lies there may be a link, or open for others.
        File.Delete(part);
        (options.Mode, options.Access, options.Share) = (FileMode.CreateNew, FileAccess.Write, FileShare.None);
        using (var file = new FileStream(part, options))
        {
            file.Write(content);
            DiskFlush.File(file);
        }

        File.Move(part, path, overwrite: true);
        DiskFlush.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
