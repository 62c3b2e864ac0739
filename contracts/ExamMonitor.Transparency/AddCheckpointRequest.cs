using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Transparency;

/// <summary>
/// Body of <c>add-checkpoint</c> (c2sp.org/tlog-witness): a size, a consistency proof from it, an empty line, the checkpoint.
/// </summary>
/// <param name="OldSize">Size that the witness cosigned last, ≥ 0.</param>
/// <param name="Proof">RFC 6962 §2.1.2, at most <see cref="MaxHashes"/>.</param>
/// <param name="Note">Signed checkpoint.</param>
public sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<TreeHash> Proof, SignedNote Note)
{
    /// <summary>Most hashes of a proof.</summary>
    public const int MaxHashes = 63;

    /// <summary>Longest body that is read, bytes.</summary>
    public const int MaxBytes = SignedNote.MaxLength + (MaxHashes * 45) + 64;

    /// <summary>Content type of the answer to a size that is not the last one.</summary>
    public const string SizeContentType = "text/x.tlog.size";

    private const string OldWord = "old ";

    /// <summary>Reads a body; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse([NotNullWhen(true)] string? body, [NotNullWhen(true)] out AddCheckpointRequest? request)
    {
        request = null;
        if (body is null || body.Length > MaxBytes || body.IndexOf("\n\n", StringComparison.Ordinal) is not (> 0 and var split))
            return false;
        var lines = body[..split].Split('\n');
        if (
            lines.Length > MaxHashes + 1
            || !lines[0].StartsWith(OldWord, StringComparison.Ordinal)
            || !TreeHead.TryParseSize(lines[0][OldWord.Length..], out var old)
        )
            return false;
        var proof = new List<TreeHash>();
        foreach (var line in lines.Skip(1))
        {
            if (!TreeHash.TryParseBase64(line, out var hash))
                return false;
            proof.Add(hash);
        }

        if (!SignedNote.TryParse(body[(split + 2)..], out var note))
            return false;
        request = new(old, proof, note);
        return true;
    }

    /// <summary>Writes the body.</summary>
    public string Format()
    {
        var result = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{OldWord}{OldSize}\n");
        foreach (var hash in Proof)
            result.Append(hash.ToBase64()).Append('\n');
        return result.Append('\n').Append(Note.Format()).ToString();
    }
}
