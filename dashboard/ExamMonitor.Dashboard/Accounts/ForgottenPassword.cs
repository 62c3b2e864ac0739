using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>For whoever may read the dashboard's data folder anyway: a new password for an account that nobody can open any more.</summary>
internal static class ForgottenPassword
{
    /// <summary>Who stands in the audit log.</summary>
    public const string Actor = "command-line";

    /// <summary>
    /// Gives the account a new random password, which must be changed at the next log-in, and prints it. Returns 0, or 2 without such an
    /// account.
    /// </summary>
    public static async Task<int> ReplaceAsync(
        IServiceProvider services,
        string name,
        TextWriter output,
        TextWriter errors,
        CancellationToken ct
    )
    {
        var accounts = services.GetRequiredService<IAccountStore>();
        var time = services.GetRequiredService<TimeProvider>();
        var all = await accounts.ListAsync(ct).ConfigureAwait(false);
        if (all.FirstOrDefault(u => u.Name == LoginService.Normalise(name)) is not { } user)
        {
            var names = string.Join(", ", all.Select(u => u.Name));
            await errors.WriteLineAsync($"There is no account \"{name}\". There are: {names}.").ConfigureAwait(false);
            return 2;
        }

        var password = Passwords.Random();
        var what = $"{user.Name} {user.Role} {user.Scopes.Text}";
        await services
            .GetRequiredService<IAuditStore>()
            .AddAsync(new(time.GetUtcNow(), Actor, "user-password", what, "-"), ct)
            .ConfigureAwait(false);
        await accounts
            .UpdateAsync(
                user with
                {
                    Password = services.GetRequiredService<Passwords>().Hash(password),
                    MustChange = true,
                    Failures = 0,
                    LockedUntil = DateTimeOffset.UnixEpoch,
                    Stamp = Passwords.NewStamp(),
                },
                ct
            )
            .ConfigureAwait(false);
        var closed = user.Disabled ? " (the account is closed: another administrator opens it)" : string.Empty;
        await output.WriteLineAsync($"New password of {user.Name}: {password}{closed}").ConfigureAwait(false);
        return 0;
    }
}
