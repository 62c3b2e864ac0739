using System.CommandLine;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>verify</c>: the volume against its ledger.</summary>
internal static class VerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var configuration = AgentCommand.Configuration();
        var key = new Option<FileInfo?>("--key") { Description = "Public key that must have signed, PEM. Left out: the agent's own." };
        var earlier = new Option<FileInfo[]>("--earlier-key")
        {
            Description =
                "Public key that was replaced by 'ledger new-key', PEM: what it signed before counts. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var heads = new Option<string[]>("--head")
        {
            Description =
                "Head that somebody else kept, such as the dashboard: a file, or the text that was typed or scanned from a session record sheet. What it speaks of must be there. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var policy = new Option<FileInfo?>("--policy")
        {
            Description =
                "Which witnesses must have cosigned, such as two of three: a file as in c2sp.org/tlog-policy (docs/protocol/witness.md).",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON (exam-monitor/verification/1)." };
        var command = new Command(
            "verify",
            """
            Compares every file of the footage volume with the ledger, and the ledger with its signed heads and time stamps. Reads only; may run beside a working agent.
            Answers separately: is the content intact? is the order proved, so that nothing is missing between two neighbours? which key signed? anchored where, when?
            Ends with 0 when everything holds, 1 when something does not, 2 when it could not be checked.

            Examples:
              exam-monitor-agent verify --config agent.yaml
              exam-monitor-agent verify --config agent.yaml --head head-from-the-dashboard.txt --json
            """
        )
        {
            configuration,
            key,
            earlier,
            heads,
            policy,
            json,
        };
        command.SetAction(
            async (r, cancellationToken) =>
            {
                var console = r.InvocationConfiguration;
                var reading = ConfigurationFile.Read(r.GetValue(configuration)!.FullName);
                if (!await FindingText.WriteAsync(console.Error, reading.Findings).ConfigureAwait(false))
                    return ExitCode.BadInput;
                var (folder, options) = (AgentFolder.Of(reading), reading.Options);
                var authorities = options.Ledger.Anchor.CaFile is { } file ? new FileInfo(folder.Resolve(file)) : null;
                var files = new VerificationFiles(
                    new(folder.Resolve(options.Footage.Volume)),
                    r.GetValue(key) ?? new(folder.LedgerKey),
                    Checkpoint.OriginOf(options.Site, options.Agent),
                    authorities,
                    r.GetRequiredValue(heads),
                    r.GetValue(json)
                )
                {
                    EarlierKeys = r.GetRequiredValue(earlier),
                    Policy = r.GetValue(policy),
                };
                return await Task.Run(
                        () => files.Run(console.Output, console.Error, !Console.IsErrorRedirected, cancellationToken),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        );
        return command;
    }
}
