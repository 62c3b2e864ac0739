using System.Globalization;
using System.Text;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>
/// A head in few characters, to be typed from paper: number of entries, then the root and a check of both in Crockford's base 32, in groups
/// of
/// four. What paper proves is the root; the signature stands in the QR code beside it.
/// </summary>
public static class ShortHead
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int CheckBytes = 3;
    private const int Characters = 56;

    /// <summary>Writes it: <c>2417 ABCD-…</c>, 14 groups.</summary>
    public static string Format(long size, TreeHash root)
    {
        byte[] bytes = [.. root.ToArray(), .. Check(size, root)];
        var text = new StringBuilder(size.ToString(CultureInfo.InvariantCulture)).Append(' ');
        for (var i = 0; i < Characters; i++)
        {
            if (i > 0 && i % 4 == 0) text.Append('-');
            text.Append(Alphabet[Five(bytes, i)]);
        }

        return text.ToString();
    }

    /// <summary>Reads it, in any case and with any white space and hyphens; O counts as 0, I and L as 1. False when a character is
    /// wrong.</summary>
    public static bool TryParse(string? text, out long size, out TreeHash root)
    {
        (size, root) = (0, default);
        if (text is not { Length: < 400 }) return false;
        var parts = text.Trim().Split([' ', '\t', '\n', '\r'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out size)) return false;
        var digits = parts[1].Where(c => c != '-' && !char.IsWhiteSpace(c)).Select(Value).ToArray();
        if (digits.Length != Characters || digits.Contains(-1)) return false;
        var bytes = new byte[TreeHash.Size + CheckBytes];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
            if ((digits[bit / 5] >> (4 - (bit % 5)) & 1) != 0) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        root = new(bytes.AsSpan(0, TreeHash.Size));
        return Check(size, root).AsSpan().SequenceEqual(bytes.AsSpan(TreeHash.Size));
    }

    private static byte[] Check(long size, TreeHash root) =>
        System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"exam-monitor/short-head/1\n{size}\n{root.ToBase64()}\n")))[..CheckBytes];

    private static int Five(byte[] bytes, int character)
    {
        var value = 0;
        for (var bit = character * 5; bit < (character * 5) + 5; bit++) value = (value << 1) | (bytes[bit / 8] >> (7 - (bit % 8)) & 1);
        return value;
    }

    private static int Value(char character) => char.ToUpperInvariant(character) switch
    {
        'O' => 0,
        'I' or 'L' => 1,
        var c => Alphabet.IndexOf(c, StringComparison.Ordinal),
    };
}
