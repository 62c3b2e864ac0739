using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// Makes a child's pipe larger than the system's 64 KiB, so that a whole fragment or picture is put down at once and the other side wakes
/// up a few times for it, not once for each 32 KiB.
/// </summary>
/// <remarks>Linux, <c>fcntl(2) F_SETPIPE_SZ</c>. Best effort: beyond /proc/sys/fs/pipe-user-pages-soft (64 MiB a user) the system says no,
/// and the pipe stays as it was. Windows: nothing.</remarks>
internal static partial class PipeSize
{
    private const int SetPipeSize = 1031;

    public static void Enlarge(Stream pipe, int bytes)
    {
        if (OperatingSystem.IsLinux() && pipe is PipeStream stream)
            _ = Control(stream.SafePipeHandle, SetPipeSize, bytes);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Control(SafeHandle file, int command, nint value);
}
