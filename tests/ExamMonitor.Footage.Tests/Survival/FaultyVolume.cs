using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>Any volume whose operations fail on request. A write that fails has written its half, as a disk does.</summary>
internal sealed class FaultyVolume(IVolume inner) : IVolume
{
    /// <summary>EIO of errno(3), as .NET gives it.</summary>
    public const int IoError = 5;

    private int _operations;

    /// <summary>
    /// Called before each operation that changes the disk, with its number, name and path; an exception is the operation's.
    /// </summary>
    public Action<int, string, string>? Before { get; set; }

    public string Root => inner.Root;

    public void CreateFolder(string folder)
    {
        Tick("create-folder", folder);
        inner.CreateFolder(folder);
    }

    public IVolumeFile Create(string path)
    {
        Tick("create", path);
        return new FaultyFile(this, path, inner.Create(path));
    }

    public IVolumeFile OpenAppend(string path)
    {
        Tick("open", path);
        return new FaultyFile(this, path, inner.OpenAppend(path));
    }

    public Stream? OpenRead(string path) => inner.OpenRead(path);

    public IVolumeReader? OpenReader(string path) => inner.OpenReader(path);

    public long? Length(string path) => inner.Length(path);

    public void Rename(string from, string to)
    {
        Tick("rename", from);
        inner.Rename(from, to);
    }

    public void Delete(string path)
    {
        Tick("delete", path);
        inner.Delete(path);
    }

    public void FlushFolder(string folder)
    {
        Tick("flush-folder", folder);
        inner.FlushFolder(folder);
    }

    public IReadOnlyList<string> Files(string folder) => inner.Files(folder);

    public IReadOnlyList<string> Folders(string folder) => inner.Folders(folder);

    public long? FreeBytes() => inner.FreeBytes();

    public long? TotalBytes() => inner.TotalBytes();

    private void Tick(string operation, string path) => Before?.Invoke(_operations++, operation, path);

    private sealed class FaultyFile(FaultyVolume volume, string path, IVolumeFile inner) : IVolumeFile
    {
        public long Length => inner.Length;

        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> parts)
        {
            try
            {
                volume.Tick("write", path);
            }
            catch (IOException)
            {
                byte[] all = [.. parts.SelectMany(p => p.ToArray())];
                inner.Append([all.AsMemory(0, all.Length / 2)]);
                throw;
            }

            inner.Append(parts);
        }

        public void Flush()
        {
            volume.Tick("flush", path);
            inner.Flush();
        }

        public void SetLength(long length)
        {
            volume.Tick("cut", path);
            inner.SetLength(length);
        }

        public void Allocate(long bytes)
        {
            volume.Tick("allocate", path);
            inner.Allocate(bytes);
        }

        public void Dispose() => inner.Dispose();
    }
}
