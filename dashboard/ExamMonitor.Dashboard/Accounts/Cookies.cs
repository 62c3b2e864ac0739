using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>What the log-in cookie says, and whether it still holds.</summary>
internal static class LoginClaims
{
    public const string Stamp = "exam-monitor:stamp";
    public const string MustChange = "exam-monitor:must-change";

    /// <summary>Number of one log-in: what a log-out ends, on every computer that holds a copy of its cookie.</summary>
    public const string Session = "exam-monitor:session";

    /// <param name="user">Account.</param>
    /// <param name="session">The log-in that goes on; null begins a new one.</param>
    public static ClaimsPrincipal Of(UserRecord user, string? session = null)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new(ClaimTypes.Name, user.Name));
        identity.AddClaim(new(ClaimTypes.Role, user.Role.ToString()));
        identity.AddClaim(new(Scopes.ClaimType, user.Scopes.Text));
        identity.AddClaim(new(Stamp, user.Stamp));
        identity.AddClaim(new(Session, session ?? Passwords.NewStamp()));
        if (user.Evaluation is { } evaluation)
            identity.AddClaim(new(EvaluationLimit.ClaimType, evaluation));
        if (user.MustChange)
            identity.AddClaim(new(MustChange, "1"));
        return new(identity);
    }

    public static long? IdOf(ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : null;
}

/// <summary>Ends an open page whose account was closed or changed, or whose log-in was ended, within half a minute.</summary>
internal sealed class OpenPageCheck(ILoggerFactory logs, LoginSessions logins) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    ) => logins.HoldAsync(authenticationState.User, cancellationToken);
}
