using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Benchmarks;

/// <summary>A folder of real files that always says it has a pebibyte free.</summary>
internal sealed class RoomyVolume(string root) : IVolume
{
    private readonly DiskVolume _disk = new(root);

    public string Root => _disk.Root;

    public void CreateFolder(string folder) => _disk.CreateFolder(folder);

    public IVolumeFile Create(string path) => _disk.Create(path);

    public IVolumeFile OpenAppend(string path) => _disk.OpenAppend(path);

    public Stream? OpenRead(string path) => _disk.OpenRead(path);

    public IVolumeReader? OpenReader(string path) => _disk.OpenReader(path);

    public long? Length(string path) => _disk.Length(path);

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void Delete(string path) => _disk.Delete(path);

    public void FlushFolder(string folder) => _disk.FlushFolder(folder);

    public IReadOnlyList<string> Files(string folder) => _disk.Files(folder);

    public IReadOnlyList<string> Folders(string folder) => _disk.Folders(folder);

    public long? FreeBytes() => 1L << 50;

    public long? TotalBytes() => 1L << 51;
}
