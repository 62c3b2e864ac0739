using System.Runtime.InteropServices;

namespace ExamMonitor.Footage.Volumes;

/// <summary>Puts a folder's entries on the disk: without it a renamed file may have its old name after a power cut.</summary>
/// <remarks>
/// Linux: <c>fsync</c> of the folder. Windows: nothing to call; NTFS writes names through its journal in order, so that after a power cut an old state is
/// seen, never a torn one, and recovery commits the <c>.part</c> again (untested on Windows).
/// </remarks>
public static partial class FolderFlush
{
    // O_RDONLY | O_DIRECTORY | O_CLOEXEC; O_DIRECTORY has another number on ARM.
    private const int ReadOnlyDirectory = 0x10000 | 0x80000;
    private const int ReadOnlyDirectoryArm = 0x4000 | 0x80000;

    /// <summary>Returns when the entries of a folder are on the disk.</summary>
    /// <param name="folder">Absolute path.</param>
    /// <exception cref="IOException">The disk failed: what the folder holds after a power cut is not known.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var flags = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? ReadOnlyDirectoryArm : ReadOnlyDirectory;
        var handle = Open(folder, flags);
        if (handle < 0) throw Failed(folder);
        try
        {
            if (Sync(handle) != 0 || FlushProof.Refuses(handle)) throw Failed(folder);
        }
        finally
        {
            _ = Close(handle);
        }
    }

    private static IOException Failed(string folder)
    {
        var error = Marshal.GetLastPInvokeError();
        return new($"Could not flush the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
