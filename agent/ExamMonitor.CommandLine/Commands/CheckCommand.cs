using System.CommandLine;
using System.Text.Json;
using ExamMonitor.CommandLine.Checks;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using Spectre.Console;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>check</c>: is everything there that a run needs?</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var configuration = AgentCommand.Configuration();
        var json = new Option<bool>("--json") { Description = "Print JSON instead of a table." };
        var command = new Command(
            "check",
            """
            Looks at everything that a run needs: configuration, maps, clock, disk, ffmpeg, vision library, broker, every camera.
            Records nothing. Ends with 0 when all is well or only worth knowing, 1 when something failed, 2 when the configuration or a map must be mended.

            Examples:
              exam-monitor-agent check --config agent.yaml
              exam-monitor-agent check --config agent.yaml --json | jq '.items[] | select(.level != "ok")'
            """
        )
        {
            configuration,
            json,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(result.GetValue(configuration)!, result.GetValue(json), result.InvocationConfiguration.Output, cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(FileInfo configuration, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        var reading = ConfigurationFile.Read(configuration.FullName);
        List<Finding> findings = [.. reading.Findings];
        var folder = AgentFolder.Of(reading);
        var rooms = reading.IsUsable ? RoomSetup.Load(reading, folder, findings) : [];
        List<CheckItem> items = [.. findings.Select(CheckItem.Of), .. rooms.SelectMany(MapCheck.Of)];
        var mend = items.Any(i => i.Level == CheckLevel.Failed);
        if (reading.IsUsable)
            items.AddRange(
                await new SystemCheck(reading, folder, TimeProvider.System).RunAsync(rooms, cancellationToken).ConfigureAwait(false)
            );
        if (findings.Count == 0)
            items.Insert(0, new(CheckLevel.Ok, "configuration", reading.Path));
        if (json)
            await output
                .WriteLineAsync(
                    JsonSerializer.Serialize(new { ok = items.All(i => i.Level != CheckLevel.Failed), items }, ContractJson.Options)
                )
                .ConfigureAwait(false);
        else if (Console.IsOutputRedirected || !ReferenceEquals(output, Console.Out))
            WriteLines(items, output);
        else
            WriteTable(items, output);
        return mend ? ExitCode.BadInput
            : items.Any(i => i.Level == CheckLevel.Failed) ? ExitCode.Failed
            : ExitCode.Ok;
    }

    private static void WriteTable(IReadOnlyList<CheckItem> items, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var table = new Table().Border(TableBorder.Simple).AddColumn(string.Empty).AddColumn("what").AddColumn("found");
        foreach (var item in items)
        {
            var mark = item.Level switch
            {
                CheckLevel.Ok => "[green]ok[/]",
                CheckLevel.Warning => "[yellow]note[/]",
                _ => "[red]MEND[/]",
            };
            table.AddRow(new Markup(mark), new Text(item.What), new Text(item.Text));
        }

        console.Write(table);
        var failed = items.Count(i => i.Level == CheckLevel.Failed);
        WriteEnd(failed, output);
    }

    /// <summary>One line for each item, without colours and without breaks: for pipes and files.</summary>
    private static void WriteLines(IReadOnlyList<CheckItem> items, TextWriter output)
    {
        foreach (var item in items)
        {
            var mark = item.Level switch
            {
                CheckLevel.Ok => "ok",
                CheckLevel.Warning => "note",
                _ => "MEND",
            };
            output.WriteLine($"{mark, -4}  {item.What, -16}  {item.Text}");
        }

        WriteEnd(items.Count(i => i.Level == CheckLevel.Failed), output);
    }

    /// <summary>"Ready" is said of a room before its exam, by another judgement.</summary>
    private static void WriteEnd(int failed, TextWriter output) =>
        output.WriteLine(
            failed == 0
                ? "Complete: the agent can run. Whether a room is ready for its exam says: exam-monitor-agent ready"
                : $"{failed} to mend."
        );
}
