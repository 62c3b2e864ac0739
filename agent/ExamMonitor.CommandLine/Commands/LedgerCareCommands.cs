using System.CommandLine;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Retention;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>
/// <c>ledger restore</c> and <c>ledger new-key</c>: what a person does about files that are gone and a key that is lost. The agent must not
/// run.
/// </summary>
internal static class LedgerCareCommands
{
    /// <summary><c>ledger restore</c>.</summary>
    public static Command CreateRestore()
    {
        var (configuration, person, reason) = (AgentCommand.Configuration(), AskingCommand.Person(), AskingCommand.Reason(required: true));
        var lost = new Option<bool>("--accept-lost")
        {
            Description =
                "Give up files of which the ledger holds the hash alone (statements, time stamps, approved lists). Look for a copy first.",
        };
        var command = new Command(
            "restore",
            """
            Writes files of the volume that are gone or changed again from the ledger: rules, sessions, holds, approvals, marks of the clock, registers, the exam schedule. Stop the agent first.
            What stood in their place stays beside them with the ending .replaced. Person and reason stand in the ledger. Ends with 1 while a file is still missing.

            Example:
              exam-monitor-agent ledger restore --person "Li Na" --reason "deleted by mistake" --config agent.yaml
            """
        )
        {
            configuration,
            person,
            reason,
            lost,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async (folder, options, console) =>
                    {
                        var (by, why) = (r.GetRequiredValue(person), r.GetRequiredValue(reason));
                        // Sessions first: the schedule is made of them, and they are read when retention opens.
                        var first = await RestoreAsync(
                                folder,
                                options,
                                (retention, _) => retention.RestoreFiles(by, why, acceptLost: false, null),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        var second = await RestoreAsync(
                                folder,
                                options,
                                (retention, ledger) =>
                                    retention.RestoreFiles(
                                        by,
                                        why,
                                        r.GetValue(lost),
                                        () => WriteSchedule(folder, options, retention, ledger, by, why)
                                    ),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        foreach (var path in first.Restored.Concat(second.Restored))
                            await console.Output.WriteLineAsync($"restored  {path}").ConfigureAwait(false);
                        foreach (var path in second.Lost)
                            await console.Output.WriteLineAsync($"given up  {path}").ConfigureAwait(false);
                        foreach (var fault in second.Left)
                            await console.Output.WriteLineAsync($"missing   {fault.Text.En}").ConfigureAwait(false);
                        await console
                            .Output.WriteLineAsync(
                                second.Left.Count == 0
                                    ? "Every file that the ledger knows is there."
                                    : "Put the missing files back from the archive tier or a backup; what cannot be had again is given up with --accept-lost."
                            )
                            .ConfigureAwait(false);
                        return second.Left.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
                    }
                )
        );
        return command;
    }

    /// <summary><c>ledger new-key</c>.</summary>
    public static Command CreateNewKey()
    {
        var (configuration, person, reason) = (AgentCommand.Configuration(), AskingCommand.Person(), AskingCommand.Reason(required: true));
        var earlier = new Option<FileInfo?>("--earlier-key")
        {
            Description = "Public key of the lost one, PEM, as 'ledger key' printed it or the dashboard shows it.",
        };
        var unproved = new Option<bool>("--accept-unproved")
        {
            Description =
                "Go on from a head that nothing vouches for: neither the old key, nor --earlier-key, nor the agent's memory of it. Every verification says so.",
        };
        var command = new Command(
            "new-key",
            """
            Goes on with the ledger under a new signing key, when the old one is lost for good or may be known to others. Stop the agent first.
            The ledger keeps who did it and why, and both keys; the dashboard raises an alarm that a person acknowledges. Prints the new public key: keep a copy elsewhere.

            Example:
              exam-monitor-agent ledger new-key --person "Li Na" --reason "disk of the machine died" --earlier-key old.pem --config agent.yaml > public.pem
            """
        )
        {
            configuration,
            person,
            reason,
            earlier,
            unproved,
        };
        command.SetAction(
            (r, cancellationToken) =>
                GuardAsync(
                    r,
                    configuration,
                    async (folder, options, console) =>
                    {
                        var place = folder.Footage(options);
                        if (VolumeJudgement.Of(place).Id is null)
                            throw new FootageException(
                                "replace the signing key",
                                place.VolumePath,
                                "There is no footage volume yet; the first start makes key and volume."
                            );
                        using var old = r.GetValue(earlier) is { } file ? VerificationFiles.ReadKey(file) : null;
                        using var @lock = FootageArchive.Lock(place);
                        var done = KeyReplacement.Run(
                            Path.Combine(place.VolumePath, "ledger"),
                            folder.LedgerKey,
                            Checkpoint.OriginOf(options.Site, options.Agent),
                            old,
                            new(r.GetRequiredValue(person), r.GetRequiredValue(reason), TimeProvider.System.GetUtcNow())
                            {
                                AnchorPath = LedgerAnchor.PathOf(folder.LedgerHeads, place.VolumePath),
                                AcceptUnproved = r.GetValue(unproved),
                            }
                        );
                        await console.Output.WriteAsync(done.PublicKey).ConfigureAwait(false);
                        await console
                            .Error.WriteLineAsync(
                                FormattableString.Invariant(
                                    $"Entry {done.Entry} of the ledger names the new key{(done.IsVouched ? ", signed by the old one" : string.Empty)}. Verify with: verify --key NEW --earlier-key OLD."
                                )
                            )
                            .ConfigureAwait(false);
                        return ExitCode.Ok;
                    }
                )
        );
        return command;
    }

    private static async Task<FileRestoreReport> RestoreAsync(
        AgentFolder folder,
        AgentOptions options,
        Func<FootageRetention, VolumeLedger, FileRestoreReport> act,
        CancellationToken cancellationToken
    )
    {
        using var ledger = new VolumeLedger(
            folder.Resolve(options.Footage.Volume),
            folder.LedgerKey,
            options.Site,
            options.Agent,
            TimeProvider.System,
            folder.LedgerHeads,
            forCommand: true
        );
        using var told = new LedgerFindingWriter(ledger, Console.Error);
        var archive = await FootageArchive
            .OpenAsync(folder.Footage(options), ledger, TimeProvider.System, NullLogger<FootageArchive>.Instance, cancellationToken)
            .ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            if (ledger.Damage != LedgerDamage.None)
                throw new FootageException(
                    "restore files from the ledger",
                    folder.Resolve(options.Footage.Volume),
                    "The ledger itself was cut or changed: have the volume examined first."
                );
            var rules = RetentionRulesReader.Combine(SiteRetentionSetup.Of(options)).Rules;
            return act(
                FootageRetention.Open(
                    archive,
                    new RetentionLedger(ledger.Log, TimeProvider.System),
                    rules,
                    new() { TwoPersons = options.Retention.TwoPersonApproval, WarnDays = options.Retention.WarnDays }
                ),
                ledger
            );
        }
    }

    /// <summary>One set with every session that retention knows; who changed what before stands in the ledger.</summary>
    private static void WriteSchedule(
        AgentFolder folder,
        AgentOptions options,
        FootageRetention retention,
        VolumeLedger ledger,
        string by,
        string why
    )
    {
        var store = SessionStore.Open(folder.Resolve(options.Footage.Volume), new SessionLedger(ledger, TimeProvider.System));
        var sessions = retention.ListSessions().OrderBy(s => s.Start).ThenBy(s => s.Id.Text, StringComparer.Ordinal);
        store.Apply(
            [.. sessions.Select(s => new SessionChange(SessionChangeKind.Added, null, s, null))],
            TimeProvider.System.GetUtcNow(),
            by,
            why,
            null
        );
    }

    private static async Task<int> GuardAsync(
        ParseResult result,
        Option<FileInfo> configuration,
        Func<AgentFolder, AgentOptions, InvocationConfiguration, Task<int>> act
    )
    {
        var console = result.InvocationConfiguration;
        var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
        if (!await FindingText.WriteAsync(console.Error, reading.Findings).ConfigureAwait(false))
            return ExitCode.BadInput;
        try
        {
            return await act(AgentFolder.Of(reading), reading.Options, console).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
