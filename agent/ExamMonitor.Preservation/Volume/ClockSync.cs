using System.Runtime.InteropServices;

namespace ExamMonitor.Preservation.Volume;

/// <summary>Asks the kernel whether a time server keeps the clock (adjtimex(2)); reading needs no right.</summary>
internal static partial class ClockSync
{
    private const int TimeError = 5;
    private const int TimexBytes = 256;

    /// <summary>Whether the clock is synchronized; null where the kernel cannot be asked (Windows, a container that forbids it).</summary>
    public static bool? IsSynchronized()
    {
        if (!OperatingSystem.IsLinux())
            return null;

        // modes = 0 in the first word: nothing is set. struct timex has 208 bytes on 64-bit systems.
        var state = Adjust(new byte[TimexBytes]);
        return state < 0 ? null : state != TimeError;
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Adjust([In, Out] byte[] timex);
}
