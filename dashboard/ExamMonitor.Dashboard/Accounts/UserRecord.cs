namespace ExamMonitor.Dashboard.Accounts;

/// <summary>An account.</summary>
/// <param name="Id">Number; 0 before it is stored.</param>
/// <param name="Name">Log-in name, lower case, unique.</param>
/// <param name="Password">Salted PBKDF2 hash in the form of ASP.NET Core Identity.</param>
/// <param name="Role">What the person may do.</param>
/// <param name="Scopes">Where.</param>
/// <param name="Stamp">Changes with the password, role or scope; an older cookie ends.</param>
/// <param name="MustChange">Whether the password was given by somebody else.</param>
/// <param name="Disabled">Whether log-in is refused.</param>
/// <param name="Failures">Wrong passwords since the last right one.</param>
/// <param name="LockedUntil">No attempt is taken before, UTC.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">From then on the account opens nothing, UTC; null for one that does not end.</param>
/// <param name="Evaluation">The one evaluation that it holds for, as <see cref="EvaluationLimit"/> writes it; null for one that is not
/// limited so.</param>
internal sealed record UserRecord(
    long Id,
    string Name,
    string Password,
    Role Role,
    Scopes Scopes,
    string Stamp,
    bool MustChange,
    bool Disabled,
    int Failures,
    DateTimeOffset LockedUntil,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt = null,
    string? Evaluation = null
)
{
    /// <summary>Whether it opens anything: it was not closed, and has not ended.</summary>
    public bool IsOpen(DateTimeOffset now) => !Disabled && !(ExpiresAt <= now);
}

/// <summary>One act of a person that leaves a trace.</summary>
/// <param name="At">UTC.</param>
/// <param name="Who">Log-in name as it was typed (shortened), or the account's.</param>
/// <param name="Act">Kebab-case word: <c>log-in</c>, <c>log-in-failed</c>, <c>view-live</c>, <c>view-recording</c>, <c>download</c>
/// …</param>
/// <param name="Subject">What was acted on; may be empty.</param>
/// <param name="Remote">Address the request came from.</param>
internal sealed record AuditEntry(DateTimeOffset At, string Who, string Act, string Subject, string Remote);
