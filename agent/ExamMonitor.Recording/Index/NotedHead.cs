using System.Globalization;

namespace ExamMonitor.Recording.Index;

/// <summary>The newest signed head of the ledger, as the index noted it: <c>SIZE ROOT</c>.</summary>
internal static class NotedHead
{
    /// <summary>Name of the fact in the index.</summary>
    public const string Fact = "ledger-head";

    /// <summary>Whether a ledger has fewer entries than were signed for when the index was last written.</summary>
    public static bool IsShorter(FootageIndex index, long size) => index.Read(NotedSize) is > 0 and var noted && noted > size;

    /// <summary>Its number of entries; 0 for none.</summary>
    public static long NotedSize(IndexQueries queries) =>
        queries.RetentionFact(Fact)?.Split(' ') is [var text, _]
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var noted)
            ? noted
            : 0;
}
