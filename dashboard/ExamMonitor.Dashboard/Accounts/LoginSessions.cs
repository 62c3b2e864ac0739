using System.Collections.Concurrent;
using System.Security.Claims;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>Log-ins that were ended: a copy of their cookie opens nothing any more. Thread safe.</summary>
/// <remarks>
/// A cookie lives without news for <see cref="DashboardOptions.SessionLength"/>. One that is refused is not prolonged, so that an ended
/// log-in needs to be remembered for that long and no longer.
/// </remarks>
internal sealed class LoginSessions(IAccountStore accounts, IEndedLoginStore store, IOptions<DashboardOptions> options, TimeProvider time)
{
    // What this process ended itself: known before the database is asked, and while the database is away.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether the account exists, is open, has not ended, has not changed since the log-in, and whether that was not ended.
    /// </summary>
    public async Task<bool> HoldAsync(ClaimsPrincipal user, CancellationToken ct) =>
        LoginClaims.IdOf(user) is { } id
        && user.FindFirstValue(LoginClaims.Session) is { Length: > 0 } session
        && !_ended.ContainsKey(session)
        && await accounts.FindAsync(id, ct).ConfigureAwait(false) is { } account
        && account.IsOpen(time.GetUtcNow())
        && account.Stamp == user.FindFirstValue(LoginClaims.Stamp)
        && !await store.IsEndedAsync(session, ct).ConfigureAwait(false);

    /// <summary>Ends a log-in, for good.</summary>
    public async Task EndAsync(ClaimsPrincipal user, CancellationToken ct)
    {
        if (user.FindFirstValue(LoginClaims.Session) is not { Length: > 0 } session)
            return;
        var now = time.GetUtcNow();
        foreach (var (old, at) in _ended)
        {
            if (now - at > options.Value.SessionLength)
                _ended.TryRemove(old, out _);
        }

        _ended[session] = now;
        await store.EndAsync(session, now, now - options.Value.SessionLength, ct).ConfigureAwait(false);
    }
}
