using System.Text;
using ExamMonitor.Contracts.Text;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>What a person sees of a field: nothing invisible, and characters of full width as what they stand for. Pure.</summary>
internal static class FieldText
{
    /// <summary>
    /// The text without control and format characters (a byte order mark, a zero-width space, a mark of direction); every kind of space is
    /// a space.
    /// </summary>
    public static string Visible(string text)
    {
        if (!text.Any(c => c != ' ' && SpreadsheetCell.IsInvisible(c)))
            return text.Trim();
        var visible = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!SpreadsheetCell.IsInvisible(c))
                visible.Append(c);
            else if (char.IsWhiteSpace(c))
                visible.Append(' ');
        }

        return visible.ToString().Trim();
    }

    /// <summary>
    /// For ids, names, numbers and times: <see cref="Visible"/>, and full width as half width (Unicode NFKC): <c>Ｒ７</c> is <c>R7</c>.
    /// </summary>
    public static string? Plain(string? text)
    {
        if (text is null)
            return null;
        try
        {
            var plain = Visible(text).Normalize(NormalizationForm.FormKC);
            return plain.Length == 0 ? null : plain;
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair: it stays as it is, and is refused where its meaning is asked for.
            return text;
        }
    }
}
