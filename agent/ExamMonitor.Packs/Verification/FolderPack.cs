using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Packs.Verification;

/// <summary>An unpacked pack. Nothing is read through a link, a pipe or a device.</summary>
internal sealed class FolderPack : IPackSource
{
    private const int Most = 200_000;
    private readonly string _root;
    private readonly Dictionary<string, long> _files = new(StringComparer.Ordinal);

    /// <exception cref="PackContainerException">A link lies there, or a name is none of a pack.</exception>
    public FolderPack(string root)
    {
        _root = Path.GetFullPath(root);
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = false,
            AttributesToSkip = FileAttributes.None,
            IgnoreInaccessible = false,
        };
        var folders = new Stack<string>([_root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var item in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", options))
                Take(item, folders);
        }
    }

    public IReadOnlyDictionary<string, long> Files => _files;

    public Stream Open(string path) =>
        new FileStream(Path.Combine(_root, path), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    public void Dispose()
    {
        // Nothing is held open.
    }

    private void Take(FileSystemInfo item, Stack<string> folders)
    {
        var name = Path.GetRelativePath(_root, item.FullName).Replace('\\', '/');
        if (PackNames.Fault(name) is { } fault)
            throw new PackContainerException($"{name}: {fault}.");
        if (item.LinkTarget is not null || (item.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != FileAttributes.None)
            throw new PackContainerException($"{name} is a link or a device, no file.");
        if (item is DirectoryInfo)
            folders.Push(item.FullName);
        else if (_files.Count == Most)
            throw new PackContainerException($"There are more than {Most} files.");
        else
            _files[name] = PlainFiles.IsFile(item.FullName)
                ? ((FileInfo)item).Length
                : throw new PackContainerException($"{name} is no plain file.");
    }
}
