using System.Text;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>
/// Text as every database takes it. PostgreSQL refuses NUL and half characters, which a log-in form or a broker can send: the entry would
/// be lost with its text.
/// </summary>
internal static class StoredText
{
    private const char Replacement = '\uFFFD';

    /// <summary>The text; NUL and halves of a surrogate pair stand as U+FFFD. Null stays null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null || !IsOdd(text))
            return text;
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            kept.Append(rune.Value == 0 ? Replacement.ToString() : rune.ToString());
        return kept.ToString();
    }

    private static bool IsOdd(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return true;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }

        return false;
    }
}
