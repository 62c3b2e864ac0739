using Microsoft.Data.Sqlite;

namespace ExamMonitor.Footage.Index;

/// <summary>The SQLite file: one writing connection behind a lock, readers from a pool. Safe from any thread.</summary>
/// <remarks>WAL with <c>synchronous=FULL</c>: a transaction that returned is there after a power cut, and readers never wait for the writer.</remarks>
internal sealed class FootageIndex : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SqliteConnection _writer;
    private readonly string _readers;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private FootageIndex(SqliteConnection writer, string readers, string path) => (_writer, _readers, Path) = (writer, readers, path);

    /// <summary>Absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>Called before every transaction; lets tests fail it.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="FootageException">It is no index, damaged, newer than this program, or cannot be written.</exception>
    public static FootageIndex Open(string path)
    {
        SqliteNative.Use();
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            var writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWriteCreate }.ToString());
            try
            {
                writer.Open();
                Execute(writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 1000;");
                IndexSchema.Migrate(writer, path);
            }
            catch
            {
                writer.Dispose();
                throw;
            }

            var readers = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, Mode = SqliteOpenMode.ReadOnly }.ToString();
            return new(writer, readers, path);
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException || (e is IOException and not FootageException))
        {
            throw new FootageException("open the index", path, "Move the file away when it is damaged: it is made again from the volume.", e);
        }
    }

    /// <summary>Opens a file of this version to look into it; it can be in use by an agent.</summary>
    /// <exception cref="FootageException">It is missing, of another version, or cannot be read.</exception>
    public static FootageIndex OpenToRead(string path)
    {
        SqliteNative.Use();
        var readers = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, Mode = SqliteOpenMode.ReadOnly }.ToString();
        var connection = new SqliteConnection(readers);
        try
        {
            connection.Open();
            IndexSchema.RequireCurrent(connection, path);
            return new(connection, readers, path);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new FootageException("read the index", path, "When it is missing or damaged, \"reindex\" makes it again from the volume.", e);
        }
    }

    /// <summary>Volume that a file names, of whatever version; null when it names none, is not there or cannot be read. Changes nothing.</summary>
    public static Guid? KnownVolume(string path)
    {
        if (!File.Exists(path)) return null;
        SqliteNative.Use();
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT id FROM volumes";
            return command.ExecuteScalar() is string id && Guid.TryParseExact(id, "D", out var known) ? known : null;
        }
        catch (SqliteException)
        {
            // A damaged index is told by whoever opens it.
            return null;
        }
    }

    /// <summary>Runs one transaction.</summary>
    /// <exception cref="FootageException">It was rolled back.</exception>
    public T Write<T>(Func<IndexTransaction, T> work)
    {
        lock (_gate)
        {
            try
            {
                BeforeWrite?.Invoke();
                using var transaction = _writer.BeginTransaction();
                var result = work(new IndexTransaction(sql => Prepared(sql, transaction)));
                transaction.Commit();
                return result;
            }
            catch (SqliteException e)
            {
                throw new FootageException("write the index", Path, "Look at the disk that holds it.", e);
            }
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<IndexTransaction> work) => Write(t =>
    {
        work(t);
        return true;
    });

    /// <summary>Runs queries that see one state of the index.</summary>
    public T Read<T>(Func<IndexQueries, T> work)
    {
        using var connection = new SqliteConnection(_readers);
        connection.Open();
        Execute(connection, "PRAGMA query_only = 1; PRAGMA busy_timeout = 10000;");
        using var transaction = connection.BeginTransaction(deferred: true);
        return work(new IndexQueries(sql =>
        {
            var command = connection.CreateCommand();
            command.Transaction = transaction;
            SetText(command, sql);
            return command;
        }));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var command in _commands.Values) command.Dispose();
            _commands.Clear();
            _writer.Dispose();
            using var pooled = new SqliteConnection(_readers);
            SqliteConnection.ClearPool(pooled);
        }
    }

    private SqliteCommand Prepared(string sql, SqliteTransaction transaction)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _writer.CreateCommand();
            SetText(command, sql);
            _commands.Add(sql, command);
        }

        command.Transaction = transaction;
        command.Parameters.Clear();
        return command;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        SetText(command, sql);
        command.ExecuteNonQuery();
    }

#pragma warning disable CA2100 // Every statement is a constant of this module; values are parameters.
    private static void SetText(SqliteCommand command, string sql) => command.CommandText = sql;
#pragma warning restore CA2100
}
