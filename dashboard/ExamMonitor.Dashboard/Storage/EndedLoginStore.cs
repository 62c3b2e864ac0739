namespace ExamMonitor.Dashboard.Storage;

/// <summary>Log-ins that were ended by a log-out. Thread safe.</summary>
internal interface IEndedLoginStore
{
    /// <summary>Whether a log-in was ended.</summary>
    Task<bool> IsEndedAsync(string session, CancellationToken ct);

    /// <summary>Ends a log-in; again changes nothing. Those that were ended before <paramref name="forget"/> are forgotten.</summary>
    Task EndAsync(string session, DateTimeOffset at, DateTimeOffset forget, CancellationToken ct);
}

/// <inheritdoc cref="IEndedLoginStore"/>
internal sealed class SqlEndedLoginStore(Database database) : IEndedLoginStore
{
    public async Task<bool> IsEndedAsync(string session, CancellationToken ct) =>
        (
            await database
                .QueryAsync<long>(
                    "select ended_ms from ended_logins where session = @Session",
                    new { Session = StoredText.Of(session) },
                    ct
                )
                .ConfigureAwait(false)
        ).Count > 0;

    public Task EndAsync(string session, DateTimeOffset at, DateTimeOffset forget, CancellationToken ct) =>
        database.TransactAsync(
            [("delete from ended_logins where ended_ms < @ForgetMs", new { ForgetMs = StoredInstant.ToMs(forget) }), Of(session, at)],
            ct
        );

    /// <summary>Statement that ends a log-in.</summary>
    internal static (string Sql, object? Values) Of(string session, DateTimeOffset at) =>
        (
            "insert into ended_logins (session, ended_ms) values (@Session, @AtMs) on conflict do nothing",
            new { Session = StoredText.Of(session), AtMs = StoredInstant.ToMs(at) }
        );
}
