using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Footage.Volumes;

/// <summary>Puts a folder's entries on the disk: without it a renamed file may have its old name after a power cut.</summary>
public static class FolderFlush
{
    /// <inheritdoc cref="DiskFlush.Folder"/>
    public static void Flush(string folder) => DiskFlush.Folder(folder);
}
