using ExamMonitor.Dashboard.Accounts;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Accounts. Thread safe.</summary>
internal interface IAccountStore
{
    Task<UserRecord?> FindAsync(string name, CancellationToken ct);

    Task<UserRecord?> FindAsync(long id, CancellationToken ct);

    /// <summary>By name.</summary>
    Task<IReadOnlyList<UserRecord>> ListAsync(CancellationToken ct);

    /// <summary>False when the name is taken.</summary>
    Task<bool> AddAsync(UserRecord user, CancellationToken ct);

    /// <summary>Replaces everything but id, name and time of creation.</summary>
    Task UpdateAsync(UserRecord user, CancellationToken ct);

    /// <summary>
    /// Takes one attempt before the password is looked at, counted as wrong until <see cref="UpdateAsync"/> says otherwise. In one
    /// statement, so that of attempts side by side no more are taken than one after the other.
    /// </summary>
    /// <param name="user">Account as it was read.</param>
    /// <param name="now">UTC.</param>
    /// <param name="lockedUntil">No attempt is taken before, should this one be wrong.</param>
    /// <param name="ct">Stops the waiting.</param>
    /// <returns>False when the account is locked, or another attempt was taken since it was read.</returns>
    Task<bool> TakeAttemptAsync(UserRecord user, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken ct);
}

/// <summary>Acts of people; only ever added to.</summary>
internal interface IAuditStore
{
    Task AddAsync(AuditEntry entry, CancellationToken ct);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> RecentAsync(int limit, CancellationToken ct);
}

/// <inheritdoc cref="IAccountStore"/>
internal sealed class SqlAccountStore(Database database) : IAccountStore
{
    private const string Columns =
        "u.id, u.name, u.password, u.role, u.scopes, u.stamp, u.must_change as mustChange, u.disabled, u.failures, "
        + "u.locked_until_ms as lockedUntilMs, u.created_ms as createdMs, l.expires_ms as expiresMs, l.evaluation";

    private const string From = "from users u left join account_limits l on l.name = u.name";

    public async Task<UserRecord?> FindAsync(string name, CancellationToken ct) =>
        (
            await database
                .QueryAsync<Row>($"select {Columns} {From} where u.name = @Name", new { Name = StoredText.Of(name) }, ct)
                .ConfigureAwait(false)
        )
            is [var row, ..]
            ? row.ToRecord()
            : null;

    public async Task<UserRecord?> FindAsync(long id, CancellationToken ct) =>
        (await database.QueryAsync<Row>($"select {Columns} {From} where u.id = @Id", new { Id = id }, ct).ConfigureAwait(false))
            is [var row, ..]
            ? row.ToRecord()
            : null;

    public async Task<IReadOnlyList<UserRecord>> ListAsync(CancellationToken ct) =>
        [
            .. (await database.QueryAsync<Row>($"select {Columns} {From} order by u.name", null, ct).ConfigureAwait(false)).Select(r =>
                r.ToRecord()
            ),
        ];

    /// <summary>Limit and account come together or not at all: an account never stands there without its limit.</summary>
    public async Task<bool> AddAsync(UserRecord user, CancellationToken ct)
    {
        if (await FindAsync(user.Name, ct).ConfigureAwait(false) is not null)
            return false;
        var row = Row.Of(user);
        await database
            .TransactAsync(
                [
                    (
                        """
                        insert into account_limits (name, expires_ms, evaluation) select @Name, @ExpiresMs, @Evaluation
                        where not exists (select 1 from users where name = @Name) on conflict do nothing
                        """,
                        row
                    ),
                    (
                        """
                        insert into users (name, password, role, scopes, stamp, must_change, disabled, failures, locked_until_ms, created_ms)
                        values (@Name, @Password, @Role, @Scopes, @Stamp, @MustChange, @Disabled, @Failures, @LockedUntilMs, @CreatedMs) on conflict do nothing
                        """,
                        row
                    ),
                ],
                ct
            )
            .ConfigureAwait(false);
        // Whose stamp it is: of two at once one was first.
        return (await FindAsync(user.Name, ct).ConfigureAwait(false))?.Stamp == user.Stamp;
    }

    public Task UpdateAsync(UserRecord user, CancellationToken ct) =>
        database.TransactAsync(
            [
                (
                    """
                    insert into account_limits (name, expires_ms, evaluation) values (@Name, @ExpiresMs, @Evaluation)
                    on conflict (name) do update set expires_ms = excluded.expires_ms, evaluation = excluded.evaluation
                    """,
                    Row.Of(user)
                ),
                (
                    """
                    update users set password = @Password, role = @Role, scopes = @Scopes, stamp = @Stamp, must_change = @MustChange, disabled = @Disabled,
                      failures = @Failures, locked_until_ms = @LockedUntilMs where id = @Id
                    """,
                    Row.Of(user)
                ),
            ],
            ct
        );

    public async Task<bool> TakeAttemptAsync(UserRecord user, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken ct) =>
        await database
            .ExecuteAsync(
                "update users set failures = failures + 1, locked_until_ms = @Until where id = @Id and failures = @Seen and locked_until_ms <= @Now",
                new
                {
                    user.Id,
                    Seen = (long)user.Failures,
                    Until = StoredInstant.ToMs(lockedUntil),
                    Now = StoredInstant.ToMs(now),
                },
                ct
            )
            .ConfigureAwait(false) == 1;

    private sealed class Row
    {
        public long Id { get; init; }

        public string Name { get; init; } = "";

        public string Password { get; init; } = "";

        public string Role { get; init; } = "";

        public string Scopes { get; init; } = "";

        public string Stamp { get; init; } = "";

        public long MustChange { get; init; }

        public long Disabled { get; init; }

        public long Failures { get; init; }

        public long LockedUntilMs { get; init; }

        public long CreatedMs { get; init; }

        public long? ExpiresMs { get; init; }

        public string? Evaluation { get; init; }

        public static Row Of(UserRecord u) =>
            new()
            {
                Id = u.Id,
                Name = u.Name,
                Password = u.Password,
                Role = u.Role.ToString(),
                Scopes = u.Scopes.Text,
                Stamp = u.Stamp,
                MustChange = u.MustChange ? 1 : 0,
                Disabled = u.Disabled ? 1 : 0,
                Failures = u.Failures,
                LockedUntilMs = StoredInstant.ToMs(u.LockedUntil),
                CreatedMs = StoredInstant.ToMs(u.CreatedAt),
                ExpiresMs = u.ExpiresAt is { } end ? StoredInstant.ToMs(end) : null,
                Evaluation = u.Evaluation,
            };

        public UserRecord ToRecord() =>
            new(
                Id,
                Name,
                Password,
                Enum.Parse<Role>(Role),
                Accounts.Scopes.TryParse(Scopes, out var s)
                    ? s
                    : throw new InvalidDataException($"Account {Name} has an unreadable scope."),
                Stamp,
                MustChange != 0,
                Disabled != 0,
                (int)Failures,
                StoredInstant.OfMs(LockedUntilMs),
                StoredInstant.OfMs(CreatedMs),
                ExpiresMs is { } end ? StoredInstant.OfMs(end) : null,
                Evaluation
            );
    }
}

/// <inheritdoc cref="IAuditStore"/>
internal sealed class SqlAuditStore(Database database) : IAuditStore
{
    public Task AddAsync(AuditEntry e, CancellationToken ct)
    {
        var (sql, values) = Of(e);
        return database.ExecuteAsync(sql, values, ct);
    }

    /// <summary>Statement that adds an entry.</summary>
    internal static (string Sql, object? Values) Of(AuditEntry e) =>
        (
            "insert into audit (at_ms, who, act, subject, remote) values (@AtMs, @Who, @Act, @Subject, @Remote)",
            new
            {
                AtMs = StoredInstant.ToMs(e.At),
                Who = StoredText.Of(e.Who),
                e.Act,
                Subject = StoredText.Of(e.Subject),
                e.Remote,
            }
        );

    public async Task<IReadOnlyList<AuditEntry>> RecentAsync(int limit, CancellationToken ct) =>
        [
            .. (
                await database
                    .QueryAsync<Row>(
                        "select at_ms as atMs, who, act, subject, remote from audit order by id desc limit @Limit",
                        new { Limit = limit },
                        ct
                    )
                    .ConfigureAwait(false)
            ).Select(r => new AuditEntry(StoredInstant.OfMs(r.AtMs), r.Who, r.Act, r.Subject, r.Remote)),
        ];

    private sealed class Row
    {
        public long AtMs { get; init; }

        public string Who { get; init; } = "";

        public string Act { get; init; } = "";

        public string Subject { get; init; } = "";

        public string Remote { get; init; } = "";
    }
}
