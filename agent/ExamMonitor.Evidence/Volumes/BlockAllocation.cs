using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>Gives a file blocks of its own before anything is written to it.</summary>
/// <remarks>
/// Linux: posix_fallocate(3), which writes the blocks one by one where the file system knows no such call; a length alone would be a hole.
/// Windows: NTFS gives a file that is not sparse its clusters with its length. A file system that compresses zeros (ZFS, Btrfs) or promises
/// what it has not (thin volumes) keeps nothing by this.
/// </remarks>
internal static partial class BlockAllocation
{
    private const int InterruptedCall = 4;

    /// <exception cref="IOException">There is no room, or the disk failed; some of the blocks may be kept.</exception>
    public static void Allocate(SafeFileHandle file, long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.SetLength(file, bytes);
            return;
        }

        int error;
        do error = PosixAllocate(file, 0, bytes);
        while (error == InterruptedCall);
        if (error != 0)
            throw new IOException($"Could not allocate {bytes} bytes: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PosixAllocate(SafeFileHandle file, long from, long bytes);
}
