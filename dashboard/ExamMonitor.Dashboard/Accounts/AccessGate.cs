using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>
/// Holds every request against <see cref="AccessTable"/>, after routing and authentication and before anything else runs.
/// </summary>
internal sealed class AccessGate(IAuthorizationService authorization, IOptions<DashboardOptions> options)
{
    /// <summary>Lets the request on, or answers it.</summary>
    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not { } endpoint)
        {
            // Nothing is mapped there: the page that says so, for everybody alike.
            await next(http).ConfigureAwait(false);
            return;
        }

        var rule = AccessTable.Find(endpoint, http.Request.Method);
        if (rule is null)
            Refuse(http, StatusCodes.Status404NotFound);
        else if (!SameSite(http))
            Refuse(http, StatusCodes.Status403Forbidden);
        else if (rule.Right == AccessRight.Anyone)
            await next(http).ConfigureAwait(false);
        else
            await AskAsync(http, rule, next).ConfigureAwait(false);
    }

    private async Task AskAsync(HttpContext http, AccessRule rule, RequestDelegate next)
    {
        if (http.User.Identity is not { IsAuthenticated: true })
        {
            if (IsSocket(http))
                Refuse(http, StatusCodes.Status401Unauthorized);
            else
                await http.ChallengeAsync().ConfigureAwait(false);
        }
        else if (rule.Right != AccessRight.AnyAccount && http.User.HasClaim(c => c.Type == LoginClaims.MustChange))
            AskForNewPassword(http);
        else if (!EvaluationLimit.Allows(http.User, rule, http.Request.RouteValues))
            LeadHome(http, rule);
        else if (
            rule.Right == AccessRight.Role
            && !(await authorization.AuthorizeAsync(http.User, null, rule.Policy!).ConfigureAwait(false)).Succeeded
        )
            await http.ForbidAsync().ConfigureAwait(false);
        else if (!InScope(http, rule.Scope))
            Refuse(http, StatusCodes.Status404NotFound);
        else
            await next(http).ConfigureAwait(false);
    }

    /// <summary>What lies outside the scope is answered as what does not exist.</summary>
    private static bool InScope(HttpContext http, AccessScope scope)
    {
        if (scope is not (AccessScope.Site or AccessScope.Room))
            return true;
        var scopes = Scopes.Of(http.User);
        if (!SiteId.TryParse(Value(http, "site", "SiteText"), null, out var site))
            return false;
        return scope == AccessScope.Site
            ? scopes.AllowsSite(site)
            : RoomId.TryParse(Value(http, "room", "RoomText"), null, out var room) && scopes.Allows(site, room);
    }

    private static string? Value(HttpContext http, string name, string pageName) =>
        (http.Request.RouteValues.GetValueOrDefault(name) ?? http.Request.RouteValues.GetValueOrDefault(pageName)) as string;

    /// <summary>
    /// A page of another site may not open the live connection: a WebSocket carries the cookie and is bound by no same-origin rule
    /// (RFC 6455, 10.2). Browsers always say where a WebSocket comes from, so that one without an origin is refused, too.
    /// </summary>
    private bool SameSite(HttpContext http)
    {
        if (!IsSocket(http))
            return true;
        if (http.Request.Headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")])
            return false;
        var origin = http.Request.Headers.Origin;
        var isWebSocket = HttpMethods.IsConnect(http.Request.Method) || http.Request.Headers.Upgrade.Count > 0;
        if (origin.Count == 0)
            return !isWebSocket;
        return origin is [{ } text]
            && Uri.TryCreate(text, UriKind.Absolute, out var from)
            && (from.Scheme == Uri.UriSchemeHttps || (from.Scheme == Uri.UriSchemeHttp && !options.Value.Tls))
            && string.Equals(from.Authority, HostOf(http.Request, from.Scheme), StringComparison.OrdinalIgnoreCase);
    }

    // As a browser writes it: without the port that the scheme implies.
    private static string HostOf(HttpRequest request, string scheme) =>
        request.Host.Port is { } port && port == (scheme == Uri.UriSchemeHttps ? 443 : 80) ? request.Host.Host : request.Host.Value ?? "";

    private static bool IsSocket(HttpContext http) =>
        http.WebSockets.IsWebSocketRequest || http.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase);

    private static void AskForNewPassword(HttpContext http)
    {
        var isPage =
            HttpMethods.IsGet(http.Request.Method)
            && !IsSocket(http)
            && !http.Request.Path.StartsWithSegments("/media", StringComparison.OrdinalIgnoreCase);
        if (isPage)
            http.Response.Redirect("/account/password");
        else
            Refuse(http, StatusCodes.Status403Forbidden);
    }

    /// <summary>Whoever holds for one evaluation begins there; everything else is not there.</summary>
    private static void LeadHome(HttpContext http, AccessRule rule)
    {
        if (rule.Route == "/" && EvaluationLimit.TryOf(http.User, out var limit) && limit is not null)
            http.Response.Redirect(limit.Home);
        else
            Refuse(http, StatusCodes.Status404NotFound);
    }

    private static void Refuse(HttpContext http, int status) => http.Response.StatusCode = status;
}
