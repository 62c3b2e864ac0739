using System.Globalization;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Components;

/// <summary>Words for the machine-readable reasons of claims and gaps.</summary>
internal static class ReasonText
{
    private const string OfCamera = "camera:";

    /// <summary>The reason in the language of the page; a reason that has no words is left out: a code helps nobody.</summary>
    public static string? Of(string? reason, IStringLocalizer<Strings> words)
    {
        if (string.IsNullOrEmpty(reason))
            return null;
        var isCamera = reason.StartsWith(OfCamera, StringComparison.Ordinal);
        var word = isCamera ? reason[OfCamera.Length..] : reason;
        var parts = word.Split('-', StringSplitOptions.RemoveEmptyEntries);
        var pascal = string.Concat(parts.Select(w => char.ToUpper(w[0], CultureInfo.InvariantCulture) + w[1..]));
        foreach (var key in isCamera ? (string[])["Health" + pascal] : ["Reason-" + word, "Cause" + pascal, "Health" + pascal])
        {
            if (words[key] is { ResourceNotFound: false } found)
                return "· " + found.Value;
        }

        return null;
    }
}
