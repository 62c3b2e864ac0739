using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>The administrator made at the first start, and the file that tells its random password until it has been changed.</summary>
internal sealed partial class FirstPassword(
    IOptions<DashboardOptions> options,
    IAccountStore accounts,
    Passwords passwords,
    TimeProvider time,
    ILogger<FirstPassword> log
)
{
    public const string UserName = "admin";
    public const string FileName = "first-password.txt";

    private string FilePath => Path.Combine(options.Value.DataFolder, FileName);

    /// <summary>Makes the administrator when there is no account at all.</summary>
    /// <remarks>The file is written first: a crash between the two leaves a file whose password opens nothing, and the next start writes a
    /// new one.</remarks>
    public async Task EnsureAsync(CancellationToken ct)
    {
        if ((await accounts.ListAsync(ct).ConfigureAwait(false)).Count > 0)
            return;
        var password = Passwords.Random();
        PrivateFiles.Write(FilePath, $"user: {UserName}\npassword: {password}\n");
        var now = time.GetUtcNow();
        await accounts
            .AddAsync(
                new(
                    0,
                    UserName,
                    passwords.Hash(password),
                    Role.Administrator,
                    Scopes.All,
                    Passwords.NewStamp(),
                    MustChange: true,
                    Disabled: false,
                    0,
                    DateTimeOffset.UnixEpoch,
                    now
                ),
                ct
            )
            .ConfigureAwait(false);
        Made(log, UserName, FilePath);
    }

    public void Remove() => File.Delete(FilePath);

    [LoggerMessage(
        1100,
        LogLevel.Information,
        "First start: log in as {User} with the password in {File}. It must be changed at once, and the file goes then."
    )]
    private static partial void Made(ILogger logger, string user, string file);
}
