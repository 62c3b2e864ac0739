using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>
/// Takes over what the first version kept in the table <c>checkpoints</c>: signed heads, which are evidence, go to the witness, which
/// proves them anew; then the table goes.
/// </summary>
/// <remarks>Does nothing to a database without that table. Runs in the transaction that makes the tables: a start that dies in between
/// leaves the former version's database as it was.</remarks>
internal static class FormerCheckpoints
{
    private const int AtOnce = 500;

    public static async Task TakeOverAsync(DbConnection connection, DbTransaction transaction, bool sqlite, CancellationToken ct)
    {
        var exists = sqlite
            ? "select count(*) from sqlite_master where type = 'table' and name = 'checkpoints'"
            : "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = 'checkpoints'";
        if (await connection.ExecuteScalarAsync<long>(Command(exists)).ConfigureAwait(false) == 0)
            return;
        while (
            (
                await connection
                    .QueryAsync<Row>(Command($"select site, agent, size, root, at_ms as atMs, note from checkpoints limit {AtOnce}"))
                    .ConfigureAwait(false)
            ).AsList()
                is { Count: > 0 } rows
        )
        {
            foreach (var row in rows)
            {
                await connection
                    .ExecuteAsync(
                        Command(
                            """
                            insert into witness_heads (site, agent, digest, size, time_ms, received_ms, note, standing)
                            values (@Site, @Agent, @Digest, @HeadSize, @HeadTimeMs, @AtMs, @Note, 'Unproved') on conflict do nothing
                            """,
                            row
                        )
                    )
                    .ConfigureAwait(false);
                await connection
                    .ExecuteAsync(
                        Command("delete from checkpoints where site = @Site and agent = @Agent and size = @Size and root = @Root", row)
                    )
                    .ConfigureAwait(false);
            }
        }

        // The witness asks for proofs of the agents that it has a pin of.
        await connection
            .ExecuteAsync(
                Command(
                    "insert into witness_pins (site, agent) select distinct site, agent from witness_heads where true on conflict do nothing"
                )
            )
            .ConfigureAwait(false);
        await connection.ExecuteAsync(Command("drop table checkpoints")).ConfigureAwait(false);

        CommandDefinition Command(string sql, object? values = null) => new(sql, values, transaction, cancellationToken: ct);
    }

    private sealed class Row
    {
        public string Site { get; init; } = "";

        public string Agent { get; init; } = "";

        public long Size { get; init; }

        public string Root { get; init; } = "";

        public long AtMs { get; init; }

        public string Note { get; init; } = "";

        public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Note)));

        // What the note itself says counts; a note that cannot be read is kept too, and the witness will say so.
        public long HeadSize => Head?.Size ?? Size;

        public long HeadTimeMs => Head is { } head ? StoredInstant.ToMs(head.Time) : AtMs;

        private Checkpoint? Head =>
            SignedNote.TryParse(Note, out var signed) && Checkpoint.TryParse(signed.Text, out var head) ? head : null;
    }
}
