using System.CommandLine;
using ExamMonitor.Footage.Verification;

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
        var command = new Command("segment", "Verifies one segment: content, signature, inclusion.") { file, entry, inclusion, key };
        command.SetAction(parsed => new SegmentFiles(parsed.GetRequiredValue(file), parsed.GetRequiredValue(entry), parsed.GetRequiredValue(inclusion), parsed.GetRequiredValue(key))
            .Run(Console.Out, Console.Error));
        return command;
    }
}
