using Microsoft.AspNetCore.Localization;

namespace ExamMonitor.Dashboard;

/// <summary>Languages of the pages. The first is taken when the browser asks for none of them.</summary>
internal static class Languages
{
    public const string Chinese = "zh-Hans";
    public const string English = "en";

    public static readonly string[] All = [Chinese, English];

    /// <summary>Whether the browser already says which language this visitor reads.</summary>
    public static bool IsKept(HttpContext http) => http.Request.Cookies.ContainsKey(CookieRequestCultureProvider.DefaultCookieName);

    /// <summary>Has the browser say the language with every request of its own, the live connection's included.</summary>
    /// <param name="http">Request whose answer takes the cookie along.</param>
    /// <param name="culture">One of <see cref="All"/>.</param>
    /// <param name="lasts">How long; null until the browser is closed.</param>
    public static void Keep(HttpContext http, string culture, TimeSpan? lasts) =>
        http.Response.Cookies.Append(
            CookieRequestCultureProvider.DefaultCookieName,
            CookieRequestCultureProvider.MakeCookieValue(new(culture)),
            new CookieOptions
            {
                MaxAge = lasts,
                SameSite = SameSiteMode.Lax,
                HttpOnly = true,
                IsEssential = true,
                Secure = http.Request.IsHttps,
            }
        );
}
