using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>The head of a ledger at a moment: the text that is signed.</summary>
/// <remarks>Four lines: origin, number of leaves, root in base64, time (RFC 3339, UTC, milliseconds). Defined to the byte in
/// docs/protocol/ledger.md.</remarks>
/// <param name="Origin"><c>exam-monitor/{site}/{agent}</c>; also the signer's name.</param>
/// <param name="Size">Leaves, ≥ 0.</param>
/// <param name="Root">Merkle root over them.</param>
/// <param name="Time">When it was made, UTC, whole milliseconds.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root, DateTimeOffset Time)
{
    /// <summary>Origin of an agent's ledger.</summary>
    public static string OriginOf(SiteId site, AgentId agent) => $"exam-monitor/{site}/{agent}";

    /// <summary>Reads the text of a note; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        var lines = text?.Split('\n');
        if (lines is not { Length: 5 } || lines[0].Length == 0 || lines[4].Length != 0)
            return false;
        if (!long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            return false;
        if (!TreeHash.TryParseBase64(lines[2], out var root))
            return false;
        if (
            !DateTimeOffset.TryParseExact(
                lines[3],
                UtcJsonConverter.Format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time
            )
        )
            return false;
        var parsed = new Checkpoint(lines[0], size, root, time);
        if (!string.Equals(parsed.Format(), text, StringComparison.Ordinal))
            return false;
        checkpoint = parsed;
        return true;
    }

    /// <summary>Writes the text that is signed.</summary>
    public string Format() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n{UtcJsonConverter.ToText(Time)}\n");
}
