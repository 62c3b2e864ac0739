using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Tiers;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention;
using ExamMonitor.Retention.Tiers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>tier</c>: the archive tier by hand.</summary>
internal static class TierCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };
    private static readonly Option<string?> Room = new("--room") { Description = "Only this room." };
    private static readonly Option<string?> Camera = new("--camera") { Description = "Only this camera." };
    private static readonly Option<DateTimeOffset?> From = new("--from")
    {
        Description = "From this time on, RFC 3339, such as 2026-03-02T09:00:00+08:00.",
    };
    private static readonly Option<DateTimeOffset?> To = new("--to-time") { Description = "Until this time." };

    /// <summary>The command.</summary>
    public static Command Create() =>
        new(
            "tier",
            """
            The archive tier: what lies there, copying, proving, bringing back. All but copy may run beside a working agent, which enters what was done into the ledger.

            Examples:
              exam-monitor-agent tier status --config agent.yaml
              exam-monitor-agent tier check --config agent.yaml --depth reread
              exam-monitor-agent tier restore --config agent.yaml --room R7 --from 2026-03-02T09:00:00+08:00 --to-time 2026-03-02T12:00:00+08:00
              exam-monitor-agent tier restore --config agent.yaml --everything --to /srv/rescued
            """
        )
        {
            CreateStatus(),
            CreateCopy(),
            CreateCheck(),
            CreateRestore(),
        };

    private static Command CreateStatus()
    {
        var configuration = AgentCommand.Configuration();
        var command = new Command("status", "What lies on the archive tier, and whether it answers. Ends with 0 when it does.")
        {
            configuration,
            Json,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async place =>
                    {
                        using var tier = place.OpenTier();
                        var answer = "";
                        try
                        {
                            await tier.OpenAsync(cancellationToken).ConfigureAwait(false);
                        }
                        catch (TierException e)
                        {
                            answer = e.Message;
                        }

                        var status = tier.GetStatus() with { Failure = answer.Length == 0 ? null : answer };
                        if (r.GetValue(Json))
                            await place.Output.WriteLineAsync(JsonSerializer.Serialize(status, ContractJson.Options)).ConfigureAwait(false);
                        else
                            await WriteAsync(place.Output, status).ConfigureAwait(false);
                        return status.Failure is null ? ExitCode.Ok : ExitCode.Failed;
                    }
                )
        );
        return command;
    }

    private static Command CreateCopy()
    {
        var configuration = AgentCommand.Configuration();
        var command = new Command(
            "copy",
            "Copies and proves all exam footage that is not on the archive tier yet, then ends. Stop the agent first: while it works it does this by itself."
        )
        {
            configuration,
            Json,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async place =>
                    {
                        using var ledger = place.OpenLedger();
                        using var told = new LedgerFindingWriter(ledger, place.Console.Error);
                        var archive = await FootageArchive
                            .OpenAsync(place.Footage, ledger, TimeProvider.System, NullLogger<FootageArchive>.Instance, cancellationToken)
                            .ConfigureAwait(false);
                        await using (archive.ConfigureAwait(false))
                        {
                            using var tier = ArchiveTier.Of(
                                archive,
                                place.Tier,
                                place.Tags,
                                TimeProvider.System,
                                NullLogger<ArchiveTier>.Instance
                            );
                            var exam = DutyFootage.Of(archive, new RetentionLedger(ledger.Log, TimeProvider.System));
                            await tier.RunOnceAsync(
                                    exam,
                                    new VolumeTierLedger(ledger, TimeProvider.System),
                                    place.Progress(r.GetValue(Json)),
                                    cancellationToken
                                )
                                .ConfigureAwait(false);
                            var status = tier.GetStatus();
                            if (r.GetValue(Json))
                                await place
                                    .Output.WriteLineAsync(JsonSerializer.Serialize(status, ContractJson.Options))
                                    .ConfigureAwait(false);
                            else
                                await WriteAsync(place.Output, status).ConfigureAwait(false);
                            return status.Mismatches.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
                        }
                    }
                )
        );
        return command;
    }

    private static Command CreateCheck()
    {
        var configuration = AgentCommand.Configuration();
        var depth = new Option<TierProof>("--depth")
        {
            Description = "presence: the tier says that it has it, locked; reread: every byte is read back and hashed.",
            DefaultValueFactory = _ => TierProof.Presence,
        };
        depth.AcceptOnlyFromAmong("presence", "reread");
        var command = new Command("check", "Proves the copies again. Ends with 0 when every one is what was committed, else 1.")
        {
            configuration,
            depth,
            Room,
            Camera,
            From,
            To,
            Json,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async place =>
                    {
                        using var tier = place.OpenTier();
                        var selection = SelectionOf(r, null);
                        var report = await tier.CheckAsync(
                                selection,
                                r.GetValue(depth),
                                place.Progress(r.GetValue(Json)),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        if (selection.IsEverything)
                            new TierCheckNote(place.Folder.TierCheck).Write(
                                new(TimeProvider.System.GetUtcNow(), report.Done, report.Mismatches.Count)
                            );
                        return await place.ReportAsync(r, "proved", report).ConfigureAwait(false);
                    }
                )
        );
        return command;
    }

    private static Command CreateRestore()
    {
        var configuration = AgentCommand.Configuration();
        var segment = new Option<long?>("--segment") { Description = "Only the segment of this number." };
        var everything = new Option<bool>("--everything") { Description = "All of it." };
        var target = new Option<DirectoryInfo?>("--to")
        {
            Description =
                "Folder to restore into, from what the tier alone says; volume and index may be lost. Left out: back to its place on the volume.",
        };
        var command = new Command(
            "restore",
            """
            Brings footage back from the archive tier, every byte hashed. May be stopped and run again. Say what: a room, a camera, a time, a segment, or --everything.
            After --everything --to FOLDER: mount FOLDER as the footage volume, run reindex, then fsck --depth hash.
            """
        )
        {
            configuration,
            Room,
            Camera,
            From,
            To,
            segment,
            everything,
            target,
            Json,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async place =>
                    {
                        var selection = SelectionOf(r, r.GetValue(segment));
                        if (selection.IsEverything != r.GetValue(everything))
                            return await BadAsync(
                                    r,
                                    "Say what to restore: a room, a camera, a time or a segment; or --everything, and then nothing else."
                                )
                                .ConfigureAwait(false);
                        if (r.GetValue(target) is { } folder)
                        {
                            if (selection.Segment is not null)
                                return await BadAsync(
                                        r,
                                        "--segment is a number of the index, and --to does without the index. Give room, camera and time."
                                    )
                                    .ConfigureAwait(false);
                            return await place
                                .ReportAsync(
                                    r,
                                    "restored",
                                    await ArchiveTier
                                        .RestoreToFolderAsync(
                                            place.Tier,
                                            folder.FullName,
                                            selection,
                                            TimeProvider.System,
                                            NullLogger.Instance,
                                            place.Progress(r.GetValue(Json)),
                                            cancellationToken
                                        )
                                        .ConfigureAwait(false)
                                )
                                .ConfigureAwait(false);
                        }

                        using var tier = place.OpenTier();
                        return await place
                            .ReportAsync(
                                r,
                                "restored",
                                await tier.RestoreAsync(selection, place.Progress(r.GetValue(Json)), cancellationToken)
                                    .ConfigureAwait(false)
                            )
                            .ConfigureAwait(false);
                    }
                )
        );
        return command;
    }

    private static TierSelection SelectionOf(ParseResult result, long? segment) =>
        new(
            result.GetValue(Room) is { } room ? RoomId.Of(room) : null,
            result.GetValue(Camera) is { } camera ? CameraId.Of(camera) : null,
            result.GetValue(From),
            result.GetValue(To),
            segment
        );

    private static async Task<int> BadAsync(ParseResult result, string text)
    {
        await result.InvocationConfiguration.Error.WriteLineAsync(text).ConfigureAwait(false);
        return ExitCode.BadInput;
    }

    private static async Task WriteAsync(TextWriter output, TierStatus status)
    {
        await output
            .WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{status.Tier}: {status.CopiedSegments} segments with {status.CopiedBytes} bytes, {status.Documents} documents."
                )
            )
            .ConfigureAwait(false);
        await output
            .WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{status.RemoteOnlySegments} segments with {status.RemoteOnlyBytes} bytes lie there alone; {status.AwaitingUnlock} were let go and await the end of their lock."
                )
            )
            .ConfigureAwait(false);
        foreach (var mismatch in status.Mismatches)
            await output.WriteLineAsync($"{mismatch.Path}: {mismatch.Text}").ConfigureAwait(false);
        if (status.Failure is { } failure)
            await output.WriteLineAsync(failure).ConfigureAwait(false);
    }

    private static async Task<int> GuardAsync(ParseResult result, Option<FileInfo> configuration, Func<Place, Task<int>> act)
    {
        var console = result.InvocationConfiguration;
        var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
        if (!await FindingText.WriteAsync(console.Error, reading.Findings).ConfigureAwait(false))
            return ExitCode.BadInput;
        var folder = AgentFolder.Of(reading);
        try
        {
            if (TierSetup.Of(reading.Options, folder) is { } tier)
                return await act(new(reading.Options, folder, tier, console)).ConfigureAwait(false);
            await console
                .Error.WriteLineAsync("No archive tier is configured. Write a 'tier' section; exam-monitor-agent example shows one.")
                .ConfigureAwait(false);
            return ExitCode.BadInput;
        }
        catch (FormatException e)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>What a command works on.</summary>
    private sealed record Place(AgentOptions Options, AgentFolder Folder, TierOptions Tier, InvocationConfiguration Console)
    {
        public TextWriter Output => Console.Output;

        public FootageOptions Footage => Folder.Footage(Options);

        public TierNoteTags Tags => TierStart.TagsOf(Options, Folder);

        public ArchiveTier OpenTier() => ArchiveTier.Open(Footage, Tier, Tags, TimeProvider.System, NullLogger.Instance);

        public VolumeLedger OpenLedger() => new(Footage.VolumePath, Folder.LedgerKey, Options.Site, Options.Agent, TimeProvider.System);

        public Told? Progress(bool json) => json ? null : new Told(Console.Error);

        public async Task<int> ReportAsync(ParseResult result, string word, TierReport report)
        {
            if (result.GetValue(Json))
                await Output.WriteLineAsync(JsonSerializer.Serialize(report, ContractJson.Options)).ConfigureAwait(false);
            foreach (var mismatch in result.GetValue(Json) ? [] : report.Mismatches)
                await Output.WriteLineAsync($"{mismatch.Path}: {mismatch.Text}").ConfigureAwait(false);
            if (!result.GetValue(Json))
                await Output
                    .WriteLineAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{report.Done} {word}, {report.Bytes} bytes; {report.Skipped} were there already, {report.Mismatches.Count} do not match."
                        )
                    )
                    .ConfigureAwait(false);
            return report.Mismatches.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        }
    }

    /// <summary>Says every hundredth item.</summary>
    private sealed class Told(TextWriter to) : IProgress<TierProgress>
    {
        public void Report(TierProgress value)
        {
            if (value.Done % 100 == 0)
                to.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{value.Step}: {value.Done}, {value.Bytes} bytes, {value.Subject}")
                );
        }
    }
}
