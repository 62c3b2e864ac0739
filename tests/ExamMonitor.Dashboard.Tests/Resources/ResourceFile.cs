using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExamMonitor.TestKit;

namespace ExamMonitor.Dashboard.Tests.Resources;

/// <summary>Files of sentences, one for each language.</summary>
internal static partial class ResourceFile
{
    /// <summary>Folder of the dashboard's sources.</summary>
    public static string Dashboard { get; } = Path.Combine(Repository.Root, "dashboard", "ExamMonitor.Dashboard");

    /// <summary>Key and sentence of each entry.</summary>
    public static Dictionary<string, string> Load(string file) =>
        XDocument
            .Load(Path.Combine(Dashboard, "Resources", file))
            .Root!.Elements("data")
            .ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.Ordinal);

    /// <summary>Both languages have the same keys, the same placeholders in each sentence, and no empty one.</summary>
    public static void AssertBothLanguages(string name)
    {
        var (english, chinese) = (Load(name + ".resx"), Load(name + ".zh-Hans.resx"));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), chinese.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, e => Assert.Equal(Placeholders(e.Value), Placeholders(chinese[e.Key])));
        Assert.All(english.Values.Concat(chinese.Values), v => Assert.False(string.IsNullOrWhiteSpace(v)));
    }

    private static string Placeholders(string text) =>
        string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{\d\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
