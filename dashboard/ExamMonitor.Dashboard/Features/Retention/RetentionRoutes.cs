using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>
/// Files of retention: the register of destructions and the statements. Every download is entered in the audit log (RET-6).
/// </summary>
internal static partial class RetentionRoutes
{
    private const int PerPage = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/retention/{site}/{agent}/register.csv", RegisterAsync).RequireAuthorization(Policy.Recordings);
        app.MapGet("/retention/{site}/{agent}/statements/{id}", StatementAsync).RequireAuthorization(Policy.Recordings);
    }

    /// <summary>A statement of one room for those who may see it; one of all rooms for those who may see the site.</summary>
    public static bool MaySee(Scopes scopes, SiteId site, StatementEntry statement) =>
        statement.Room is { } room ? scopes.Allows(site, room) : scopes.AllowsSite(site);

    private static async Task RegisterAsync(
        HttpContext http,
        AgentClient agents,
        IAuditStore audit,
        TimeProvider time,
        string site,
        string agent,
        string? room
    )
    {
        var scopes = Scopes.Of(http.User);
        var ofRoom = RoomId.TryParse(room, null, out var r) ? r : (RoomId?)null;
        if (
            !SiteId.TryParse(site, null, out var s)
            || !AgentId.TryParse(agent, null, out var a)
            || (room is not null && ofRoom is null)
            || !(ofRoom is { } one ? scopes.Allows(s, one) : scopes.AllowsSite(s))
        )
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        string Path(long? before) =>
            $"{AgentApi.Register}?limit={PerPage}{(ofRoom is { } id ? "&room=" + id : "")}{(before is { } b ? string.Create(CultureInfo.InvariantCulture, $"&before={b}") : "")}";
        var (page, _) = await agents.GetAsync<DestructionPage>(s, a, Path(null), http.RequestAborted).ConfigureAwait(false);
        if (page is null)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        await NoteAsync(http, audit, time, "download-register", $"{s}/{a}{(ofRoom is { } of ? "/" + of : "")}").ConfigureAwait(false);
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = string.Create(
            CultureInfo.InvariantCulture,
            $"attachment; filename=\"register_{s}_{a}_{time.GetUtcNow():yyyyMMdd}.csv\""
        );
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync("\uFEFF" + DestructionCsv.Header, http.RequestAborted).ConfigureAwait(false);
        while (page is not null)
        {
            var rows = new StringBuilder();
            foreach (var e in page.Entries.Where(e => scopes.Allows(s, e.Room)))
                rows.Append(DestructionCsv.Row(e));
            await http.Response.WriteAsync(rows.ToString(), http.RequestAborted).ConfigureAwait(false);
            if (page.Next is not { } next)
                return;
            (page, _) = await agents.GetAsync<DestructionPage>(s, a, Path(next), http.RequestAborted).ConfigureAwait(false);
        }

        // The agent went away in the middle: the file must look broken, not whole.
        http.Abort();
    }

    private static async Task StatementAsync(
        HttpContext http,
        AgentClient agents,
        AgentFiles files,
        IAuditStore audit,
        TimeProvider time,
        string site,
        string agent,
        string id
    )
    {
        var scopes = Scopes.Of(http.User);
        if (
            !SiteId.TryParse(site, null, out var s)
            || !AgentId.TryParse(agent, null, out var a)
            || !StatementId().IsMatch(id)
            || !await MaySeeAsync(agents, scopes, s, a, id, http.RequestAborted).ConfigureAwait(false)
        )
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await NoteAsync(http, audit, time, "download-statement", $"{s}/{a} {id}").ConfigureAwait(false);
        await files.SendAsync(http, s, a, AgentApi.Statement(id), "text/plain; charset=utf-8", $"{id}.txt").ConfigureAwait(false);
    }

    // Whoever sees single rooms only: the list tells of which room a statement speaks.
    private static async Task<bool> MaySeeAsync(
        AgentClient agents,
        Scopes scopes,
        SiteId site,
        AgentId agent,
        string id,
        CancellationToken ct
    )
    {
        if (scopes.AllowsSite(site))
            return true;
        // An id begins with its day; the whole list would end after its newest 2,000.
        var day = DateOnly.TryParseExact(
            id.AsSpan(0, Math.Min(10, id.Length)),
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var d
        )
            ? string.Create(CultureInfo.InvariantCulture, $"?from={d:yyyy-MM-dd}&to={d:yyyy-MM-dd}")
            : "";
        var (list, _) = await agents
            .GetAsync<IReadOnlyList<StatementEntry>>(site, agent, AgentApi.Statements + day, ct)
            .ConfigureAwait(false);
        return list?.FirstOrDefault(e => e.Id == id) is { } found && MaySee(scopes, site, found);
    }

    private static Task NoteAsync(HttpContext http, IAuditStore audit, TimeProvider time, string act, string subject) =>
        audit.AddAsync(
            new(
                time.GetUtcNow(),
                http.User.Identity!.Name!,
                act,
                subject,
                string.Create(CultureInfo.InvariantCulture, $"{http.Connection.RemoteIpAddress}")
            ),
            http.RequestAborted
        );

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._~-]{0,199}\z", RegexOptions.CultureInvariant, 100)]
    private static partial Regex StatementId();
}
