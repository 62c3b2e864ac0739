using System.Security.Claims;
using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.Authorization;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>
/// Share links of evaluations: accounts of the role <see cref="Role.Guest"/> whose secret stands in a link, and which always end.
/// </summary>
internal sealed class ShareService(
    IAccountStore accounts,
    IAuditStore audit,
    Passwords passwords,
    LoginSessions logins,
    IAuthorizationService authorization,
    TimeProvider time
)
{
    public const string Prefix = "link-";
    public const int MostDays = 90;

    /// <summary>
    /// Whether a person may make or call back links of an evaluation: evaluators of the whole site who are not limited themselves.
    /// </summary>
    public async Task<bool> MayAsync(ClaimsPrincipal user, EvaluationLimit evaluation) =>
        EvaluationLimit.TryOf(user, out var limit)
        && limit is null
        && Scopes.Of(user).AllowsSite(evaluation.Site)
        && (await authorization.AuthorizeAsync(user, null, Policy.Evaluation).ConfigureAwait(false)).Succeeded;

    /// <summary>Links of an evaluation, newest first.</summary>
    public async Task<IReadOnlyList<UserRecord>> ListAsync(EvaluationLimit evaluation, CancellationToken ct) =>
        [
            .. (await accounts.ListAsync(ct).ConfigureAwait(false))
                .Where(u => u.Role == Role.Guest && u.Evaluation == evaluation.Text)
                .OrderByDescending(u => u.CreatedAt),
        ];

    /// <summary>Makes a link.</summary>
    /// <returns>The address below the dashboard's own: name and secret stand behind the #, which no browser sends to a server.</returns>
    public async Task<(ActResult Result, string? Address)> MakeAsync(
        ClaimsPrincipal user,
        string remote,
        EvaluationLimit evaluation,
        int days,
        string reason,
        CancellationToken ct
    )
    {
        if (!await MayNowAsync(user, evaluation, ct).ConfigureAwait(false))
            return (ActResult.Denied, null);
        reason = reason.ReplaceLineEndings("\n").Trim();
        if (reason.Length == 0)
            return (ActResult.ReasonMissing, null);
        if (reason.Length > ActingPerson.LongestReason || reason.Any(c => char.IsControl(c) && c != '\n'))
            return (ActResult.ReasonUnfit, null);
        var (now, secret) = (time.GetUtcNow(), Passwords.Random());
        var name = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        if (!Scopes.TryParse($"{evaluation.Site}/*", out var scopes))
            return (ActResult.Denied, null);
        var link = new UserRecord(
            0,
            name,
            passwords.Hash(secret),
            Role.Guest,
            scopes,
            Passwords.NewStamp(),
            MustChange: false,
            Disabled: false,
            0,
            DateTimeOffset.UnixEpoch,
            now,
            now.AddDays(Math.Clamp(days, 1, MostDays)),
            evaluation.Text
        );
        await audit
            .AddAsync(
                new(
                    now,
                    user.Identity!.Name!,
                    "share-made",
                    $"{evaluation.Text} {name} to {UtcJsonConverter.ToText(link.ExpiresAt!.Value)}: {reason}",
                    remote
                ),
                ct
            )
            .ConfigureAwait(false);
        return await accounts.AddAsync(link, ct).ConfigureAwait(false)
            ? (ActResult.Done, $"/share#{name}:{secret}")
            : (ActResult.Refused, null);
    }

    /// <summary>Calls a link back: it and every page that was opened with it open nothing any more.</summary>
    public async Task<ActResult> EndAsync(ClaimsPrincipal user, string remote, EvaluationLimit evaluation, long id, CancellationToken ct)
    {
        if (!await MayNowAsync(user, evaluation, ct).ConfigureAwait(false))
            return ActResult.Denied;
        if (await accounts.FindAsync(id, ct).ConfigureAwait(false) is not { Role: Role.Guest } link || link.Evaluation != evaluation.Text)
            return ActResult.Denied;
        await accounts.UpdateAsync(link with { Disabled = true, Stamp = Passwords.NewStamp() }, ct).ConfigureAwait(false);
        await audit
            .AddAsync(new(time.GetUtcNow(), user.Identity!.Name!, "share-ended", $"{evaluation.Text} {link.Name}", remote), ct)
            .ConfigureAwait(false);
        return ActResult.Done;
    }

    private async Task<bool> MayNowAsync(ClaimsPrincipal user, EvaluationLimit evaluation, CancellationToken ct) =>
        await logins.HoldAsync(user, ct).ConfigureAwait(false) && await MayAsync(user, evaluation).ConfigureAwait(false);
}
