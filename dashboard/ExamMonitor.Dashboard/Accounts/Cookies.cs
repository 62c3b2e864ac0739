using System.Globalization;
using System.Security.Claims;
using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>What the log-in cookie says, and whether it still holds.</summary>
internal static class LoginClaims
{
    public const string Stamp = "exam-monitor:stamp";
    public const string MustChange = "exam-monitor:must-change";

    public static ClaimsPrincipal Of(UserRecord user)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new(ClaimTypes.Name, user.Name));
        identity.AddClaim(new(ClaimTypes.Role, user.Role.ToString()));
        identity.AddClaim(new(Scopes.ClaimType, user.Scopes.Text));
        identity.AddClaim(new(Stamp, user.Stamp));
        if (user.MustChange) identity.AddClaim(new(MustChange, "1"));
        return new(identity);
    }

    public static long? IdOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>Whether the account exists, is open, and has not changed since.</summary>
    public static async Task<bool> HoldsAsync(ClaimsPrincipal user, IAccountStore accounts, CancellationToken ct) =>
        IdOf(user) is { } id && await accounts.FindAsync(id, ct).ConfigureAwait(false) is { Disabled: false } account
        && account.Stamp == user.FindFirstValue(Stamp);
}

/// <summary>Ends an open page whose account was closed or changed, within half a minute.</summary>
internal sealed class OpenPageCheck(ILoggerFactory logs, IAccountStore accounts) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        LoginClaims.HoldsAsync(authenticationState.User, accounts, cancellationToken);
}
