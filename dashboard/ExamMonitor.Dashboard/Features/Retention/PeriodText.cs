using System.Globalization;
using System.Text.RegularExpressions;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Windows of the law in words. Pure.</summary>
internal static partial class PeriodText
{
    /// <summary>"5 years (P5Y)"; a period that is not of years, months, weeks and days stands as it is.</summary>
    public static string Of(string iso, IStringLocalizer<Strings> l)
    {
        if (iso.Length > 40 || Iso().Match(iso) is not { Success: true } m)
            return iso;
        var parts = ((string Group, string Key)[])[("y", "Years"), ("m", "Months"), ("w", "Weeks"), ("d", "DaysLong")];
        var words = parts
            .Where(p => m.Groups[p.Group].Success)
            .Select(p => l[p.Key, int.Parse(m.Groups[p.Group].Value, CultureInfo.InvariantCulture)].Value)
            .ToList();
        return words.Count == 0 ? iso : $"{string.Join(" ", words)} ({iso})";
    }

    [GeneratedRegex(
        @"\AP((?<y>[0-9]{1,4})Y)?((?<m>[0-9]{1,4})M)?((?<w>[0-9]{1,4})W)?((?<d>[0-9]{1,5})D)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex Iso();
}
