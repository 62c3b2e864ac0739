using System.Globalization;

namespace ExamMonitor.Contracts.Text;

/// <summary>A text in a cell that a spreadsheet shows and never runs. Pure; safe from any thread.</summary>
public static class SpreadsheetCell
{
    /// <summary>The text; with an apostrophe in front when a spreadsheet would take it for a formula.</summary>
    /// <remarks>
    /// A formula begins with = + - @ or their full-width forms. Spreadsheets pass over what stands before it and cannot be seen: spaces,
    /// control and format characters (Unicode categories Cc, Cf, Zs, Zl, Zp). A tab or a line end in front is guarded, too (OWASP, CSV
    /// injection).
    /// </remarks>
    /// <param name="text">Any text.</param>
    public static string Guard(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsFormula(text) ? "'" + text : text;
    }

    /// <summary>Takes the apostrophe of <see cref="Guard"/> away again; any other text stays as it is.</summary>
    /// <param name="text">Any text.</param>
    public static string Unguard(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text is ['\'', ..] && IsFormula(text.AsSpan(1)) ? text[1..] : text;
    }

    /// <summary>
    /// Whether a character has no picture of its own: control, format and separator characters, the byte order mark among them.
    /// </summary>
    /// <param name="c">A character.</param>
    public static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    private static bool IsFormula(ReadOnlySpan<char> text)
    {
        if (text is ['\t' or '\r' or '\n', ..])
            return true;
        while (text.Length > 0 && (IsInvisible(text[0]) || IsBlank(text[0])))
            text = text[1..];
        return text is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..];
    }

    // Marks without a letter before them, variation selectors, fillers and the empty braille cell: letters or symbols by category, blank to
    // the eye.
    private static bool IsBlank(char c) =>
        c is '\u115F' or '\u1160' or '\u3164' or '\uFFA0' or '\u2800'
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
