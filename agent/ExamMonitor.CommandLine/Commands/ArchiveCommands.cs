using System.CommandLine;
using System.Text.Json;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>fsck</c> and <c>reindex</c>: care for the archive.</summary>
internal static class ArchiveCommands
{
    /// <summary><c>fsck</c>.</summary>
    public static Command CreateFsck()
    {
        var configuration = AgentCommand.Configuration();
        var depth = new Option<FsckDepth>("--depth")
        {
            Description = "presence: each row its file; size: and its size; hash: and its content (reads everything).",
            DefaultValueFactory = _ => FsckDepth.Size,
        };
        var repair = new Option<bool>("--repair") { Description = "Carry out the repairs that are proposed. Stop the agent first." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "fsck",
            """
            Compares the footage volume with its index, and changes nothing unless asked. May run beside a working agent, except with --repair.
            Ends with 0 when all is whole, else 1.

            Examples:
              exam-monitor-agent fsck --config agent.yaml --depth hash
              exam-monitor-agent fsck --config agent.yaml --repair
            """
        )
        {
            configuration,
            depth,
            repair,
            json,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    context => FsckAsync(context, r.GetValue(depth), r.GetValue(repair), r.GetValue(json), cancellationToken)
                )
        );
        return command;
    }

    /// <summary><c>reindex</c>.</summary>
    public static Command CreateReindex()
    {
        var configuration = AgentCommand.Configuration();
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "reindex",
            """
            Makes the index again from the footage volume alone, which describes itself. Stop the agent first; the old index is kept beside the new one.

            Example:
              exam-monitor-agent reindex --config agent.yaml
            """
        )
        {
            configuration,
            json,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async context =>
                    {
                        var report = await FootageCare
                            .ReindexAsync(context.Options, context.Around, CareLine.Create(), cancellationToken)
                            .ConfigureAwait(false);
                        if (r.GetValue(json))
                        {
                            await context
                                .Output.WriteLineAsync(JsonSerializer.Serialize(report, ContractJson.Options))
                                .ConfigureAwait(false);
                            return report.DamagedDayLogs.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
                        }

                        await context
                            .Output.WriteLineAsync(
                                FormattableString.Invariant(
                                    $"{report.Segments} segments and {report.Gaps} gaps; {report.Adopted} files adopted, {report.Missing} day lines without their file."
                                )
                            )
                            .ConfigureAwait(false);
                        foreach (var damaged in report.DamagedDayLogs)
                            await context
                                .Output.WriteLineAsync($"{damaged}: a line cannot be read or breaks the chain.")
                                .ConfigureAwait(false);
                        return report.DamagedDayLogs.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
                    }
                )
        );
        return command;
    }

    private static async Task<int> FsckAsync(Context context, FsckDepth depth, bool repair, bool json, CancellationToken cancellationToken)
    {
        var report = await FootageCare.CheckAsync(context.Options, depth, CareLine.Create(), cancellationToken).ConfigureAwait(false);
        if (json)
            await context.Output.WriteLineAsync(JsonSerializer.Serialize(report, ContractJson.Options)).ConfigureAwait(false);
        else
            await WriteAsync(context.Output, report).ConfigureAwait(false);
        if (!repair || report.IsWhole)
            return report.IsWhole ? ExitCode.Ok : ExitCode.Failed;
        var done = await FootageCare.RepairAsync(context.Options, report, context.Around, cancellationToken).ConfigureAwait(false);
        await context
            .Output.WriteLineAsync(FormattableString.Invariant($"{done.Done.Count} mended, {done.Left.Count} left for a person."))
            .ConfigureAwait(false);
        return done.Left.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task WriteAsync(TextWriter output, FsckReport report)
    {
        foreach (var finding in report.Findings)
            await output.WriteLineAsync($"{finding.Path}: {finding.Text}").ConfigureAwait(false);
        await output
            .WriteLineAsync(
                FormattableString.Invariant(
                    $"{report.Segments} segments, {report.Files} files: {(report.IsWhole ? "whole" : $"{report.Findings.Count} findings")}."
                )
            )
            .ConfigureAwait(false);
        await output.WriteLineAsync(report.NotLookedAt.En).ConfigureAwait(false);
        await output.WriteLineAsync(report.NotLookedAt.Zh).ConfigureAwait(false);
    }

    private static async Task<int> GuardAsync(ParseResult result, Option<FileInfo> configuration, Func<Context, Task<int>> act)
    {
        var console = result.InvocationConfiguration;
        var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
        if (!await FindingText.WriteAsync(console.Error, reading.Findings).ConfigureAwait(false))
            return ExitCode.BadInput;
        var folder = AgentFolder.Of(reading);
        try
        {
            using var ledger = new VolumeLedger(
                folder.Resolve(reading.Options.Footage.Volume),
                folder.LedgerKey,
                reading.Options.Site,
                reading.Options.Agent,
                TimeProvider.System,
                folder.LedgerHeads,
                forCommand: true
            );
            using var told = new LedgerFindingWriter(ledger, console.Error);
            return await act(new(folder.Footage(reading.Options), new(ledger, TimeProvider.System, NullLogger.Instance), console.Output))
                .ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException or FormatException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private sealed record Context(FootageOptions Options, CareSurroundings Around, TextWriter Output);
}
