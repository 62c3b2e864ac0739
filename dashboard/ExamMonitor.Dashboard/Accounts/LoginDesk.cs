using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>What became of a log-in or of a change of password.</summary>
internal enum DeskOutcome
{
    Done,

    /// <summary>Name or password is wrong, or the account is closed: which of them is not told.</summary>
    Wrong,

    /// <summary>Too many wrong ones; no attempt is taken for a while.</summary>
    Locked,

    /// <summary>The new password is too short or too long.</summary>
    TooWeak,

    /// <summary>The new password is the old one.</summary>
    Same,

    /// <summary>The two new passwords differ.</summary>
    Different,
}

/// <summary>Checks passwords, counts failures, locks, and leaves a trace of each.</summary>
internal sealed class LoginDesk(IAccountStore accounts, IAuditStore audit, Passwords passwords, FirstPassword first, TimeProvider time)
{
    /// <summary>Wrong passwords before the first wait.</summary>
    public const int FreeFailures = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>Wait after so many wrong passwords in a row: none at first, then 30 s doubled each time, up to 15 min.</summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures < FreeFailures ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, FirstWait.TotalSeconds * Math.Pow(2, Math.Min(failures - FreeFailures, 10))));

    public async Task<(DeskOutcome Outcome, UserRecord? User)> LogInAsync(string name, string password, string remote, CancellationToken ct)
    {
        name = Normalise(name);
        var now = time.GetUtcNow();
        var user = await accounts.FindAsync(name, ct).ConfigureAwait(false);
        if (user is not null && user.LockedUntil > now)
        {
            await audit.AddAsync(new(now, name, "log-in-locked", "", remote), ct).ConfigureAwait(false);
            return (DeskOutcome.Locked, null);
        }

        if (!passwords.Check(user, password) || user!.Disabled)
        {
            if (user is not null) await accounts.CountFailureAsync(user.Id, now + WaitAfter(user.Failures + 1), ct).ConfigureAwait(false);
            await audit.AddAsync(new(now, name, "log-in-failed", "", remote), ct).ConfigureAwait(false);
            return (DeskOutcome.Wrong, null);
        }

        if (user.Failures > 0) await accounts.UpdateAsync(user with { Failures = 0, LockedUntil = DateTimeOffset.UnixEpoch }, ct).ConfigureAwait(false);
        await audit.AddAsync(new(now, name, "log-in", "", remote), ct).ConfigureAwait(false);
        return (DeskOutcome.Done, user);
    }

    public async Task<(DeskOutcome Outcome, UserRecord? User)> ChangePasswordAsync(
        long id, string old, string fresh, string repeated, string remote, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var user = await accounts.FindAsync(id, ct).ConfigureAwait(false);
        if (user is not null && user.LockedUntil > now) return (DeskOutcome.Locked, null);
        if (!passwords.Check(user, old) || user!.Disabled)
        {
            if (user is not null) await accounts.CountFailureAsync(user.Id, now + WaitAfter(user.Failures + 1), ct).ConfigureAwait(false);
            return (DeskOutcome.Wrong, null);
        }

        if (fresh.Length is < Passwords.LeastLength or > Passwords.MostLength) return (DeskOutcome.TooWeak, null);
        if (fresh != repeated) return (DeskOutcome.Different, null);
        if (fresh == old) return (DeskOutcome.Same, null);
        user = user with { Password = passwords.Hash(fresh), Stamp = Passwords.NewStamp(), MustChange = false, Failures = 0, LockedUntil = DateTimeOffset.UnixEpoch };
        await accounts.UpdateAsync(user, ct).ConfigureAwait(false);
        await audit.AddAsync(new(now, user.Name, "password-changed", user.Name, remote), ct).ConfigureAwait(false);
        if (user.Name == FirstPassword.UserName) first.Remove();
        return (DeskOutcome.Done, user);
    }

    /// <summary>Names are compared in lower case; what cannot be one is cut, never refused, so that the answer stays the same.</summary>
    public static string Normalise(string name)
    {
        name = name.Trim().ToLowerInvariant();
        return name.Length <= 64 ? name : name[..64];
    }
}
