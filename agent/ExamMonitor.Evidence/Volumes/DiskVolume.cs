using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Evidence.Verification;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>A volume on a real disk.</summary>
/// <param name="root">Absolute.</param>
internal sealed class DiskVolume(string root) : IVolume
{
    public string Root { get; } = Path.GetFullPath(root);

    public void CreateFolder(string folder)
    {
        var at = "";
        foreach (var name in folder.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var above = at;
            at = at.Length == 0 ? name : $"{at}/{name}";
            if (Directory.Exists(Full(at)))
                continue;
            Directory.CreateDirectory(Full(at));
            FlushFolder(above);
        }
    }

    public IVolumeFile Create(string path) =>
        new DiskFile(File.OpenHandle(Full(path), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete));

    public IVolumeFile OpenAppend(string path)
    {
        PlainFiles.RequireOrdinary(Full(path));
        return new DiskFile(File.OpenHandle(Full(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));
    }

    public Stream? OpenRead(string path)
    {
        PlainFiles.RequireOrdinary(Full(path));
        try
        {
            // FileShare.Delete: on Windows, too, a segment may be renamed or destroyed while somebody watches it.
            return new FileStream(
                Full(path),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                64 << 10,
                FileOptions.Asynchronous
            );
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public IVolumeReader? OpenReader(string path)
    {
        PlainFiles.RequireOrdinary(Full(path));
        try
        {
            return new DiskReader(
                File.OpenHandle(
                    Full(path),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    FileOptions.RandomAccess
                )
            );
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public long? Length(string path)
    {
        var file = new FileInfo(Full(path));
        return file.Exists ? file.Length : null;
    }

    // overwrite: true is rename(2), one step. Without it .NET links and unlinks, and a crash between the two leaves both names.
    public void Rename(string from, string to) => File.Move(Full(from), Full(to), overwrite: true);

    public void Delete(string path)
    {
        try
        {
            File.Delete(Full(path));
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its folder.
        }
    }

    public void FlushFolder(string folder) => DiskFlush.Folder(Full(folder));

    public IReadOnlyList<string> Files(string folder) => Names(folder, Directory.EnumerateFiles);

    public IReadOnlyList<string> Folders(string folder) => Names(folder, Directory.EnumerateDirectories);

    public long? FreeBytes() => Ask(d => d.AvailableFreeSpace);

    public long? TotalBytes() => Ask(d => d.TotalSize);

    private long? Ask(Func<DriveInfo, long> question)
    {
        try
        {
            return question(new DriveInfo(Root));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private IReadOnlyList<string> Names(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(Full(folder)).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private string Full(string path)
    {
        foreach (var name in path.Split('/'))
        {
            if (path.Length > 0 && !IdText.IsValid(name))
                throw new ArgumentException($"\"{path}\" is no path inside a volume.", nameof(path));
        }

        return path.Length == 0 ? Root : Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));
    }

    private sealed class DiskReader(SafeFileHandle handle) : IVolumeReader
    {
        public bool TryRead(long offset, Span<byte> whole)
        {
            while (!whole.IsEmpty)
            {
                var read = RandomAccess.Read(handle, whole, offset);
                if (read == 0)
                    return false;
                offset += read;
                whole = whole[read..];
            }

            return true;
        }

        public void Dispose() => handle.Dispose();
    }

    private sealed class DiskFile(SafeFileHandle handle) : IVolumeFile
    {
        // What the file is known to have; null after a failure, which may have written or cut any part: then the file itself is asked.
        private long? _known;

        public long Length => _known ??= RandomAccess.GetLength(handle);

        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> parts)
        {
            var end = Length;
            _known = null;
            RandomAccess.Write(handle, parts, end);
            foreach (var part in parts)
                end += part.Length;
            _known = end;
        }

        public void Flush() => DiskFlush.File(handle, null);

        public void SetLength(long length)
        {
            _known = null;
            RandomAccess.SetLength(handle, length);
            _known = length;
        }

        public void Allocate(long bytes)
        {
            try
            {
                BlockAllocation.Allocate(handle, bytes);
            }
            catch (IOException)
            {
                SetLength(0);
                throw;
            }

            _known = bytes;
        }

        public void Dispose() => handle.Dispose();
    }
}
