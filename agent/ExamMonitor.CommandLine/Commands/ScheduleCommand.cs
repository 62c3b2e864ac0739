using System.CommandLine;
using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule.Reading;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Recording;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>schedule</c>: exam sessions by file.</summary>
internal static class ScheduleCommand
{
    /// <summary>The command with its own.</summary>
    public static Command Create() =>
        new("schedule", "Exam sessions: which rooms are examined when. Their footage is kept as the law asks.")
        {
            Import(),
            Check(),
            List(),
            Export(),
        };

    private static Command Import()
    {
        var file = new Argument<FileInfo>("file")
        {
            Description = "Schedule: .yaml, .csv (UTF-8 or GB18030, English or Chinese header) or .ics.",
        };
        var preview = new Option<bool>("--preview") { Description = "Say what would change, and change nothing." };
        var replace = new Option<bool>("--replace")
        {
            Description = "Call off future sessions of the file's rooms and days that it does not list.",
        };
        var (person, reason, json) = (AskingCommand.Person(), AskingCommand.Reason(required: false), AskingCommand.Json());
        return new Command(
            "import",
            """
            Imports a schedule file into the running agent, all of it or nothing. Ends with 0 when it was imported, 1 when nothing was changed.

            Examples:
              exam-monitor-agent schedule import november.csv --person "Wang Fang" --config agent.yaml
              exam-monitor-agent schedule import november.ics --person "Wang Fang" --preview
            """
        )
        {
            file,
            preview,
            replace,
            person,
            reason,
            json,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var info = ask.Result.GetValue(file)!;
                if (!info.Exists)
                    throw new AgentAnswerException($"There is no file {info.FullName}.");
                var query =
                    $"?file={Uri.EscapeDataString(info.Name)}{(ask.Result.GetValue(preview) ? "&preview=true" : string.Empty)}{(ask.Result.GetValue(replace) ? "&replace=true" : string.Empty)}";
                using var body = new ByteArrayContent(await File.ReadAllBytesAsync(info.FullName, cancellationToken).ConfigureAwait(false));
                var result = await ask
                    .Client.PostAsync<ScheduleImport>(
                        AgentApi.ImportSessions + query,
                        body,
                        AskingCommand.PersonOf(ask.Result, person, reason),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                if (ask.Result.GetValue(json))
                    await ask.WriteJsonAsync(result).ConfigureAwait(false);
                else
                    await WriteAsync(ask, result).ConfigureAwait(false);
                return result.IsClean ? ExitCode.Ok : ExitCode.Failed;
            }
        );
    }

    private static Command Check()
    {
        var file = new Argument<FileInfo>("file") { Description = "Schedule file." };
        var configuration = AgentCommand.Configuration();
        var command = new Command(
            "check",
            """
            Reads a schedule file and says what is wrong with it, without an agent. Ends with 0 when it could be imported, 2 when it must be mended.

            Example:
              exam-monitor-agent schedule check november.csv --config agent.yaml
            """
        )
        {
            file,
            configuration,
        };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var console = result.InvocationConfiguration;
                var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
                List<Finding> findings = [.. reading.Findings];
                var rooms = reading.IsUsable ? RoomSetup.Load(reading, AgentFolder.Of(reading), findings) : [];
                if (findings.Any(f => f.Level == Contracts.Maps.FindingLevel.Error))
                {
                    await FindingText.WriteAsync(console.Error, findings).ConfigureAwait(false);
                    return ExitCode.BadInput;
                }

                var path = result.GetValue(file)!.FullName;
                if (!File.Exists(path))
                {
                    await console.Error.WriteLineAsync($"There is no file {path}.").ConfigureAwait(false);
                    return ExitCode.BadInput;
                }

                var zone = SiteZone.Of(reading.Options.TimeZone);
                var schedule = ScheduleFile.Read(
                    path,
                    await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false),
                    new(zone, [.. rooms.Select(r => (r.Id, r.Map.Room.Name))], reading.Options.Schedule.OtherRooms)
                );
                foreach (var finding in schedule.Findings)
                    await console.Error.WriteLineAsync(finding.ToString()).ConfigureAwait(false);
                foreach (var session in schedule.Sessions)
                    await console.Output.WriteLineAsync(Line(session, zone)).ConfigureAwait(false);
                var errors = schedule.Findings.Count(f => f.Level == Contracts.Maps.FindingLevel.Error);
                await console
                    .Output.WriteLineAsync(
                        string.Create(CultureInfo.InvariantCulture, $"{schedule.Sessions.Count} sessions, {errors} to mend.")
                    )
                    .ConfigureAwait(false);
                return errors == 0 ? ExitCode.Ok : ExitCode.BadInput;
            }
        );
        return command;
    }

    private static Command List()
    {
        var json = AskingCommand.Json();
        return new Command("list", "Sessions of the running agent, from 30 days back to 90 ahead.") { json }.Asks(
            async (ask, cancellationToken) =>
            {
                var sessions = await ask
                    .Client.GetAsync<IReadOnlyList<SessionSummary>>(AgentApi.Sessions, cancellationToken)
                    .ConfigureAwait(false);
                if (ask.Result.GetValue(json))
                {
                    await ask.WriteJsonAsync(sessions).ConfigureAwait(false);
                    return ExitCode.Ok;
                }

                await ask.WriteZoneAsync().ConfigureAwait(false);
                foreach (var s in sessions)
                {
                    var share = s.Completeness is { } completeness ? Completeness.Percent(completeness) : "–";
                    await ask.Output.WriteLineAsync($"{Line(s.Session, ask.Zone)}  {s.State}  recorded {share}").ConfigureAwait(false);
                }

                return ExitCode.Ok;
            }
        );
    }

    private static Command Export()
    {
        var file = new Argument<FileInfo>("file") { Description = "File to write; its ending (.yaml, .csv, .ics) tells the form." };
        return new Command("export", "Writes the schedule of the running agent into a file that can be imported again.") { file }.Asks(
            async (ask, cancellationToken) =>
            {
                var info = ask.Result.GetValue(file)!;
                var text = await ask
                    .Client.GetTextAsync(AgentApi.ExportSessions(info.Extension.TrimStart('.').ToLowerInvariant()), cancellationToken)
                    .ConfigureAwait(false);
                await File.WriteAllTextAsync(info.FullName, text, cancellationToken).ConfigureAwait(false);
                await ask.Output.WriteLineAsync($"Written: {info.FullName}").ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    private static async Task WriteAsync(Asking ask, ScheduleImport result)
    {
        var output = ask.Output;
        await ask.WriteZoneAsync().ConfigureAwait(false);
        foreach (var finding in result.Findings)
            await output.WriteLineAsync(finding.ToString()).ConfigureAwait(false);
        foreach (var change in result.Changes.Where(c => c.Kind != SessionChangeKind.Unchanged))
            await output
                .WriteLineAsync(
                    $"{change.Kind, -10} {Line(change.After, ask.Zone)}{(change.Why is { } why ? "  " + why.En : string.Empty)}"
                )
                .ConfigureAwait(false);
        var c = result.Counts;
        await output
            .WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{c.Added} added, {c.Changed} changed, {c.Cancelled} called off, {c.Unchanged} as they were, {c.Refused} refused."
                )
            )
            .ConfigureAwait(false);
        await output
            .WriteLineAsync(
                result.Applied ? "Imported."
                : result.IsClean ? "A preview: nothing was changed."
                : "Nothing was changed."
            )
            .ConfigureAwait(false);
    }

    private static string Line(ExamSession s, TimeZoneInfo zone) =>
        $"{s.Id, -24} {s.Room, -8} {SiteTime.Format(s.Start, zone)} – {SiteTime.Format(s.End, zone)}  {s.Batch}  {s.Title}{(s.Cancelled ? " (called off)" : string.Empty)}";
}
