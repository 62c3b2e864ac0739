using System.Text.RegularExpressions;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;

namespace ExamMonitor.Dashboard.Tests.Resources;

/// <summary>The evaluators' sentences: whole in both languages, and there for every key that the pages name.</summary>
public sealed partial class EvaluationStringsTests
{
    [Fact]
    public void Strings_BothLanguages_HaveTheSameKeysAndPlaceholders() => ResourceFile.AssertBothLanguages("EvaluationStrings");

    [Fact]
    public void Strings_EveryKeyThatPagesName_Exists()
    {
        var known = ResourceFile.Load("EvaluationStrings.resx").Keys.ToHashSet(StringComparer.Ordinal);
        var named = Directory
            .EnumerateFiles(Path.Combine(ResourceFile.Dashboard, "Features", "Evaluation"), "*.razor")
            .SelectMany(f => Key().Matches(File.ReadAllText(f)).Select(m => m.Groups["key"].Value))
            .Concat(Enum.GetNames<DrawDimension>().Select(n => "By" + n))
            .Concat(Enum.GetNames<ScoreRole>().Select(n => "Role" + n))
            .Concat(Enum.GetNames<SampleVerdict>())
            .Concat(["Holds", "HoldsNot", "NotMeasured"]);
        Assert.Empty(named.Distinct(StringComparer.Ordinal).Where(k => !known.Contains(k)));
    }

    [GeneratedRegex("\\bE\\[\"(?<key>\\w+)\"[\\],]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Key();
}
