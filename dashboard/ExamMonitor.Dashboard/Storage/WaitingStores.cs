using System.Collections.Concurrent;
using System.Data.Common;
using ExamMonitor.Dashboard.Accounts;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Accounts as the database last told them, while it is away: nobody can change one then. Thread safe.</summary>
internal sealed class RememberingAccountStore(IAccountStore inner) : IAccountStore
{
    private readonly ConcurrentDictionary<long, UserRecord> _known = new();

    public async Task<UserRecord?> FindAsync(string name, CancellationToken ct) =>
        Remember(await inner.FindAsync(name, ct).ConfigureAwait(false));

    public async Task<UserRecord?> FindAsync(long id, CancellationToken ct)
    {
        try
        {
            var user = await inner.FindAsync(id, ct).ConfigureAwait(false);
            if (user is null)
                _known.TryRemove(id, out _);
            return Remember(user);
        }
        catch (DbException) when (_known.TryGetValue(id, out var known))
        {
            return known;
        }
    }

    public Task<IReadOnlyList<UserRecord>> ListAsync(CancellationToken ct) => inner.ListAsync(ct);

    public Task<bool> AddAsync(UserRecord user, CancellationToken ct) => inner.AddAsync(user, ct);

    public async Task UpdateAsync(UserRecord user, CancellationToken ct)
    {
        await inner.UpdateAsync(user, ct).ConfigureAwait(false);
        _known[user.Id] = user;
    }

    public Task<bool> TakeAttemptAsync(UserRecord user, DateTimeOffset now, DateTimeOffset lockedUntil, CancellationToken ct) =>
        inner.TakeAttemptAsync(user, now, lockedUntil, ct);

    private UserRecord? Remember(UserRecord? user)
    {
        if (user is not null)
            _known[user.Id] = user;
        return user;
    }
}

/// <summary>Acts of people, on disk while the database is away. An act that can be written nowhere fails as before.</summary>
internal sealed class WaitingAuditStore(IAuditStore inner, HistoryOutbox outbox) : IAuditStore
{
    public async Task AddAsync(AuditEntry entry, CancellationToken ct)
    {
        try
        {
            await inner.AddAsync(entry, ct).ConfigureAwait(false);
        }
        catch (DbException) when (TryWait(outbox, new AuditFact(entry))) { }
    }

    public Task<IReadOnlyList<AuditEntry>> RecentAsync(int limit, CancellationToken ct) => inner.RecentAsync(limit, ct);

    internal static bool TryWait(HistoryOutbox outbox, HistoryFact fact)
    {
        try
        {
            return outbox.Append([fact]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

/// <summary>Ended log-ins, on disk while the database is away; those that this process ended it remembers itself.</summary>
internal sealed class WaitingEndedLoginStore(IEndedLoginStore inner, HistoryOutbox outbox) : IEndedLoginStore
{
    private readonly ConcurrentDictionary<string, bool> _ended = new(StringComparer.Ordinal);

    public async Task<bool> IsEndedAsync(string session, CancellationToken ct)
    {
        if (_ended.ContainsKey(session))
            return true;
        try
        {
            return await inner.IsEndedAsync(session, ct).ConfigureAwait(false);
        }
        catch (DbException)
        {
            return false;
        }
    }

    public async Task EndAsync(string session, DateTimeOffset at, DateTimeOffset forget, CancellationToken ct)
    {
        if (_ended.Count > 10_000)
            _ended.Clear();
        _ended[session] = true;
        try
        {
            await inner.EndAsync(session, at, forget, ct).ConfigureAwait(false);
        }
        catch (DbException) when (WaitingAuditStore.TryWait(outbox, new LogOutFact(session, at))) { }
    }
}
