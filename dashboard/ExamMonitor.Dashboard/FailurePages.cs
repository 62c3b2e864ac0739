namespace ExamMonitor.Dashboard;

/// <summary>What a person sees instead of an empty answer.</summary>
internal static class FailurePages
{
    public static bool IsPage(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) && !IsMedia(http) && !IsWitness(http) && !IsSetUpCall(http);

    public static bool IsForm(HttpContext http) =>
        HttpMethods.IsPost(http.Request.Method)
        && !IsWitness(http)
        && !IsSetUpCall(http)
        && !http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal);

    /// <summary>
    /// A form that failed leads to a page of its own: the form's request itself cannot be answered by a page, which would ask for the
    /// form's token again.
    /// </summary>
    public static async Task LeadToPageAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400 and var code })
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/problem/{code}");
        }
    }

    /// <summary>What needs the database while it is away is answered with 503, and the page says why.</summary>
    public static async Task SayDatabaseAwayAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (System.Data.Common.DbException)
            when (!http.Response.HasStarted && http.RequestServices.GetRequiredService<Storage.Database>().AwaySince is not null)
        {
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            http.Response.Headers.RetryAfter = "5";
        }
    }

    /// <summary>A protocol between programs: its status codes are its answers.</summary>
    private static bool IsWitness(HttpContext http) =>
        http.Request.Path.StartsWithSegments(Witnessing.WitnessEndpoint.Prefix, StringComparison.Ordinal);

    /// <summary>A call of a page's script: what it answers is read by the script.</summary>
    private static bool IsSetUpCall(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/set-up", StringComparison.Ordinal, out var rest)
        && rest.Value!.Contains("/api/", StringComparison.Ordinal);

    private static bool IsMedia(HttpContext http) => http.Request.Path.StartsWithSegments("/media", StringComparison.Ordinal);
}
