using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// Asks the system to forget what it remembers of a file, so that a read comes from the disk and copying does not push other things out of
/// memory.
/// </summary>
/// <remarks>
/// Advice, not a promise: pages that are dirty or mapped stay, and a disk has a cache of its own. Linux only (<c>posix_fadvise</c>);
/// elsewhere nothing happens.
/// </remarks>
internal static partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Drops the clean pages of a file that may be missing.</summary>
    public static void Drop(string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !File.Exists(path))
            return;
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _ = Advise(handle, 0, 0, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
