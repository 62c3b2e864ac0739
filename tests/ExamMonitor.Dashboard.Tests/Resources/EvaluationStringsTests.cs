using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.TestKit;

namespace ExamMonitor.Dashboard.Tests.Resources;

/// <summary>The evaluators' sentences: whole in both languages, and there for every key that the pages name.</summary>
public sealed partial class EvaluationStringsTests
{
    private static readonly string Dashboard = Path.Combine(Repository.Root, "dashboard", "ExamMonitor.Dashboard");

    [Fact]
    public void Strings_BothLanguages_HaveTheSameKeysAndPlaceholders()
    {
        var (english, chinese) = (Load("EvaluationStrings.resx"), Load("EvaluationStrings.zh-Hans.resx"));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), chinese.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, e => Assert.Equal(Placeholders(e.Value), Placeholders(chinese[e.Key])));
    }

    [Fact]
    public void Strings_EveryKeyThatPagesName_Exists()
    {
        var known = Load("EvaluationStrings.resx").Keys.ToHashSet(StringComparer.Ordinal);
        var named = Directory.EnumerateFiles(Path.Combine(Dashboard, "Features", "Evaluation"), "*.razor")
            .SelectMany(f => Key().Matches(File.ReadAllText(f)).Select(m => m.Groups["key"].Value))
            .Concat(Enum.GetNames<DrawDimension>().Select(n => "By" + n)).Concat(Enum.GetNames<ScoreRole>().Select(n => "Role" + n))
                .Concat(Enum.GetNames<SampleVerdict>()).Concat(["Holds", "HoldsNot", "NotMeasured"]);
        Assert.Empty(named.Distinct(StringComparer.Ordinal).Where(k => !known.Contains(k)));
    }

    private static Dictionary<string, string> Load(string file) =>
        XDocument.Load(Path.Combine(Dashboard, "Resources", file)).Descendants("data").ToDictionary(d => d.Attribute("name")!.Value,
            d => d.Element("value")!.Value, StringComparer.Ordinal);

    private static string Placeholders(string text) => string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Distinct()
        .Order(StringComparer.Ordinal));

    [GeneratedRegex("\\bE\\[\"(?<key>\\w+)\"[\\],]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"\{\d\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
