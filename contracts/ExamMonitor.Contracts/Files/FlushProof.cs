using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Contracts.Files;

/// <summary>Asks a file system whether it still takes changes, right after it said that a flush is done. Linux.</summary>
/// <remarks>
/// A journal's commit may fail for one thread, and another's change was part of it. ext4 then has nothing to wait for and answers that
/// thread's fsync with success, until the next change finds the journal aborted. So a change is asked for that changes nothing: an extended
/// attribute that nobody has is removed. It begins a transaction, which an aborted journal refuses; and a journal that takes it had not
/// failed when the flush ended. Nothing less shows it: neither a second fsync nor the mount's flags (decision 0280).
/// </remarks>
internal static partial class FlushProof
{
    private const string Nobodys = "user.exam-monitor.flushed";

    // EIO, EROFS, ESHUTDOWN, EUCLEAN: the file system failed. Every other answer (ENODATA, EOPNOTSUPP, EACCES) says that it works.
    private static ReadOnlySpan<int> Failed => [5, 30, 108, 117];

    /// <summary>Whether it takes no changes any more; the reason is the last error.</summary>
    public static bool Refuses(SafeFileHandle file) => Remove(file, Nobodys) != 0 && Failed.Contains(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "fremovexattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Remove(SafeFileHandle file, string name);
}
