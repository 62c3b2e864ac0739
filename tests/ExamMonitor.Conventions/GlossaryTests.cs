using System.Text.RegularExpressions;
using Xunit;

namespace ExamMonitor.Conventions;

/// <summary>docs/glossary.md is the judge: a word that is gone stands nowhere, and a name that stays is one that is in use.</summary>
public sealed partial class GlossaryTests
{
    private const string Document = "docs/glossary.md";

    /// <summary>The change log says what each version said.</summary>
    private static readonly string[] Keeps = [Document, "CHANGELOG.md"];

    public static TheoryData<string> Gone => [.. Rows("## Words that are gone").SelectMany(r => r[0].Split(','))];

    public static TheoryData<string> Staying => [.. StayingNames()];

    [Theory]
    [MemberData(nameof(Gone))]
    public void Word_ThatIsGone_StandsNowhere(string word)
    {
        var said = new Regex(
            string.Join("[ -]?", word.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape)),
            RegexOptions.IgnoreCase,
            TimeSpan.FromSeconds(1)
        );
        var names = StayingNames();
        Assert.Empty(
            SourceTree
                .Text.Where(p => !Keeps.Contains(p) && !SourceTree.IsVendored(p))
                .SelectMany(p => SourceTree.Read(p).Split('\n').Select((line, i) => (Line: line, Where: $"{p}:{i + 1}")))
                .Where(l => said.IsMatch(names.Aggregate(l.Line, (line, name) => line.Replace(name, "", StringComparison.Ordinal))))
                .Select(l => l.Where)
        );
    }

    [Theory]
    [MemberData(nameof(Staying))]
    public void Name_ThatStays_IsInUse(string name) =>
        Assert.Contains(
            SourceTree.With(".cs", ".razor").Where(p => !p.StartsWith("tests/", StringComparison.Ordinal)),
            p => SourceTree.Read(p).Contains(name, StringComparison.Ordinal)
        );

    /// <summary>The longest first: one may hold another.</summary>
    private static List<string> StayingNames() =>
        [.. Rows("## Names that stay").Select(r => Name().Match(r[0]).Groups["name"].Value).OrderByDescending(n => n.Length)];

    private static List<string[]> Rows(string heading)
    {
        var text = SourceTree.Read(Document);
        var from = text.IndexOf(heading, StringComparison.Ordinal);
        Assert.True(from >= 0, $"{Document} has no \"{heading}\"");
        var to = text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        var rows = text[from..(to < 0 ? text.Length : to)]
            .Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(l => l.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
