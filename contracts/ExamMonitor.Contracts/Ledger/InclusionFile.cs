using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>An inclusion proof together with the checkpoint it leads to, as one text file: <c>exam-monitor/inclusion/1</c>.</summary>
/// <remarks>First line the format, then <c>index N</c>, one hash in base64 per line from the leaf upward, an empty line, the signed
/// note.</remarks>
/// <param name="Index">Number of the entry, ≥ 0.</param>
/// <param name="Proof">RFC 9162 §2.1.3.1.</param>
/// <param name="Note">Signed checkpoint.</param>
public sealed record InclusionFile(long Index, IReadOnlyList<TreeHash> Proof, string Note)
{
    /// <summary>First line.</summary>
    public const string FormatName = "exam-monitor/inclusion/1";

    private const int MaxHashes = 63;
    private const string IndexWord = "index ";

    /// <summary>Reads the file; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse([NotNullWhen(true)] string? source, [NotNullWhen(true)] out InclusionFile? file)
    {
        file = null;
        if (source is null || source.Length > SignedNote.MaxLength + (MaxHashes * 45) + 64)
            return false;
        var split = source.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0)
            return false;
        var lines = source[..split].Split('\n');
        if (
            lines.Length is < 2 or > MaxHashes + 2
            || !string.Equals(lines[0], FormatName, StringComparison.Ordinal)
            || !lines[1].StartsWith(IndexWord, StringComparison.Ordinal)
        )
            return false;
        if (!long.TryParse(lines[1].AsSpan(IndexWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        var proof = new List<TreeHash>();
        foreach (var line in lines.Skip(2))
        {
            if (!TreeHash.TryParseBase64(line, out var hash))
                return false;
            proof.Add(hash);
        }

        var parsed = new InclusionFile(index, proof, source[(split + 2)..]);
        if (!string.Equals(parsed.Format(), source, StringComparison.Ordinal))
            return false;
        file = parsed;
        return true;
    }

    /// <summary>Writes the file.</summary>
    public string Format()
    {
        var result = new StringBuilder(FormatName).Append('\n').Append(CultureInfo.InvariantCulture, $"{IndexWord}{Index}\n");
        foreach (var hash in Proof)
            result.Append(hash.ToBase64()).Append('\n');
        return result.Append('\n').Append(Note).ToString();
    }
}
