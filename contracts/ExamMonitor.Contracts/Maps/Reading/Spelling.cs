namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Whether a name is a slip of the pen for another.</summary>
internal static class Spelling
{
    /// <summary>Equal but for case and separators, or within two edits (one for names of up to four letters).</summary>
    public static bool IsNear(string written, string meant)
    {
        if (written.Length > 64)
            return false;
        var (a, b) = (Plain(written), Plain(meant));
        return string.Equals(a, b, StringComparison.Ordinal) || Distance(a, b) <= (b.Length <= 4 ? 1 : 2);
    }

    private static string Plain(string text) => new([.. text.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    /// <summary>Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
