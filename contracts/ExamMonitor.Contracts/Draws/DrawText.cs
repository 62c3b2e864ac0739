using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Contracts.Draws;

/// <summary>How texts of a draw are ordered, escaped and hashed: docs/protocol/draw.md.</summary>
public static class DrawText
{
    /// <summary>Order of strata and units: by the bytes of their UTF-8.</summary>
    public static Comparer<string> ByBytes { get; } =
        Comparer<string>.Create(static (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

    /// <summary>SHA-256 as lower-case hexadecimal.</summary>
    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>SHA-256 of a text's UTF-8 as lower-case hexadecimal.</summary>
    public static string HashOf(string text) => HashOf(Encoding.UTF8.GetBytes(text));

    /// <summary>A part of a stratum's name: percent sign, slash and control characters are percent-encoded.</summary>
    public static string Escape(string part)
    {
        if (!part.Any(IsSpecial))
            return part;
        var text = new StringBuilder(part.Length);
        foreach (var c in part)
        {
            if (IsSpecial(c))
                foreach (var b in Encoding.UTF8.GetBytes([c]))
                    text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            else
                text.Append(c);
        }

        return text.ToString();
    }

    private static bool IsSpecial(char c) => c is '%' or '/' or '\u2028' or '\u2029' || char.IsControl(c);
}
