using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>Whether an open file still is the one at its path.</summary>
/// <remarks>
/// A file system that was unmounted while its files are open lives on, and what is written there reaches nobody; another may be mounted at
/// its place. Linux: device and inode. Windows does not let a volume go below open files: the length alone is compared.
/// </remarks>
internal static partial class OpenFiles
{
    private const int AtCurrentFolder = -100;
    private const int AtEmptyPath = 0x1000;
    private const uint Inode = 0x100;

    // struct statx is 256 bytes on every architecture: inode at 32, device at 136.
    private const int StatSize = 256;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;

    /// <summary>Whether the file at a path is the one that is open.</summary>
    public static bool IsAt(SafeFileHandle file, string path)
    {
        if (file.IsClosed)
            return false;
        if (!OperatingSystem.IsLinux())
            return File.Exists(path) && new FileInfo(path).Length == RandomAccess.GetLength(file);
        Span<byte> open = stackalloc byte[StatSize];
        Span<byte> there = stackalloc byte[StatSize];
        return StatOpen(file, string.Empty, AtEmptyPath, Inode, ref MemoryMarshal.GetReference(open)) == 0
            && StatPath(AtCurrentFolder, path, 0, Inode, ref MemoryMarshal.GetReference(there)) == 0
            && IdentityOf(open) == IdentityOf(there);
    }

    private static (ulong Device, ulong Inode) IdentityOf(ReadOnlySpan<byte> stat) =>
        (MemoryMarshal.Read<ulong>(stat[DeviceAt..]), MemoryMarshal.Read<ulong>(stat[InodeAt..]));

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatOpen(SafeFileHandle folder, string path, int flags, uint mask, ref byte stat);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatPath(int folder, string path, int flags, uint mask, ref byte stat);
}
