using System.Globalization;
using System.Security.Claims;
using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>
/// Forms of log-in, log-out, password, language and accounts. Each answers with a redirect; antiforgery is checked for every one.
/// </summary>
internal static class AccountRoutes
{
    public const string LoginLimit = "log-in";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/account/log-in", LogInAsync).AllowAnonymous().RequireRateLimiting(LoginLimit);
        app.MapPost("/account/log-out", LogOutAsync).AllowAnonymous();
        app.MapPost("/account/password", ChangePasswordAsync).RequireAuthorization().RequireRateLimiting(LoginLimit);
        app.MapGet("/language/{culture}", ChangeLanguage).AllowAnonymous();
        app.MapPost("/users/add", AddUserAsync).RequireAuthorization(Policy.Users);
        app.MapPost("/users/change", ChangeUserAsync).RequireAuthorization(Policy.Users);
    }

    /// <summary>Only an address of this very site, so that a forged link leads nowhere else.</summary>
    public static string LocalOr(string? address, string otherwise) =>
        address is { Length: > 0 and < 2000 }
        && address[0] == '/'
        && (address.Length == 1 || address[1] is not ('/' or '\\'))
        && !address.AsSpan().ContainsAnyInRange('\0', '\x1f')
            ? address
            : otherwise;

    private static async Task<IResult> LogInAsync(
        HttpContext http,
        LoginService service,
        [FromForm] string user = "",
        [FromForm] string password = "",
        [FromForm] string back = "/"
    )
    {
        var (outcome, account) = await service.LogInAsync(user, password, Remote(http), http.RequestAborted).ConfigureAwait(false);
        back = LocalOr(back, "/");
        var page = LoginService.Normalise(user).StartsWith(ShareService.Prefix, StringComparison.Ordinal) ? "share" : "login";
        if (account is null)
            return Results.LocalRedirect($"/{page}?problem={outcome}&back={Uri.EscapeDataString(back)}");
        await http.SignInAsync(LoginClaims.Of(account)).ConfigureAwait(false);
        return Results.LocalRedirect(account.MustChange ? $"/account/password?back={Uri.EscapeDataString(back)}" : back);
    }

    private static async Task<IResult> LogOutAsync(
        HttpContext http,
        LoginSessions logins,
        IAuditStore audit,
        TimeProvider time,
        [FromForm] string? unused = null
    )
    {
        await logins.EndAsync(http.User, http.RequestAborted).ConfigureAwait(false);
        if (http.User.Identity is { IsAuthenticated: true, Name: { } name })
            await audit.AddAsync(new(time.GetUtcNow(), name, "log-out", "", Remote(http)), http.RequestAborted).ConfigureAwait(false);
        await http.SignOutAsync().ConfigureAwait(false);
        return Results.LocalRedirect("/login");
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http,
        LoginService service,
        [FromForm] string old = "",
        [FromForm] string fresh = "",
        [FromForm] string repeated = "",
        [FromForm] string back = "/"
    )
    {
        back = LocalOr(back, "/");
        var (outcome, account) = await service
            .ChangePasswordAsync(LoginClaims.IdOf(http.User) ?? 0, old, fresh, repeated, Remote(http), http.RequestAborted)
            .ConfigureAwait(false);
        if (account is null)
            return Results.LocalRedirect($"/account/password?problem={outcome}&back={Uri.EscapeDataString(back)}");
        await http.SignInAsync(LoginClaims.Of(account)).ConfigureAwait(false);
        return Results.LocalRedirect(back);
    }

    private static IResult ChangeLanguage(HttpContext http, string culture, string? back)
    {
        if (Languages.All.Contains(culture, StringComparer.Ordinal))
            Languages.Keep(http, culture, TimeSpan.FromDays(365));
        return Results.LocalRedirect(LocalOr(back, "/"));
    }

    private static async Task<IResult> AddUserAsync(
        HttpContext http,
        UserService service,
        State.FloorStore floor,
        [FromForm] string name = "",
        [FromForm] string role = "",
        [FromForm] string scopes = "",
        [FromForm] string until = "",
        [FromForm] string evaluation = ""
    )
    {
        var (problem, password) = await service
            .AddAsync(
                name,
                role,
                scopes,
                Scopes.Of(http.User),
                Actor(http.User),
                Remote(http),
                http.RequestAborted,
                EndOf(until, floor.DefaultZone),
                evaluation
            )
            .ConfigureAwait(false);
        if (problem is not null)
            return Results.LocalRedirect($"/users?problem={problem}");
        return Results.LocalRedirect($"/users?shown={service.ShowOnce(LoginService.Normalise(name), password!)}");
    }

    private static async Task<IResult> ChangeUserAsync(
        HttpContext http,
        UserService service,
        State.FloorStore floor,
        [FromForm] long id,
        [FromForm] string act = "",
        [FromForm] string role = "",
        [FromForm] string scopes = "",
        [FromForm] string until = ""
    )
    {
        var self = LoginClaims.IdOf(http.User) == id;
        var change = await service
            .ChangeAsync(
                id,
                act,
                role,
                scopes,
                Scopes.Of(http.User),
                self,
                Actor(http.User),
                Remote(http),
                http.RequestAborted,
                EndOf(until, floor.DefaultZone)
            )
            .ConfigureAwait(false);
        if (change.Problem is not null)
            return Results.LocalRedirect($"/users?problem={change.Problem}");
        return Results.LocalRedirect(
            change.Password is null ? "/users" : $"/users?shown={service.ShowOnce(change.Name!, change.Password)}"
        );
    }

    /// <summary>The end of a day at the site; null for no day. What is no day lies in the past, and is refused as such.</summary>
    private static DateTimeOffset? EndOf(string day, TimeZoneInfo zone) =>
        day.Trim().Length == 0 ? null
        : DateOnly.TryParseExact(day.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last)
        && last < DateOnly.MaxValue
            ? Components.SiteClock.Midnight(last.AddDays(1), zone)
        : DateTimeOffset.UnixEpoch;

    private static string Actor(ClaimsPrincipal user) => user.Identity?.Name ?? "?";

    private static string Remote(HttpContext http) => string.Create(CultureInfo.InvariantCulture, $"{http.Connection.RemoteIpAddress}");
}
