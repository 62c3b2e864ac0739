using System.CommandLine;
using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Verify;

/// <summary><c>exam-monitor-verify volume</c>.</summary>
internal static class VolumeCommand
{
    public static Command Create()
    {
        var volume = new Argument<DirectoryInfo>("folder") { Description = "Root folder of the footage volume, or of a copy." };
        var key = PublicKeyFile.Option();
        var origin = new Option<string?>("--origin") { Description = "exam-monitor/SITE/AGENT that the heads must name. Left out: any." };
        var authorities = new Option<FileInfo?>("--tsa-ca") { Description = "PEM file of the time stamp authorities that you trust." };
        var heads = new Option<string[]>("--head")
        {
            Description =
                "Head that somebody else kept, such as the dashboard: a file, or the text that was typed or scanned from a session record sheet. What it speaks of must be there. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var earlier = new Option<FileInfo[]>("--earlier-key")
        {
            Description =
                "Public key that was replaced by 'ledger new-key', PEM: what it signed before counts. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var policy = new Option<FileInfo?>("--policy")
        {
            Description =
                "Which witnesses must have cosigned, such as two of three: a file as in c2sp.org/tlog-policy (docs/protocol/witness.md).",
        };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command(
            "volume",
            "Compares every file of a volume with its ledger, and the ledger with its signed heads and time stamps."
        )
        {
            volume,
            key,
            earlier,
            origin,
            authorities,
            heads,
            policy,
            json,
        };
        command.SetAction(
            (parsed, token) =>
                Task.FromResult(
                    new VerificationFiles(
                        parsed.GetRequiredValue(volume),
                        parsed.GetRequiredValue(key),
                        parsed.GetValue(origin),
                        parsed.GetValue(authorities),
                        parsed.GetRequiredValue(heads),
                        parsed.GetValue(json)
                    )
                    {
                        EarlierKeys = parsed.GetRequiredValue(earlier),
                        Policy = parsed.GetValue(policy),
                    }.Run(Console.Out, Console.Error, !Console.IsErrorRedirected, token)
                )
        );
        return command;
    }
}
