namespace ExamMonitor.Evidence.Volumes;

/// <summary>A file being written; every write goes to its end.</summary>
internal interface IVolumeFile : IDisposable
{
    /// <summary>Bytes that the file has, also after a write that failed in its middle.</summary>
    long Length { get; }

    /// <summary>Appends the parts, all or (with an <see cref="IOException"/>) any beginning of them.</summary>
    void Append(IReadOnlyList<ReadOnlyMemory<byte>> parts);

    /// <summary>Returns when all bytes are on the disk. After an <see cref="IOException"/> nobody knows what is.</summary>
    void Flush();

    /// <summary>Cuts the file.</summary>
    void SetLength(long length);

    /// <summary>
    /// Makes an empty file so long, with blocks of its own: nobody else can fill them. On an <see cref="IOException"/> none are kept.
    /// </summary>
    void Allocate(long bytes);
}

/// <summary>
/// A file that is open for reading while others append to it, rename it or delete it: it stays the one that was opened. Safe from any
/// thread.
/// </summary>
internal interface IVolumeReader : IDisposable
{
    /// <summary>Fills a buffer with what stands from an offset on; false when the file does not reach so far.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    bool TryRead(long offset, Span<byte> whole);
}

/// <summary>
/// The file system of a volume, as small as the archive needs it: the seam at which tests let disks fill, fail, lose power and vanish.
/// </summary>
/// <remarks>
/// Paths are relative to the volume, with <c>/</c>. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// Safe from any thread.
/// </remarks>
internal interface IVolume
{
    /// <summary>For messages.</summary>
    string Root { get; }

    /// <summary>Makes a folder and those above it; each is flushed into the one above.</summary>
    void CreateFolder(string folder);

    /// <summary>Makes a file; fails when there is one.</summary>
    IVolumeFile Create(string path);

    /// <summary>Opens a file to append to or cut; makes it when there is none.</summary>
    IVolumeFile OpenAppend(string path);

    /// <summary>Opens a file for reading while others may rename or delete it; null when there is none.</summary>
    Stream? OpenRead(string path);

    /// <summary>Opens a file for reading at any place; null when there is none.</summary>
    IVolumeReader? OpenReader(string path);

    /// <summary>Size; null when there is no such file.</summary>
    long? Length(string path);

    /// <summary>
    /// Renames in one step, over a file of the new name: the caller looks first; the volume's lock makes it the only writer.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>Deletes; a file that is gone already is no error.</summary>
    void Delete(string path);

    /// <summary>Returns when the folder's entries are on the disk.</summary>
    void FlushFolder(string folder);

    /// <summary>Names of the files in a folder, ordered; none when the folder is missing.</summary>
    IReadOnlyList<string> Files(string folder);

    /// <summary>Names of the folders in a folder, ordered; none when the folder is missing.</summary>
    IReadOnlyList<string> Folders(string folder);

    /// <summary>Free bytes; null when they cannot be told.</summary>
    long? FreeBytes();

    /// <summary>Bytes of the whole file system; null when they cannot be told.</summary>
    long? TotalBytes();
}
