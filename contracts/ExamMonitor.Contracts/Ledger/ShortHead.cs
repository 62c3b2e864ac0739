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
            if (i > 0 && i % 4 == 0)
                text.Append('-');
            text.Append(Alphabet[Five(bytes, i)]);
        }

        return text.ToString();
    }

    /// <summary>Reads it, in any case and with any white space and hyphens; O counts as 0, I and L as 1. False when a character is
    /// wrong.</summary>
    public static bool TryParse(string? text, out long size, out TreeHash root)
    {
        (size, root) = (0, default);
        if (text is not { Length: < 400 })
            return false;
        var parts = text.Trim().Split([' ', '\t', '\n', '\r'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out size))
            return false;
        var digits = parts[1].Where(c => c != '-' && !char.IsWhiteSpace(c)).Select(Value).ToArray();
        if (digits.Length != Characters || digits.Contains(-1))
            return false;
        var bytes = BytesOf(digits);
        root = new(bytes.AsSpan(0, TreeHash.Size));
        return Check(size, root).AsSpan().SequenceEqual(bytes.AsSpan(TreeHash.Size));
    }

    /// <summary>
    /// Where a head was mistyped, in a sentence that names the group: what a person looks at again. Null for a text that is no attempt at
    /// one.
    /// </summary>
    /// <remarks>The check of 24 bits tells that something is wrong, not where. A character is tried in every place: one fit in 1736 trials
    /// is the right one in all but one of ten thousand cases.</remarks>
    /// <param name="text">What <see cref="TryParse"/> refused.</param>
    public static LocalText? Explain(string? text)
    {
        if (text is not { Length: < 400 })
            return null;
        var parts = text.Trim().Split([' ', '\t', '\n', '\r'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (
            parts.Length != 2
            || !parts[0].All(char.IsAsciiDigit)
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        )
            return null;
        var groups = parts[1].Split(['-', ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < groups.Length && groups.Length > 1; i++)
        {
            if (groups[i].FirstOrDefault(c => Value(c) < 0) is var odd and not '\0')
                return Told(
                    $"Group {i + 1} ({groups[i]}) holds '{odd}', which no head has. Look at it again on the sheet.",
                    $"第 {i + 1} 组（{groups[i]}）含有检查点中不会出现的字符“{odd}”，请对照原件重新核对。"
                );
            if (groups[i].Length != 4)
                return Told(
                    $"Group {i + 1} ({groups[i]}) has {groups[i].Length} characters, not 4. Look at it again on the sheet.",
                    $"第 {i + 1} 组（{groups[i]}）有 {groups[i].Length} 个字符，应为 4 个，请对照原件重新核对。"
                );
        }

        var digits = string.Concat(groups).Select(Value).ToArray();
        if (digits.Contains(-1))
            return null;
        if (digits.Length != Characters)
            return Told(
                $"It has {groups.Length} groups with {digits.Length} characters in all, not 14 groups with 56: one was left out, or typed twice.",
                $"共 {groups.Length} 组 {digits.Length} 个字符，应为 14 组 56 个：可能漏输或重复了一组。"
            );
        var fits = Fits(size, digits).Take(2).ToList();
        return fits switch
        {
            [var at] when at >= 0 => Told(
                $"Group {at + 1} ({Group(digits, at)}) is wrong: a character of it was mistyped. Look at it again on the sheet.",
                $"第 {at + 1} 组（{Group(digits, at)}）有误：输错了其中的字符，请对照原件重新核对。"
            ),
            [_] => Told(
                $"The number of entries before the groups ({size}) is wrong. Look at it again on the sheet.",
                $"分组前的记录数（{size}）有误，请对照原件重新核对。"
            ),
            _ => Told("More than one group is wrong. Compare all of them with the sheet.", "有多组字符有误，请与原件逐组核对。"),
        };
    }

    /// <summary>
    /// Groups in which one other character, or two neighbours exchanged, makes the check fit; -1 for a digit of the number.
    /// </summary>
    private static HashSet<int> Fits(long size, int[] digits)
    {
        var found = new HashSet<int>();
        for (var i = 0; i < digits.Length; i++)
        {
            var kept = digits[i];
            for (var other = 0; other < Alphabet.Length; other++)
            {
                digits[i] = other;
                if (other != kept && Holds(size, digits))
                    found.Add(i / 4);
            }

            digits[i] = kept;
            if (i + 1 == digits.Length || digits[i + 1] == kept)
                continue;
            (digits[i], digits[i + 1]) = (digits[i + 1], digits[i]);
            if (Holds(size, digits))
                found.Add(i / 4);
            (digits[i], digits[i + 1]) = (digits[i + 1], digits[i]);
        }

        var number = size.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < number.Length; i++)
        for (var c = '0'; c <= '9'; c++)
            if (
                long.TryParse($"{number[..i]}{c}{number[(i + 1)..]}", NumberStyles.None, CultureInfo.InvariantCulture, out var other)
                && other != size
                && Holds(other, digits)
            )
                found.Add(-1);
        return found;
    }

    private static bool Holds(long size, int[] digits)
    {
        var bytes = BytesOf(digits);
        return Check(size, new(bytes.AsSpan(0, TreeHash.Size))).AsSpan().SequenceEqual(bytes.AsSpan(TreeHash.Size));
    }

    private static string Group(int[] digits, int group) => string.Concat(digits.Skip(group * 4).Take(4).Select(d => Alphabet[d]));

    private static LocalText Told(string en, string zh) => new(en, zh);

    private static byte[] BytesOf(int[] digits)
    {
        var bytes = new byte[TreeHash.Size + CheckBytes];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
            if ((digits[bit / 5] >> (4 - (bit % 5)) & 1) != 0)
                bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return bytes;
    }

    private static byte[] Check(long size, TreeHash root) =>
        System.Security.Cryptography.SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"exam-monitor/short-head/1\n{size}\n{root.ToBase64()}\n"))
        )[..CheckBytes];

    private static int Five(byte[] bytes, int character)
    {
        var value = 0;
        for (var bit = character * 5; bit < (character * 5) + 5; bit++)
            value = (value << 1) | (bytes[bit / 8] >> (7 - (bit % 8)) & 1);
        return value;
    }

    private static int Value(char character) =>
        char.ToUpperInvariant(character) switch
        {
            'O' => 0,
            'I' or 'L' => 1,
            var c => Alphabet.IndexOf(c, StringComparison.Ordinal),
        };
}
