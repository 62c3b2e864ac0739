using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Exams.Schedule.Reading;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>ledger scrub</c> and <c>ledger acknowledge</c>: what reading everything again found. They ask the running agent.</summary>
internal static class ScrubCommands
{
    /// <summary><c>ledger scrub</c>.</summary>
    public static Command CreateScrub()
    {
        var configuration = AgentCommand.Configuration();
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var now = new Option<bool>("--now")
        {
            Description = "Have everything read again from now on, as fast as recording lets it; a pass that runs goes on faster.",
        };
        var command = new Command(
            "scrub",
            "Says how far everything was read again, and what was found. Asks the running agent. Ends with 1 while findings wait for a person."
        )
        {
            configuration,
            json,
            now,
        };
        command.SetAction(
            (r, cancellationToken) =>
                AskAsync(
                    r,
                    configuration,
                    r.GetValue(json),
                    r.GetValue(now) ? HttpMethod.Post : HttpMethod.Get,
                    r.GetValue(now) ? AgentApi.ScrubNow : AgentApi.Scrub,
                    null,
                    cancellationToken
                )
        );
        return command;
    }

    /// <summary><c>ledger acknowledge</c>.</summary>
    public static Command CreateAcknowledge()
    {
        var configuration = AgentCommand.Configuration();
        var who = new Option<string>("--who") { Description = "Who has dealt with the findings.", Required = true };
        var reason = new Option<string>("--reason")
        {
            Description = "What was found to be the reason, and what was done. Stands in the ledger for ever.",
            Required = true,
        };
        var command = new Command(
            "acknowledge",
            "Says that a person has dealt with what the scrub found and what witnesses refused: the problems close, the findings stay in the ledger."
        )
        {
            configuration,
            who,
            reason,
        };
        command.SetAction(
            (r, cancellationToken) =>
                AskAsync(
                    r,
                    configuration,
                    json: false,
                    HttpMethod.Post,
                    AgentApi.ScrubAcknowledgement,
                    new(r.GetRequiredValue(who), r.GetRequiredValue(reason)),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> AskAsync(
        ParseResult result,
        Option<FileInfo> configuration,
        bool json,
        HttpMethod method,
        string route,
        ActingPerson? person,
        CancellationToken cancellationToken
    )
    {
        var console = result.InvocationConfiguration;
        var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
        if (!await FindingText.WriteAsync(console.Error, reading.Findings).ConfigureAwait(false))
            return ExitCode.BadInput;
        try
        {
            var link = JsonSerializer.Deserialize<DashboardLink>(
                await File.ReadAllBytesAsync(AgentFolder.Of(reading).DashboardLink, cancellationToken).ConfigureAwait(false),
                ContractJson.Options
            )!;
            using var http = new HttpClient(OwnCertificate.Handler(reading)) { Timeout = TimeSpan.FromSeconds(30) };
            using var request = new HttpRequestMessage(method, link.ApiAddress + route);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", link.ApiToken);
            person?.AddTo(request);
            using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new IOException($"The agent refused ({(int)answer.StatusCode}): {body}");
            var report = JsonSerializer.Deserialize<ScrubReport>(body, ContractJson.Options)!;
            await console.Output.WriteAsync(json ? body + "\n" : Text(report, SiteZone.Of(reading.Options.TimeZone))).ConfigureAwait(false);
            return report.OpenFindings == 0 ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync($"{e.Message} Is the agent running, and may you read its folder?").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static string Text(ScrubReport report, TimeZoneInfo zone)
    {
        string At(DateTimeOffset at) => SiteTime.Format(at, zone);
        var percent = report.HeldBytes == 0 ? 100 : Math.Min(100, 100 * report.Bytes / report.HeldBytes);
        var pass = report.Running
            ? FormattableString.Invariant(
                $"since {(report.Began is { } began ? At(began) : "a time that is not known")}: {report.Segments} segments, {report.Bytes:N0} of {report.HeldBytes:N0} bytes ({percent} %)"
            )
            : "no pass runs";
        return FormattableString.Invariant($"{pass}; last whole pass: {(report.LastFinished is { } last ? At(last) : "none yet")}\n")
            + string.Concat(report.Paths.Select(p => $"not what the ledger says: {p}\n"))
            + FormattableString.Invariant($"{report.OpenFindings} findings wait for a person\n");
    }
}
