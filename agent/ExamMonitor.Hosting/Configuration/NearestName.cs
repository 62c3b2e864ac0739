namespace ExamMonitor.Hosting.Configuration;

/// <summary>Finds the known word that a mistyped one most likely meant.</summary>
internal static class NearestName
{
    /// <summary>The nearest of <paramref name="known"/> within a third of its length (at least 2) of edits; null when none is.</summary>
    public static string? Of(string written, IEnumerable<string> known) =>
        known
            .Select(k => (Name: k, Distance: Distance(written, k)))
            .Where(c => c.Distance <= Math.Max(2, c.Name.Length / 3))
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => c.Name)
            .FirstOrDefault();

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between the words, letter case aside.</summary>
    public static int Distance(string left, string right)
    {
        if (left.Length > 100)
            return int.MaxValue;
        var (a, b) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        var (before, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
