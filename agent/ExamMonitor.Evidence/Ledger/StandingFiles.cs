namespace ExamMonitor.Evidence.Ledger;

/// <summary>Which files the ledger has as segments that nothing let go.</summary>
internal static class StandingFiles
{
    private const int AtOnce = 4096;

    /// <summary>From the newest entry back: the newest word of a file decides. What is asked for was let go just now, as a rule.</summary>
    public static HashSet<string> Of(LedgerLog log, IReadOnlyCollection<string> paths)
    {
        var (asked, standing) = (paths.ToHashSet(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var end = log.Size; end > 0 && asked.Count > 0; )
        {
            var start = Math.Max(0, end - AtOnce);
            var some = log.ReadSome(start, (int)(end - start));
            for (var i = some.Count - 1; i >= 0 && asked.Count > 0; i--)
            {
                if (some[i].AsSpan().IndexOf("\"path\":"u8) < 0 || LedgerEntry.Parse(some[i]) is not { } entry)
                    continue;
                var (path, stands) = entry.Kind switch
                {
                    LedgerEntry.Segment => (entry.Path, true),
                    "restored" => (entry.Facts?.GetValueOrDefault("path"), true),
                    LedgerEntry.Destruction or "local-removed" => (entry.Facts?.GetValueOrDefault("path"), false),
                    _ => (null, false),
                };
                if (path is not null && asked.Remove(path) && stands)
                    standing.Add(path);
            }

            end = start;
        }

        return standing;
    }
}
