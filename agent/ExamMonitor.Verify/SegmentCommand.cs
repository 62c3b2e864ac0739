using System.CommandLine;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Footage;
using ExamMonitor.Footage.Ledger;
using ExamMonitor.Footage.Verification;

namespace ExamMonitor.Verify;

/// <summary><c>exam-monitor-verify segment</c>: the steps of docs/protocol/verify-by-hand.md.</summary>
internal static class SegmentCommand
{
    private const int MaxText = 1 << 20;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "Footage as it was handed over." };
        var entry = new Option<FileInfo>("--entry") { Description = "Its ledger entry, one line.", Required = true };
        var inclusion = new Option<FileInfo>("--inclusion") { Description = "Its inclusion file.", Required = true };
        var key = PublicKeyFile.Option();
        var policy = new Option<FileInfo?>("--policy") { Description = "Which witnesses must have cosigned the head: a file as in c2sp.org/tlog-policy (docs/protocol/witness.md)." };
        var command = new Command("segment", "Verifies one segment: content, signature, inclusion.") { file, entry, inclusion, key, policy };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetRequiredValue(entry), parsed.GetRequiredValue(inclusion), parsed.GetRequiredValue(key), parsed.GetValue(policy)));
        return command;
    }

    private static int Run(FileInfo footage, FileInfo entryFile, FileInfo inclusionFile, FileInfo keyFile, FileInfo? policyFile)
    {
        try
        {
            using var key = VerificationFiles.ReadKey(keyFile);
            var policy = VerificationFiles.ReadPolicy(policyFile);
            if (entryFile.Length > MaxText || inclusionFile.Length > MaxText) throw new IOException("The entry or the inclusion file is far too large to be one.");
            var line = File.ReadAllBytes(entryFile.FullName).AsSpan().TrimEnd((byte)'\n');
            using var stream = footage.OpenRead();
            var intact = string.Equals(LedgerEntry.Parse(line)?.Sha256, Convert.ToHexStringLower(SHA256.HashData(stream)), StringComparison.Ordinal);
            var read = InclusionFile.TryParse(File.ReadAllText(inclusionFile.FullName), out var inclusion);
            Checkpoint? head = null;
            var signed = read && SignedNote.TryParse(inclusion!.Note, out var note) && Checkpoint.TryParse(note.Text, out head) && note.IsSignedBy(head.Origin, key);
            var proved = head is not null && MerkleTree.CheckInclusion(inclusion!.Index, MerkleTree.LeafHash(line), head.Size, head.Root, inclusion.Proof);
            Console.WriteLine($"content    {(intact ? "intact" : "CHANGED")}");
            Console.WriteLine($"signature  {(signed ? $"holds: {head!.Origin}, {head.Time:yyyy-MM-dd HH:mm:ss} UTC" : "DOES NOT HOLD")}");
            Console.WriteLine($"inclusion  {(proved ? $"proved: entry {inclusion!.Index} of {head!.Size}" : "NOT PROVED")}");
            var witnessed = policy is null || (signed && PolicyText.Write(Console.Out, policy, inclusion!.Note, head!));
            return intact && signed && proved && witnessed ? 0 : 1;
        }
        catch (Exception e) when (e is FootageException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }
}
