using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Sessions;

/// <summary>The schedule as a file, for people who may see the whole site.</summary>
internal static class ScheduleRoutes
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/sessions/{site}/{agent}/schedule.{form}", AnswerAsync).RequireAuthorization();

    private static Task AnswerAsync(
        HttpContext http,
        AgentFiles files,
        string site,
        string agent,
        string form,
        DateTimeOffset? from,
        DateTimeOffset? to
    )
    {
        var type = form switch
        {
            "yaml" => "application/yaml",
            "csv" => "text/csv; charset=utf-8",
            "ics" => "text/calendar; charset=utf-8",
            _ => null,
        };
        if (
            type is null
            || from is null
            || to is null
            || !SiteId.TryParse(site, null, out var s)
            || !AgentId.TryParse(agent, null, out var a)
            || !Scopes.Of(http.User).AllowsSite(s)
        )
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"schedule_{site}_{from:yyyyMMdd}_{to:yyyyMMdd}.{form}");
        return files.SendAsync(
            http,
            s,
            a,
            $"{AgentApi.ExportSessions(form)}?{AgentClient.Between(from.Value, to.Value)}",
            type,
            name,
            form == "csv" ? CsvText.Guard : null
        );
    }
}
