using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>One database of the dashboard, SQLite or PostgreSQL. Statements are written once, in what both understand.</summary>
/// <remarks>Instants are stored as milliseconds since 1970 UTC, truths as 0 and 1, enumerations as their words. Thread safe: a connection per call, pooled.</remarks>
internal sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _sqlite;

    private Database(NpgsqlDataSource? postgres, string? sqlite) => (_postgres, _sqlite) = (postgres, sqlite);

    /// <summary>Opens or makes a database in a file.</summary>
    public static async Task<Database> OpenSqliteAsync(string path, CancellationToken ct)
    {
        PrivateFiles.Touch(path);
        var database = new Database(null, new SqliteConnectionStringBuilder { DataSource = path, Cache = SqliteCacheMode.Default, Pooling = true }.ToString());
        await using (var connection = await database.ConnectAsync(ct).ConfigureAwait(false))
        {
            await connection.ExecuteAsync("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;").ConfigureAwait(false);
        }

        await database.CreateAsync(ct).ConfigureAwait(false);
        return database;
    }

    /// <summary>Opens a PostgreSQL database and makes what is missing in it.</summary>
    public static async Task<Database> OpenPostgresAsync(string connectionString, CancellationToken ct)
    {
        var database = new Database(NpgsqlDataSource.Create(connectionString), null);
        await database.CreateAsync(ct).ConfigureAwait(false);
        return database;
    }

    public async Task<DbConnection> ConnectAsync(CancellationToken ct)
    {
        if (_postgres is not null) return await _postgres.OpenConnectionAsync(ct).ConfigureAwait(false);
        var connection = new SqliteConnection(_sqlite);
        await connection.OpenAsync(ct).ConfigureAwait(false);
        await connection.ExecuteAsync("PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON;").ConfigureAwait(false);
        return connection;
    }

    public async Task<int> ExecuteAsync(string sql, object? values, CancellationToken ct)
    {
        var connection = await ConnectAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: ct)).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a statement whose effect must be on the disk before this returns: a power cut does not take it back.</summary>
    public async Task<int> ExecuteDurablyAsync(string sql, object? values, CancellationToken ct)
    {
        var connection = await ConnectAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // WAL with synchronous=NORMAL may lose the last transactions; the setting belongs to the connection, which goes back to the
            // pool as it came.
            if (_sqlite is null)
                return await connection.ExecuteAsync(new CommandDefinition("set synchronous_commit = on; " + sql, values,
                    cancellationToken: ct)).ConfigureAwait(false);
            await connection.ExecuteAsync("PRAGMA synchronous=FULL;").ConfigureAwait(false);
            var changed = await connection.ExecuteAsync(new CommandDefinition(sql, values, cancellationToken: ct)).ConfigureAwait(false);
            await connection.ExecuteAsync("PRAGMA synchronous=NORMAL;").ConfigureAwait(false);
            return changed;
        }
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? values, CancellationToken ct)
    {
        var connection = await ConnectAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return (await connection.QueryAsync<T>(new CommandDefinition(sql, values, cancellationToken: ct)).ConfigureAwait(false)).AsList();
        }
    }

    /// <summary>Runs statements that hold together or not at all.</summary>
    public Task TransactAsync(IEnumerable<(string Sql, object? Values)> statements, CancellationToken ct) => TransactAsync(
        async (connection, transaction) =>
        {
            foreach (var (sql, values) in statements)
                await connection.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: ct)).ConfigureAwait(false);
        },
        ct);

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync().ConfigureAwait(false);
        if (_sqlite is not null) SqliteConnection.ClearPool(new SqliteConnection(_sqlite));
    }

    private Task CreateAsync(CancellationToken ct) => TransactAsync(
        async (connection, transaction) =>
        {
            foreach (var sql in Schema.Statements(_postgres is null)) await connection.ExecuteAsync(new CommandDefinition(sql, null, transaction, cancellationToken: ct)).ConfigureAwait(false);
            await FormerCheckpoints.TakeOverAsync(connection, transaction, _postgres is null, ct).ConfigureAwait(false);
        },
        ct);

    private async Task TransactAsync(Func<DbConnection, DbTransaction, Task> work, CancellationToken ct)
    {
        var connection = await ConnectAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await work(connection, transaction).ConfigureAwait(false);
                await transaction.CommitAsync(ct).ConfigureAwait(false);
            }
        }
    }
}
