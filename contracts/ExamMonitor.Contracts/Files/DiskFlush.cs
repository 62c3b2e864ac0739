using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Contracts.Files;

/// <summary>Puts files and the names of a folder on the disk, without swallowing the disk's refusal.</summary>
/// <remarks>
/// The base library takes a read-only file system for a success; ext4 answers so for every file when its journal was aborted, and then
/// nothing is on the disk. Right after the abort it answers with success itself: see <see cref="FlushProof"/>.
/// </remarks>
public static partial class DiskFlush
{
    // O_RDONLY | O_DIRECTORY | O_CLOEXEC; O_DIRECTORY has another number on ARM.
    private const int ReadOnlyDirectory = 0x10000 | 0x80000;
    private const int ReadOnlyDirectoryArm = 0x4000 | 0x80000;

    /// <summary>Returns when what was written is on the disk.</summary>
    /// <param name="stream">Stream; what it holds back is written first.</param>
    /// <exception cref="IOException">The disk failed or became read-only: what is on it is not known.</exception>
    public static void File(FileStream stream)
    {
        stream.Flush();
        File(stream.SafeFileHandle, stream.Name);
    }

    /// <summary>Returns when what was written is on the disk.</summary>
    /// <param name="file">File.</param>
    /// <param name="path">Where it lies, for the message; null when that is not known.</param>
    /// <exception cref="IOException">The disk failed or became read-only: what is on it is not known.</exception>
    public static void File(SafeFileHandle file, string? path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        if (Sync(file) != 0 || FlushProof.Refuses(file))
            throw Failed($"Could not flush {path ?? "a file"}");
    }

    /// <summary>
    /// Returns when the names of a folder are on the disk: without it a renamed file may have its old name after a power cut. Windows:
    /// nothing to call; NTFS writes names through its journal in order, so that after a power cut an old state is seen, never a torn one
    /// (untested on Windows).
    /// </summary>
    /// <param name="folder">Absolute path.</param>
    /// <exception cref="IOException">The disk failed: what the folder holds after a power cut is not known.</exception>
    public static void Folder(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var flags = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
            ? ReadOnlyDirectoryArm
            : ReadOnlyDirectory;
        using var handle = Open(folder, flags);
        if (handle.IsInvalid || Sync(handle) != 0 || FlushProof.Refuses(handle))
            throw Failed($"Could not flush the folder {folder}");
    }

    private static IOException Failed(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);
}
