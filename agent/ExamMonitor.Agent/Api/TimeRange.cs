using System.Globalization;
using System.Text.RegularExpressions;

namespace ExamMonitor.Agent.Api;

/// <summary>A stretch of time that a request asks for.</summary>
/// <param name="From">UTC.</param>
/// <param name="To">UTC, exclusive, after <paramref name="From"/>.</param>
internal sealed partial record TimeRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>Reads the two texts of a query.</summary>
    /// <param name="from">RFC 3339 with an offset or Z.</param>
    /// <param name="to">RFC 3339 with an offset or Z.</param>
    /// <param name="longest">Longest range that is answered.</param>
    /// <param name="fault">What is wrong and how to mend it; null when a range is returned.</param>
    public static TimeRange? Parse(string? from, string? to, TimeSpan longest, out string? fault)
    {
        if (!TryInstant(from, "from", out var start, out fault) || !TryInstant(to, "to", out var end, out fault))
            return null;
        fault =
            start >= end ? "'from' must be before 'to'."
            : end - start > longest
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"The range is longer than {longest.TotalHours:0} hours: ask for it in parts."
                )
            : null;
        return fault is null ? new(start, end) : null;
    }

    private static bool TryInstant(string? text, string name, out DateTimeOffset instant, out string? fault)
    {
        // A "+" that was not escaped in an address arrives as a blank.
        var written = text?.Trim().Replace(' ', '+');
        instant = default;
        fault = null;
        if (
            written is { Length: <= 40 }
            && Rfc3339().IsMatch(written)
            && DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out instant)
        )
            return true;
        fault =
            $"'{name}' is {(string.IsNullOrEmpty(text) ? "missing" : "not an instant")}: write it as 2026-03-01T08:00:00Z or with an offset such as +08:00.";
        return false;
    }

    [GeneratedRegex(
        @"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,7})?([Zz]|[+-]\d\d:\d\d)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Rfc3339();
}
