using System.Security.Cryptography;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>What a person hands to the verification of one segment: the steps of docs/protocol/verify-by-hand.md.</summary>
/// <param name="Footage">Footage as it was handed over.</param>
/// <param name="Entry">Its ledger entry, one line.</param>
/// <param name="Inclusion">Its inclusion file.</param>
/// <param name="Key">Public key, PEM.</param>
/// <param name="Policy">Which witnesses must have cosigned the head; null to ask for none.</param>
public sealed record SegmentFiles(FileInfo Footage, FileInfo Entry, FileInfo Inclusion, FileInfo Key, FileInfo? Policy = null)
{
    private const int MaxText = 1 << 20;

    /// <summary>Verifies, and writes three answers.</summary>
    /// <param name="output">For the answers.</param>
    /// <param name="errors">For what could not be done.</param>
    /// <returns>0 when all three hold, 1 when one does not, 2 when it could not be checked.</returns>
    public int Run(TextWriter output, TextWriter errors)
    {
        try
        {
            using var key = VerificationFiles.ReadKey(Key);
            var policy = VerificationFiles.ReadPolicy(Policy);
            if (Entry.Length > MaxText || Inclusion.Length > MaxText)
                throw new IOException("The entry or the inclusion file is far too large to be one.");
            var line = File.ReadAllBytes(Entry.FullName).AsSpan().TrimEnd((byte)'\n');
            using var stream = Footage.OpenRead();
            if (RedactedCopyMark.IsOn(stream))
                output.WriteLine("copy       A REDACTED COPY, NO EVIDENCE: ask for the segments that its metadata names");
            stream.Position = 0;
            var intact = string.Equals(
                LedgerEntry.Parse(line)?.Sha256,
                Convert.ToHexStringLower(SHA256.HashData(stream)),
                StringComparison.Ordinal
            );
            var read = InclusionFile.TryParse(File.ReadAllText(Inclusion.FullName), out var inclusion);
            Checkpoint? head = null;
            var signed =
                read
                && SignedNote.TryParse(inclusion!.Note, out var note)
                && Checkpoint.TryParse(note.Text, out head)
                && note.IsSignedBy(head.Origin, key);
            var proved =
                head is not null
                && MerkleTree.CheckInclusion(inclusion!.Index, MerkleTree.LeafHash(line), head.Size, head.Root, inclusion.Proof);
            output.WriteLine($"content    {(intact ? "intact" : "CHANGED")}");
            var by = signed ? $"holds: {head!.Origin}, {head.Time:yyyy-MM-dd HH:mm:ss} UTC by the agent's own clock" : "DOES NOT HOLD";
            output.WriteLine($"signature  {by}");
            output.WriteLine($"inclusion  {(proved ? $"proved: entry {inclusion!.Index} of {head!.Size}" : "NOT PROVED")}");
            var witnessed = policy is null || (signed && PolicyText.Write(output, policy, inclusion!.Note, head!));
            return intact && signed && proved && witnessed ? 0 : 1;
        }
        catch (Exception e) when (e is FootageException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(e.Message);
            return 2;
        }
    }
}
