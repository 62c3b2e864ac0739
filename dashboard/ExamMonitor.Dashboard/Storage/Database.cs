using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>One database of the dashboard, SQLite or PostgreSQL. Statements are written once, in what both understand.</summary>
/// <remarks>Instants are stored as milliseconds since 1970 UTC, truths as 0 and 1, enumerations as their words. Thread safe: a connection
/// per call, pooled.</remarks>
internal sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _sqlite;
    private readonly TimeProvider _time;
    private volatile AwayMark? _away;

    private Database(NpgsqlDataSource? postgres, string? sqlite, TimeProvider time) =>
        (_postgres, _sqlite, _time) = (postgres, sqlite, time);

    /// <summary>Since when it does not answer, UTC; null while it does.</summary>
    public DateTimeOffset? AwaySince => _away?.Since;

    /// <summary>Why it does not answer, without the address.</summary>
    public string AwayBecause => _away?.Because ?? "";

    /// <summary>Opens or makes a database in a file.</summary>
    public static async Task<Database> OpenSqliteAsync(string path, CancellationToken ct, TimeProvider? time = null)
    {
        PrivateFiles.Touch(path);
        var database = new Database(
            null,
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Cache = SqliteCacheMode.Default,
                Pooling = true,
            }.ToString(),
            time ?? TimeProvider.System
        );
        await using (var connection = await database.ConnectAsync(ct).ConfigureAwait(false))
        {
            await connection.ExecuteAsync("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;").ConfigureAwait(false);
        }

        await database.CreateAsync(ct).ConfigureAwait(false);
        return database;
    }

    /// <summary>
    /// Opens a PostgreSQL database and makes what is missing in it. One that is away is waited for later: <see cref="AwaySince"/>.
    /// </summary>
    public static async Task<Database> OpenPostgresAsync(string connectionString, CancellationToken ct, TimeProvider? time = null)
    {
        var database = new Database(NpgsqlDataSource.Create(connectionString), null, time ?? TimeProvider.System);
        try
        {
            await database.ReturnAsync(ct).ConfigureAwait(false);
        }
        catch (DbException) when (database.AwaySince is not null)
        {
            // The dashboard starts without its history, and says so.
        }

        return database;
    }

    /// <summary>Asks a database that is away whether it is back, and makes what is missing in it.</summary>
    /// <exception cref="DbException">It is not.</exception>
    public Task ReturnAsync(CancellationToken ct) =>
        GuardAsync(async () =>
        {
            await CreateAsync(ct).ConfigureAwait(false);
            _away = null;
            return true;
        });

    /// <summary>Opens a connection. While the database is away this fails at once: only <see cref="ReturnAsync"/> asks it then.</summary>
    public async Task<DbConnection> ConnectAsync(CancellationToken ct)
    {
        if (_away is not null)
            throw new DatabaseAwayException();
        return await OpenAsync(ct).ConfigureAwait(false);
    }

    private async Task<DbConnection> OpenAsync(CancellationToken ct)
    {
        if (_postgres is not null)
            return await _postgres.OpenConnectionAsync(ct).ConfigureAwait(false);
        var connection = new SqliteConnection(_sqlite);
        await connection.OpenAsync(ct).ConfigureAwait(false);
        await connection.ExecuteAsync("PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;").ConfigureAwait(false);
        return connection;
    }

    /// <summary>
    /// Remembers that the server is away when a statement finds it so: it cannot be reached, ends, or starts (SQLSTATE 08 and 57P).
    /// </summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException e)
            when (e is not PostgresException { SqlState: not null }
                || ((PostgresException)e).SqlState is ['5', '7', 'P', ..] or ['0', '8', ..] or "53300"
            )
        {
            _away ??= new(_time.GetUtcNow(), e is PostgresException p ? p.MessageText : (e.InnerException ?? e).GetType().Name);
            throw;
        }
    }

    public Task<int> ExecuteAsync(string sql, object? values, CancellationToken ct) =>
        GuardAsync(async () =>
        {
            var connection = await ConnectAsync(ct).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: ct)).ConfigureAwait(false);
            }
        });

    /// <summary>Runs a statement whose effect must be on the disk before this returns: a power cut does not take it back.</summary>
    public Task<int> ExecuteDurablyAsync(string sql, object? values, CancellationToken ct) =>
        GuardAsync(async () =>
        {
            var connection = await ConnectAsync(ct).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                // WAL with synchronous=NORMAL may lose the last transactions; the setting belongs to the connection, which goes back to the
                // pool as it came.
                if (_sqlite is null)
                    return await connection
                        .ExecuteAsync(new CommandDefinition("set synchronous_commit = on; " + sql, values, cancellationToken: ct))
                        .ConfigureAwait(false);
                await connection.ExecuteAsync("PRAGMA synchronous=FULL;").ConfigureAwait(false);
                var changed = await connection
                    .ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: ct))
                    .ConfigureAwait(false);
                await connection.ExecuteAsync("PRAGMA synchronous=NORMAL;").ConfigureAwait(false);
                return changed;
            }
        });

    public Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values, CancellationToken ct) =>
        GuardAsync<IReadOnlyList<T>>(async () =>
        {
            var connection = await ConnectAsync(ct).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return (
                    await connection.QueryAsync<T>(new CommandDefinition(sql, values, cancellationToken: ct)).ConfigureAwait(false)
                ).AsList();
            }
        });

    /// <summary>Runs statements that hold together or not at all.</summary>
    public Task TransactAsync(IEnumerable<(string Sql, object? Values)> statements, CancellationToken ct) =>
        GuardAsync(() =>
            TransactAsync(
                ConnectAsync,
                async (connection, transaction) =>
                {
                    foreach (var (sql, values) in statements)
                        await connection
                            .ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: ct))
                            .ConfigureAwait(false);
                },
                ct
            )
        );

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync().ConfigureAwait(false);
        if (_sqlite is not null)
            SqliteConnection.ClearPool(new SqliteConnection(_sqlite));
    }

    private Task<bool> CreateAsync(CancellationToken ct) =>
        TransactAsync(
            OpenAsync,
            async (connection, transaction) =>
            {
                foreach (var sql in Schema.Statements(_postgres is null))
                    await connection
                        .ExecuteAsync(new CommandDefinition(sql, null, transaction, cancellationToken: ct))
                        .ConfigureAwait(false);
                await FormerCheckpoints.TakeOverAsync(connection, transaction, _postgres is null, ct).ConfigureAwait(false);
            },
            ct
        );

    private static async Task<bool> TransactAsync(
        Func<CancellationToken, Task<DbConnection>> connect,
        Func<DbConnection, DbTransaction, Task> work,
        CancellationToken ct
    )
    {
        var connection = await connect(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await work(connection, transaction).ConfigureAwait(false);
                await transaction.CommitAsync(ct).ConfigureAwait(false);
                return true;
            }
        }
    }

    /// <param name="Since">UTC.</param>
    /// <param name="Because">What was found, without the address.</param>
    private sealed record AwayMark(DateTimeOffset Since, string Because);
}
