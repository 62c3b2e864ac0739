using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Volumes;

/// <summary>Tells a full disk from one that fails.</summary>
public static class DiskFull
{
    // Linux: ENOSPC and EDQUOT of errno(3), which .NET gives as the exception's number. Windows: ERROR_DISK_FULL and
    // ERROR_HANDLE_DISK_FULL.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int SqliteFull = 13;

    /// <summary>Whether a failure, or what caused it, says that there is no room.</summary>
    public static bool Is(Exception? failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is SqliteException { SqliteErrorCode: SqliteFull })
                return true;
            if (e is IOException && e.HResult is NoSpace or QuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull)
                return true;
        }

        return false;
    }

    /// <summary>The failure of a write for which there is no room.</summary>
    public static IOException Error(string path) => new($"No space left on device : '{path}'", NoSpace);
}
