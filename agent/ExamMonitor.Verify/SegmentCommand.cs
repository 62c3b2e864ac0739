using System.CommandLine;
using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Verify;

/// <summary><c>exam-monitor-verify segment</c>: the steps of docs/protocol/verify-by-hand.md.</summary>
internal static class SegmentCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "Footage as it was handed over." };
        var entry = new Option<FileInfo>("--entry") { Description = "Its ledger entry, one line.", Required = true };
        var inclusion = new Option<FileInfo>("--inclusion") { Description = "Its inclusion file.", Required = true };
        var key = PublicKeyFile.Option();
        var policy = new Option<FileInfo?>("--policy")
        {
            Description = "Which witnesses must have cosigned the head: a file as in c2sp.org/tlog-policy (docs/protocol/witness.md).",
        };
        var command = new Command("segment", "Verifies one segment: content, signature, inclusion.")
        {
            file,
            entry,
            inclusion,
            key,
            policy,
        };
        command.SetAction(parsed =>
            new SegmentFiles(
                parsed.GetRequiredValue(file),
                parsed.GetRequiredValue(entry),
                parsed.GetRequiredValue(inclusion),
                parsed.GetRequiredValue(key),
                parsed.GetValue(policy)
            ).Run(Console.Out, Console.Error)
        );
        return command;
    }
}
