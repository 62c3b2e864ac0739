using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>Tells a damaged index file from a disk that is full or busy. Pure.</summary>
internal static class IndexFaults
{
    /// <summary>Code of a row whose content cannot be: SQLite's own for a damaged file.</summary>
    public const int Corrupt = 11;

    /// <summary>Whether the file itself is at fault, so that only making it again helps (https://sqlite.org/rescode.html).</summary>
    /// <remarks>
    /// Statements are constants that the tests run: an SQL error (1), a broken constraint (19) or a mismatch (20) comes from a changed
    /// schema or a changed row. Of the input and output errors only those count whose bytes are wrong or cannot be read.
    /// </remarks>
    public static bool IsDamage(SqliteException e) =>
        e.SqliteErrorCode switch
        {
            1 or Corrupt or 19 or 20 or 26 => true,
            10 => e.SqliteExtendedErrorCode is IoRead or IoShortRead or IoCorruptFileSystem or IoData,
            _ => false,
        };

    /// <summary>Whether a row could not be understood.</summary>
    public static bool IsContent(Exception e) =>
        e is FormatException or InvalidCastException or OverflowException or System.Text.Json.JsonException;

    private const int IoRead = 10 | (1 << 8);
    private const int IoShortRead = 10 | (2 << 8);
    private const int IoData = 10 | (32 << 8);
    private const int IoCorruptFileSystem = 10 | (33 << 8);
}
