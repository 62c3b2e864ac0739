using System.Globalization;
using System.Text;

namespace ExamMonitor.Packs.Verification;

/// <summary>Which names a file of a pack may have: nothing that could lead out of the folder into which a person unpacks it.</summary>
internal static class PackNames
{
    private const int Longest = 300;
    private const int Deepest = 12;

    /// <summary>
    /// Whether a character is not shown, but changes how others are: controls, directions, ends of line. None of them reaches a person.
    /// </summary>
    private static bool IsUnseen(Rune c) =>
        Rune.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    /// <summary>A text from outside as it may be shown.</summary>
    public static string Shown(string text) =>
        text.EnumerateRunes().Any(IsUnseen) ? string.Concat(text.EnumerateRunes().Select(c => IsUnseen(c) ? "?" : c.ToString())) : text;

    /// <summary>What is wrong with a name; null for nothing.</summary>
    public static string? Fault(string name)
    {
        if (name.Length is 0 or > Longest)
            return "its name is empty or too long";
        if (name.EnumerateRunes().Any(IsUnseen) || name.Any(c => c is '\\' or ':' or '\ufffd' or '*' or '?' or '"' or '<' or '>' or '|'))
            return "its name holds a character that no name of a pack holds";
        var parts = name.Split('/');
        if (parts.Length > Deepest)
            return "it lies too deep";
        return parts.Any(p => p.Length == 0 || p is "." or ".." || p.EndsWith(' ') || p.EndsWith('.'))
            ? "its name would lead to another place"
            : null;
    }
}
