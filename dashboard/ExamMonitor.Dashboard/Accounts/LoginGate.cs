using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>What stands between a request and a page: a cookie that still holds, and a password of one's own.</summary>
internal static class LoginGate
{
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var accounts = context.HttpContext.RequestServices.GetRequiredService<IAccountStore>();
        if (context.Principal is { } user && await LoginClaims.HoldsAsync(user, accounts, context.HttpContext.RequestAborted).ConfigureAwait(false)) return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync().ConfigureAwait(false);
    }

    /// <summary>People are led to the log-in page; players and scripts get the bare status.</summary>
    public static Func<RedirectContext<CookieAuthenticationOptions>, Task> RedirectOrRefuse(int status) => context =>
    {
        if (context.Request.Path.StartsWithSegments("/media", StringComparison.Ordinal)) context.Response.StatusCode = status;
        else context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    };

    /// <summary>Nothing but the change of password is open to somebody who still has a password that another person knows.</summary>
    public static Task AskForNewPasswordAsync(HttpContext http, RequestDelegate next)
    {
        var path = http.Request.Path;
        if (!http.User.HasClaim(c => c.Type == LoginClaims.MustChange) || IsOpen(path)) return next(http);
        if (HttpMethods.IsGet(http.Request.Method) && !path.StartsWithSegments("/media", StringComparison.Ordinal))
            http.Response.Redirect("/account/password");
        else
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsOpen(PathString path) =>
        path.StartsWithSegments("/account", StringComparison.Ordinal) || path.StartsWithSegments("/language", StringComparison.Ordinal)
        || path.StartsWithSegments("/login", StringComparison.Ordinal) || path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments("/_content", StringComparison.Ordinal) || path.StartsWithSegments("/_framework", StringComparison.Ordinal)
        || Path.HasExtension(path.Value);
}
