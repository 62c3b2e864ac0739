using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>Parameters and columns without ceremony.</summary>
internal static class SqlExtensions
{
    public static SqliteCommand With(this SqliteCommand command, string name, object? value)
    {
        command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public static void Run(this SqliteCommand command) => command.ExecuteNonQuery();

    public static List<T> List<T>(this SqliteCommand command, Func<SqliteDataReader, T> row)
    {
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(Understand(reader, row));
        return rows;
    }

    public static T? One<T>(this SqliteCommand command, Func<SqliteDataReader, T> row)
        where T : class
    {
        using var reader = command.ExecuteReader();
        return reader.Read() ? Understand(reader, row) : null;
    }

    /// <summary>The one number that a statement gives.</summary>
    public static long Number(this SqliteCommand command) =>
        command.ExecuteScalar() as long? ?? throw new ContentException(new FormatException("a number is missing"));

    private static T Understand<T>(SqliteDataReader reader, Func<SqliteDataReader, T> row)
    {
        try
        {
            return row(reader);
        }
        catch (Exception e) when (IndexFaults.IsContent(e) || e is ArgumentException or InvalidOperationException)
        {
            throw new ContentException(e);
        }
    }

    public static long? Int64OrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static string? TextOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
