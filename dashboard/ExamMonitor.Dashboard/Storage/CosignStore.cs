using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>The newest head that this witness cosigned of a log.</summary>
/// <param name="Head">Head.</param>
/// <param name="Note">Checkpoint with the log's signatures, and with the cosignature once it was made.</param>
/// <param name="At">When it was recorded, UTC.</param>
internal sealed record CosignedHead(TreeHead Head, string Note, DateTimeOffset At);

/// <summary>What the witness has cosigned: one head per log, which only ever grows. Thread safe, also between processes.</summary>
internal interface ICosignStore
{
    /// <summary>Null when nothing was cosigned of this log.</summary>
    Task<CosignedHead?> FindAsync(string witness, string origin, CancellationToken ct);

    /// <summary>The log whose origin has this SHA-256, hex; null when nothing was cosigned of it.</summary>
    Task<CosignedHead?> FindByHashAsync(string witness, string originHash, CancellationToken ct);

    /// <summary>
    /// Records a head in place of <paramref name="before"/>, and puts it on the disk. False, and nothing is changed, when another head was
    /// recorded meanwhile.
    /// </summary>
    Task<bool> TryAdvanceAsync(string witness, TreeHead? before, CosignedHead next, CancellationToken ct);

    /// <summary>Keeps the cosignature below a head that was recorded.</summary>
    Task SetNoteAsync(string witness, CosignedHead head, CancellationToken ct);
}

/// <inheritdoc cref="ICosignStore"/>
internal sealed class SqlCosignStore(Database database) : ICosignStore
{
    private const string Columns = "origin, size, root, note, at_ms as atMs";

    public async Task<CosignedHead?> FindAsync(string witness, string origin, CancellationToken ct) =>
        (
            await database
                .QueryAsync<Row>(
                    $"select {Columns} from witness_cosigned where witness = @witness and origin = @origin",
                    new { witness, origin },
                    ct
                )
                .ConfigureAwait(false)
        )
            is [var row]
            ? row.ToHead()
            : null;

    public async Task<CosignedHead?> FindByHashAsync(string witness, string originHash, CancellationToken ct) =>
        (
            await database
                .QueryAsync<Row>(
                    $"select {Columns} from witness_cosigned where witness = @witness and origin_hash = @originHash",
                    new { witness, originHash },
                    ct
                )
                .ConfigureAwait(false)
        )
            is [var row]
            ? row.ToHead()
            : null;

    public async Task<bool> TryAdvanceAsync(string witness, TreeHead? before, CosignedHead next, CancellationToken ct)
    {
        var values = new
        {
            Witness = witness,
            next.Head.Origin,
            OriginHash = HashOf(next.Head.Origin),
            next.Head.Size,
            Root = next.Head.Root.ToBase64(),
            next.Note,
            AtMs = StoredInstant.ToMs(next.At),
            OldSize = before?.Size ?? 0,
            OldRoot = before?.Root.ToBase64(),
        };
        const string insert =
            "insert into witness_cosigned (witness, origin, origin_hash, size, root, note, at_ms) values (@Witness, @Origin, @OriginHash, @Size, @Root, @Note, @AtMs) on conflict do nothing";
        const string update = """
            update witness_cosigned set size = @Size, root = @Root, note = @Note, at_ms = @AtMs
            where witness = @Witness and origin = @Origin and size = @OldSize and root = @OldRoot and size <= @Size
            """;
        return await database.ExecuteDurablyAsync(before is null ? insert : update, values, ct).ConfigureAwait(false) == 1;
    }

    public Task SetNoteAsync(string witness, CosignedHead head, CancellationToken ct) =>
        database.ExecuteAsync(
            "update witness_cosigned set note = @Note where witness = @Witness and origin = @Origin and size = @Size and root = @Root",
            new
            {
                Witness = witness,
                head.Head.Origin,
                head.Head.Size,
                Root = head.Head.Root.ToBase64(),
                head.Note,
            },
            ct
        );

    private static string HashOf(string origin) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(origin)));

    private sealed class Row
    {
        public string Origin { get; init; } = "";

        public long Size { get; init; }

        public string Root { get; init; } = "";

        public string Note { get; init; } = "";

        public long AtMs { get; init; }

        public CosignedHead ToHead() =>
            TreeHash.TryParseBase64(Root, out var root)
                ? new(new(Origin, Size, root), Note, StoredInstant.OfMs(AtMs))
                : throw new InvalidOperationException(
                    $"The recorded root of {Origin} is none: the database was changed by hand. Nothing is cosigned of this log."
                );
    }
}
