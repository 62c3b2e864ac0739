using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Transparency;

/// <summary>
/// What any log's checkpoint says (c2sp.org/tlog-checkpoint): of ours and of others'. Extension lines are allowed and not interpreted.
/// </summary>
/// <param name="Origin">The log.</param>
/// <param name="Size">Leaves, ≥ 0.</param>
/// <param name="Root">Root over them.</param>
public sealed record TreeHead(string Origin, long Size, TreeHash Root)
{
    /// <summary>Reads a checkpoint's text, which ends with a line feed; false for what is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TreeHead? head)
    {
        head = null;
        if (text is null || !text.EndsWith('\n'))
            return false;
        var lines = text[..^1].Split('\n');
        if (lines.Length < 3 || lines.Any(l => l.Length == 0))
            return false;
        if (!TryParseSize(lines[1], out var size) || !TreeHash.TryParseBase64(lines[2], out var root))
            return false;
        head = new(lines[0], size, root);
        return true;
    }

    /// <summary>Reads a number of leaves: decimal without leading zeros.</summary>
    public static bool TryParseSize(string text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && (text.Length == 1 || text[0] != '0');
}
