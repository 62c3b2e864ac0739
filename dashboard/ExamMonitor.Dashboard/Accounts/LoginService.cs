using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>What became of a log-in or of a change of password.</summary>
internal enum LoginOutcome
{
    Done,

    /// <summary>Name or password is wrong, or the account is closed or has ended: which of them is not told.</summary>
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
internal sealed class LoginService(IAccountStore accounts, IAuditStore audit, Passwords passwords, FirstPassword first, TimeProvider time)
{
    /// <summary>Wrong passwords before the first wait.</summary>
    public const int FreeFailures = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>Wait after so many wrong passwords in a row: none at first, then 30 s doubled each time, up to 15 min.</summary>
    public static TimeSpan WaitAfter(int failures) =>
        failures < FreeFailures
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(
                Math.Min(LongestWait.TotalSeconds, FirstWait.TotalSeconds * Math.Pow(2, Math.Min(failures - FreeFailures, 10)))
            );

    public async Task<(LoginOutcome Outcome, UserRecord? User)> LogInAsync(
        string name,
        string password,
        string remote,
        CancellationToken ct
    )
    {
        name = Normalise(name);
        var now = time.GetUtcNow();
        var (user, isLocked) = await TakeAttemptAsync(() => accounts.FindAsync(name, ct), now, ct).ConfigureAwait(false);
        if (isLocked)
        {
            await audit.AddAsync(new(now, name, "log-in-locked", "", remote), ct).ConfigureAwait(false);
            return (LoginOutcome.Locked, null);
        }

        if (!passwords.Check(user, password) || !user!.IsOpen(now))
        {
            await audit.AddAsync(new(now, name, "log-in-failed", "", remote), ct).ConfigureAwait(false);
            return (LoginOutcome.Wrong, null);
        }

        await accounts.UpdateAsync(user with { Failures = 0, LockedUntil = DateTimeOffset.UnixEpoch }, ct).ConfigureAwait(false);
        await audit.AddAsync(new(now, name, "log-in", "", remote), ct).ConfigureAwait(false);
        return (LoginOutcome.Done, user);
    }

    public async Task<(LoginOutcome Outcome, UserRecord? User)> ChangePasswordAsync(
        long id,
        string old,
        string fresh,
        string repeated,
        string remote,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        var (user, isLocked) = await TakeAttemptAsync(() => accounts.FindAsync(id, ct), now, ct).ConfigureAwait(false);
        if (isLocked)
            return (LoginOutcome.Locked, null);
        if (!passwords.Check(user, old) || !user!.IsOpen(now) || user.Role == Role.Guest)
            return (LoginOutcome.Wrong, null);

        // The old password was right: what was counted against it is taken back, whatever becomes of the new one.
        await accounts.UpdateAsync(user with { Failures = 0, LockedUntil = DateTimeOffset.UnixEpoch }, ct).ConfigureAwait(false);
        if (fresh.Length is < Passwords.LeastLength or > Passwords.MostLength)
            return (LoginOutcome.TooWeak, null);
        if (fresh != repeated)
            return (LoginOutcome.Different, null);
        if (fresh == old)
            return (LoginOutcome.Same, null);
        user = user with
        {
            Password = passwords.Hash(fresh),
            Stamp = Passwords.NewStamp(),
            MustChange = false,
            Failures = 0,
            LockedUntil = DateTimeOffset.UnixEpoch,
        };
        await accounts.UpdateAsync(user, ct).ConfigureAwait(false);
        await audit.AddAsync(new(now, user.Name, "password-changed", user.Name, remote), ct).ConfigureAwait(false);
        if (user.Name == FirstPassword.UserName)
            first.Remove();
        return (LoginOutcome.Done, user);
    }

    /// <summary>
    /// Takes an attempt at an account; one that does not exist is tried without counting. Each turn of the loop another attempt was taken.
    /// </summary>
    private async Task<(UserRecord? User, bool IsLocked)> TakeAttemptAsync(
        Func<Task<UserRecord?>> find,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        for (; ; )
        {
            if (await find().ConfigureAwait(false) is not { } user)
                return (null, false);
            if (user.LockedUntil > now)
                return (null, true);
            if (await accounts.TakeAttemptAsync(user, now, now + WaitAfter(user.Failures + 1), ct).ConfigureAwait(false))
                return (user, false);
        }
    }

    /// <summary>Names are compared in lower case; what cannot be one is cut, never refused, so that the answer stays the same.</summary>
    public static string Normalise(string name)
    {
        name = name.Trim().ToLowerInvariant();
        return name.Length <= 64 ? name : name[..64];
    }
}
