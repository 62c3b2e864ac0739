using System.Text.Json;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.SetUp;

/// <summary>The sentences that the page's script says, in the language of the page.</summary>
internal static class SetUpWords
{
    /// <summary>All of them as one JSON object, by key.</summary>
    public static string Of(IStringLocalizer<SetUpStrings> words, IStringLocalizer<Strings> common)
    {
        var all = words
            .GetAllStrings(includeParentCultures: true)
            .GroupBy(w => w.Name, StringComparer.Ordinal)
            .ToDictionary(w => w.Key, w => w.First().Value, StringComparer.Ordinal);
        foreach (var result in Enum.GetNames<ActResult>())
            all["Act" + result] = common["Act" + result];
        return JsonSerializer.Serialize(all);
    }
}
