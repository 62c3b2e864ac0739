using System.Collections.Concurrent;
using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>Why an account was not made or changed.</summary>
internal enum UserProblem
{
    NameInvalid,
    NameTaken,
    RoleUnknown,
    ScopeInvalid,
    ScopeBeyondOwn,
    OneselfRefused,
    NotFound,

    /// <summary>The evaluation cannot be read, lies outside the account's scope, or the role is not that of an evaluator.</summary>
    EvaluationInvalid,

    /// <summary>The end lies in the past.</summary>
    UntilInvalid,

    /// <summary>An account of a share link has no password, and keeps its role.</summary>
    GuestFixed,
}

/// <summary>
/// Makes and changes accounts for an administrator, within the administrator's own scope. Passwords are random and shown once.
/// </summary>
internal sealed class UserService(IAccountStore accounts, IAuditStore audit, Passwords passwords, TimeProvider time)
{
    private const int MostShown = 100;

    /// <summary>
    /// Whether an administrator with the scope <paramref name="own"/> may make or change an account of that scope. An account that may see
    /// nothing belongs to no site: only who sees everything may change it.
    /// </summary>
    public static bool MayManage(Scopes own, Scopes of) => own.Covers(of) && (of.Text.Length > 0 || own.Covers(Scopes.All));

    private readonly ConcurrentDictionary<string, (string Name, string Password, DateTimeOffset Until)> _shown = new(
        StringComparer.Ordinal
    );

    public async Task<(UserProblem? Problem, string? Password)> AddAsync(
        string name,
        string role,
        string scopes,
        Scopes own,
        string actor,
        string remote,
        CancellationToken ct,
        DateTimeOffset? until = null,
        string evaluation = ""
    )
    {
        name = LoginService.Normalise(name);
        if (!IdText.IsValid(name))
            return (UserProblem.NameInvalid, null);
        if (!Enum.TryParse<Role>(role, out var parsed) || !Enum.IsDefined(parsed) || parsed == Role.Guest)
            return (UserProblem.RoleUnknown, null);
        if (!Scopes.TryParse(scopes, out var where))
            return (UserProblem.ScopeInvalid, null);
        if (!MayManage(own, where))
            return (UserProblem.ScopeBeyondOwn, null);
        evaluation = evaluation.Trim();
        if (evaluation.Length > 0 && !MayHold(evaluation, parsed, where))
            return (UserProblem.EvaluationInvalid, null);
        var now = time.GetUtcNow();
        if (until <= now)
            return (UserProblem.UntilInvalid, null);
        var password = Passwords.Random();
        var user = new UserRecord(
            0,
            name,
            passwords.Hash(password),
            parsed,
            where,
            Passwords.NewStamp(),
            MustChange: true,
            Disabled: false,
            0,
            DateTimeOffset.UnixEpoch,
            now,
            until,
            evaluation.Length > 0 ? evaluation : null
        );
        if (!await accounts.AddAsync(user, ct).ConfigureAwait(false))
            return (UserProblem.NameTaken, null);
        await audit
            .AddAsync(new(now, actor, "user-added", $"{name} {parsed} {where.Text}{Limits(user)}", remote), ct)
            .ConfigureAwait(false);
        return (null, password);
    }

    /// <summary>
    /// Does one of <c>save</c>, <c>close</c>, <c>open</c> and <c>password</c>; never to one's own account: somebody must be left to open it
    /// again.
    /// </summary>
    public async Task<(UserProblem? Problem, string? Name, string? Password)> ChangeAsync(
        long id,
        string act,
        string role,
        string scopes,
        Scopes own,
        bool self,
        string actor,
        string remote,
        CancellationToken ct,
        DateTimeOffset? until = null
    )
    {
        if (await accounts.FindAsync(id, ct).ConfigureAwait(false) is not { } user || !MayManage(own, user.Scopes))
            return (UserProblem.NotFound, null, null);
        if (self)
            return (UserProblem.OneselfRefused, null, null);
        string? password = null;
        switch (act)
        {
            case "save":
                if (!Enum.TryParse<Role>(role, out var parsed) || !Enum.IsDefined(parsed))
                    return (UserProblem.RoleUnknown, null, null);
                if (!Scopes.TryParse(scopes, out var where))
                    return (UserProblem.ScopeInvalid, null, null);
                if (!MayManage(own, where))
                    return (UserProblem.ScopeBeyondOwn, null, null);
                if ((user.Role == Role.Guest) != (parsed == Role.Guest))
                    return (UserProblem.GuestFixed, null, null);
                if (user.Evaluation is { } evaluation && user.Role != Role.Guest && !MayHold(evaluation, parsed, where))
                    return (UserProblem.EvaluationInvalid, null, null);
                if (until <= time.GetUtcNow())
                    return (UserProblem.UntilInvalid, null, null);
                // A link always ends.
                user = user with
                {
                    Role = parsed,
                    Scopes = where,
                    ExpiresAt = until ?? (parsed == Role.Guest ? user.ExpiresAt : null),
                };
                break;
            case "close":
                user = user with { Disabled = true };
                break;
            case "open":
                user = user with { Disabled = false, Failures = 0, LockedUntil = DateTimeOffset.UnixEpoch };
                break;
            case "password" when user.Role == Role.Guest:
                return (UserProblem.GuestFixed, null, null);
            case "password":
                password = Passwords.Random();
                user = user with
                {
                    Password = passwords.Hash(password),
                    MustChange = true,
                    Failures = 0,
                    LockedUntil = DateTimeOffset.UnixEpoch,
                };
                break;
            default:
                return (UserProblem.NotFound, null, null);
        }

        await accounts.UpdateAsync(user with { Stamp = Passwords.NewStamp() }, ct).ConfigureAwait(false);
        await audit
            .AddAsync(new(time.GetUtcNow(), actor, $"user-{act}", $"{user.Name} {user.Role} {user.Scopes.Text}{Limits(user)}", remote), ct)
            .ConfigureAwait(false);
        return (null, user.Name, password);
    }

    private static bool MayHold(string evaluation, Role role, Scopes where) =>
        EvaluationLimit.TryParse(evaluation, out var limit) && role == Role.Evaluator && where.AllowsSite(limit!.Site);

    /// <summary>Its limits, for the audit log.</summary>
    private static string Limits(UserRecord user) =>
        (user.Evaluation is { } evaluation ? $", {evaluation}" : "")
        + (user.ExpiresAt is { } end ? $", to {Contracts.UtcJsonConverter.ToText(end)}" : "");

    /// <summary>Keeps a new password for a minute in memory, so that it appears on the next page and in no address or log.</summary>
    public string ShowOnce(string name, string password)
    {
        var now = time.GetUtcNow();
        foreach (var (key, old) in _shown)
        {
            if (old.Until < now || _shown.Count > MostShown)
                _shown.TryRemove(key, out _);
        }

        var ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _shown[ticket] = (name, password, now + TimeSpan.FromMinutes(1));
        return ticket;
    }

    public (string Name, string Password)? TakeShown(string? ticket) =>
        ticket is not null && _shown.TryRemove(ticket, out var shown) && shown.Until >= time.GetUtcNow()
            ? (shown.Name, shown.Password)
            : null;
}
