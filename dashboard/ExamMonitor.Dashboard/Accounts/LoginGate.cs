using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>
/// What stands between a request and a page: a cookie that still holds. What it opens is said by <see cref="AccessTable"/>.
/// </summary>
internal static class LoginGate
{
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var logins = context.HttpContext.RequestServices.GetRequiredService<LoginSessions>();
        if (context.Principal is { } user && await logins.HoldAsync(user, context.HttpContext.RequestAborted).ConfigureAwait(false))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync().ConfigureAwait(false);
    }

    /// <summary>People are led to the log-in page; players and scripts get the bare status.</summary>
    public static Func<RedirectContext<CookieAuthenticationOptions>, Task> RedirectOrRefuse(int status) =>
        context =>
        {
            if (context.Request.Path.StartsWithSegments("/media", StringComparison.Ordinal))
                context.Response.StatusCode = status;
            else
                context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        };
}
