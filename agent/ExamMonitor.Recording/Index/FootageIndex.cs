using ExamMonitor.Evidence.Volumes;
using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>The SQLite file: one writing connection behind a lock, readers from a pool. Safe from any thread.</summary>
/// <remarks>
/// WAL with <c>synchronous=FULL</c>: a transaction that returned is there after a power cut, and readers never wait for the writer.
/// </remarks>
internal sealed class FootageIndex : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _readers;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private SqliteConnection _writer;
    private volatile Condition _condition;
    private int _generation;

    private FootageIndex(SqliteConnection writer, string readers, string path) => (_writer, _readers, Path) = (writer, readers, path);

    /// <summary>Absolute path of the file.</summary>
    public string Path { get; }

    private enum Condition
    {
        /// <summary>Everything can be asked.</summary>
        Whole,

        /// <summary>Damaged: nothing can be asked or written.</summary>
        Damaged,

        /// <summary>Made again; the writers of cameras bring it up to date before anybody else may ask.</summary>
        Filling,
    }

    /// <summary>Grows with every file that takes a broken one's place.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Called once when damage is found, with what was said; must return at once.</summary>
    public Action<string>? DamageFound { get; set; }

    /// <summary>Called before every transaction; lets tests fail it.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>Called before every reading; lets tests count it.</summary>
    public Action? BeforeRead { get; set; }

    /// <summary>
    /// Raised when what is held of cameras has changed, with their numbers; null when it may have of every camera. Whoever hears it must
    /// return at once.
    /// </summary>
    public event Action<IReadOnlyCollection<long>?>? Changed;

    /// <summary>Whether a failure came from an index, and says nothing of the volume.</summary>
    public static bool IsItsFailure(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is SqliteException)
                return true;
        }

        return false;
    }

    /// <summary>Opens or makes the file.</summary>
    /// <exception cref="IndexRebuildingException">It is no index, or damaged.</exception>
    /// <exception cref="FootageException">It is newer than this program, or cannot be written.</exception>
    public static FootageIndex Open(string path)
    {
        if (Directory.Exists(path))
            throw new IndexRebuildingException(path, new IOException("A folder lies in the place of the file"));
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            var writer = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = path,
                    Pooling = false,
                    Mode = SqliteOpenMode.ReadWriteCreate,
                }.ToString()
            );
            try
            {
                writer.Open();
                Execute(
                    writer,
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000; PRAGMA cache_size = "
                        + "-32000; PRAGMA wal_autocheckpoint = 1000;"
                );
                IndexSchema.Migrate(writer, path);
            }
            catch
            {
                writer.Dispose();
                throw;
            }

            var readers = new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = true,
                Mode = SqliteOpenMode.ReadOnly,
            }.ToString();
            return new(writer, readers, path);
        }
        catch (SqliteException e) when (IndexFaults.IsDamage(e) || (e.SqliteErrorCode == ReadOnly && MayWrite(path)))
        {
            throw new IndexRebuildingException(path, e);
        }
        catch (Exception e) when (e is SqliteException or UnauthorizedAccessException || (e is IOException and not FootageException))
        {
            throw new FootageException("open the index", path, "Check the disk that holds it, and that this user may write there.", e);
        }
    }

    /// <summary>Opens a file of this version to look into it; it can be in use by an agent.</summary>
    /// <exception cref="FootageException">It is missing, of another version, or cannot be read.</exception>
    public static FootageIndex OpenToRead(string path)
    {
        var readers = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = true,
            Mode = SqliteOpenMode.ReadOnly,
        }.ToString();
        var connection = new SqliteConnection(readers);
        try
        {
            connection.Open();
            IndexSchema.RequireCurrent(connection, path);
            return new(connection, readers, path);
        }
        catch (Exception e) when (e is SqliteException || IndexFaults.IsContent(e))
        {
            connection.Dispose();
            throw new FootageException(
                "read the index",
                path,
                "When it is missing or damaged, \"reindex\" makes it again from the volume.",
                e
            );
        }
    }

    /// <summary>
    /// Volume that a file names, of whatever version; null when it names none, is not there or cannot be read. Changes nothing.
    /// </summary>
    public static Guid? KnownVolume(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = path,
                    Pooling = false,
                    Mode = SqliteOpenMode.ReadOnly,
                }.ToString()
            );
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
    /// <exception cref="IndexRebuildingException">The file is damaged.</exception>
    /// <exception cref="FootageException">It was rolled back.</exception>
    public T Write<T>(Func<IndexTransaction, T> work)
    {
        lock (_gate)
        {
            if (_condition == Condition.Damaged)
                throw new IndexRebuildingException(Path);
            try
            {
                BeforeWrite?.Invoke();
                using var transaction = _writer.BeginTransaction();
                var changes = new IndexTransaction(sql => Prepared(sql, transaction));
                var result = work(changes);
                transaction.Commit();
                if (changes.Changed.Count > 0)
                    Changed?.Invoke(changes.Changed);
                return result;
            }
            catch (Exception e) when (e is SqliteException or ContentException)
            {
                throw Refuse("write the index", e, _generation);
            }
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action<IndexTransaction> work) =>
        Write(t =>
        {
            work(t);
            return true;
        });

    /// <summary>Runs queries that see one state of the index.</summary>
    /// <param name="work">Queries.</param>
    /// <param name="own">Whether a camera's writer asks for its own rows: it may while a new file is being brought up to date.</param>
    /// <exception cref="IndexRebuildingException">The file is damaged, or not brought up to date yet.</exception>
    /// <exception cref="FootageException">It could not be read.</exception>
    public T Read<T>(Func<IndexQueries, T> work, bool own = false)
    {
        var generation = Generation;
        if (_condition is var condition && (condition == Condition.Damaged || (condition == Condition.Filling && !own)))
            throw new IndexRebuildingException(Path);
        try
        {
            BeforeRead?.Invoke();
            using var connection = new SqliteConnection(_readers);
            connection.Open();
            Execute(connection, "PRAGMA query_only = 1; PRAGMA busy_timeout = 10000;");
            using var transaction = connection.BeginTransaction(deferred: true);
            return work(
                new IndexQueries(sql =>
                {
                    var command = connection.CreateCommand();
                    command.Transaction = transaction;
                    SetText(command, sql);
                    return command;
                })
            );
        }
        catch (Exception e) when (e is SqliteException or ContentException)
        {
            throw Refuse("read the index", e, generation);
        }
    }

    /// <summary>Says that the file is damaged, whoever found it.</summary>
    public void SayDamaged(string reason) => _ = Latch(reason, Generation);

    /// <summary>
    /// Closes the broken file, sets it aside, and makes an empty one in its place, which the caller fills. Nobody is served until
    /// <see cref="TakeOver"/>.
    /// </summary>
    /// <exception cref="IOException">It cannot be set aside, or no new one can be made.</exception>
    /// <param name="now">For the name of what is set aside.</param>
    /// <param name="isOurs">Whether what lies there is a file that an attempt before began: it holds nothing of its own and is
    /// deleted.</param>
    /// <param name="aside">Where the broken file lies now; null when there was none.</param>
    public FootageIndex Renew(DateTimeOffset now, bool isOurs, out string? aside)
    {
        lock (_gate)
        {
            _condition = Condition.Damaged;
            Changed?.Invoke(null);
            Close();
            aside = null;
            if (isOurs)
                IndexFiles.Drop(Path);
            else
                aside = IndexFiles.SetAside(Path, now);
            return OpenNew(Path);
        }
    }

    /// <summary>Makes an empty file where a broken one was set aside.</summary>
    public static FootageIndex OpenNew(string path)
    {
        var fresh = Open(path);
        IndexFiles.Settled(path);
        return fresh;
    }

    /// <summary>Goes on with the file of another, which must not be used after.</summary>
    public void TakeOver(FootageIndex fresh)
    {
        lock (_gate)
        {
            foreach (var command in fresh._commands.Values)
                command.Dispose();
            fresh._commands.Clear();
            _writer = fresh._writer;
            Interlocked.Increment(ref _generation);
            _condition = Condition.Filling;
        }

        Changed?.Invoke(null);
    }

    /// <summary>Whether the file was found damaged, and nothing has taken its place.</summary>
    public bool IsDamaged => _condition == Condition.Damaged;

    /// <summary>Everybody is served again.</summary>
    public void SayWhole()
    {
        _condition = Condition.Whole;
        Changed?.Invoke(null);
    }

    public void Dispose()
    {
        lock (_gate)
            Close();
    }

    private void Close()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _commands.Clear();
        // Readers first: the last connection to close takes the log into the file, and a reader may not write.
        using (var pooled = new SqliteConnection(_readers))
            SqliteConnection.ClearPool(pooled);
        try
        {
            _writer.Dispose();
        }
        catch (SqliteException)
        {
            // A broken file may not close in order; it is set aside as it is.
        }
    }

    /// <summary>
    /// The failure for the caller; damage is latched and told, unless a new file has taken the place of the damaged one meanwhile.
    /// </summary>
    private FootageException Refuse(string operation, Exception e, int generation)
    {
        if (e is SqliteException sqlite && !IndexFaults.IsDamage(sqlite))
            return new(operation, Path, "Look at the disk that holds it.", e);
        _ = Latch(e.Message, generation);
        return new IndexRebuildingException(Path, e);
    }

    private bool Latch(string reason, int generation)
    {
        lock (_gate)
        {
            if (_condition == Condition.Damaged || generation != _generation)
                return false;
            _condition = Condition.Damaged;
        }

        Changed?.Invoke(null);
        DamageFound?.Invoke(reason);
        return true;
    }

    private static bool MayWrite(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private const int ReadOnly = 8;

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
