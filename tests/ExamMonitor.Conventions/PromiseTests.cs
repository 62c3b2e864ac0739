using System.Text.RegularExpressions;
using Xunit;

namespace ExamMonitor.Conventions;

/// <summary>
/// The table "What must not happen" of docs/footage.md: each line names the tests that hold it, and each of those is there.
/// </summary>
public sealed partial class PromiseTests
{
    private const string Document = "docs/footage.md";
    private const string Ledger = "docs/protocol/ledger.md";
    private const string Heading = "## What must not happen";

    /// <summary>Tests of the whole repository as namespace.class.method, by what stands in the source.</summary>
    private static readonly Lazy<HashSet<string>> Tests = new(() =>
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in SourceTree.With(".cs").Where(p => p.StartsWith("tests/", StringComparison.Ordinal)).Select(SourceTree.Read))
        {
            if (Namespace().Match(text) is not { Success: true } space)
                continue;
            foreach (Match test in TestMethod().Matches(text))
            {
                if (Class().Matches(text[..test.Index]).LastOrDefault() is { } owner)
                    names.Add($"{space.Groups["name"].Value}.{owner.Groups["name"].Value}.{test.Groups["name"].Value}");
            }
        }

        return names;
    });

    [Fact]
    public void EveryLine_NamesTestsThatExist()
    {
        var rows = Rows();
        Assert.True(rows.Count >= 16, $"{Document} has {rows.Count} lines under \"{Heading}\"");
        var wrong = rows.SelectMany(r => r.Tests.Where(t => !Tests.Value.Contains(t)).Select(t => $"{r.Line}: there is no test {t}"))
            .Concat(
                rows.Where(r => r.Tests.Count == 0 && !r.Text.Contains("see retention", StringComparison.Ordinal))
                    .Select(r => $"{r.Line}: names no test")
            );
        Assert.Empty(wrong);
    }

    /// <summary>Wherever a page names a test in full, that test is there; a class that it names alone is one of tests.</summary>
    [Fact]
    public void EveryPage_NamesTestsThatExist()
    {
        var classes = Tests.Value.Select(t => t.Split('.')[^2]).ToHashSet(StringComparer.Ordinal);
        var pages = SourceTree
            .With(".md")
            .Where(p => p.StartsWith("docs/", StringComparison.Ordinal) && !p.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .ToList();
        Assert.Contains(Ledger, pages);
        Assert.Empty(
            pages.SelectMany(p =>
                TestName()
                    .Matches(SourceTree.Read(p))
                    .Select(m => m.Groups["name"].Value)
                    .Where(n => n.Contains("Tests.", StringComparison.Ordinal) && !Tests.Value.Contains(n))
                    .Select(n => $"{p}: there is no test {n}")
            )
        );
        Assert.Empty(
            pages.SelectMany(p =>
                TestClass()
                    .Matches(SourceTree.Read(p))
                    .Select(m => m.Groups["name"].Value)
                    .Where(n => !classes.Contains(n))
                    .Select(n => $"{p}: there is no class of tests {n}")
            )
        );
    }

    [Fact]
    public void EveryPromiseOfTheLedger_NamesATest()
    {
        var text = SourceTree.Read(Ledger);
        var from = text.IndexOf("## What is promised", StringComparison.Ordinal);
        Assert.True(from >= 0, $"{Ledger} promises nothing");
        var rows = text[from..text.IndexOf("\n## ", from + 1, StringComparison.Ordinal)]
            .Split('\n')
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .ToList();
        Assert.True(rows.Count >= 15, $"{Ledger} has {rows.Count} promises");
        Assert.Empty(rows.Where(r => !TestName().IsMatch(r)));
    }

    [Fact]
    public void SourceOfThisProject_IsReadAsItIs() =>
        Assert.Contains(typeof(PromiseTests).FullName + "." + nameof(SourceOfThisProject_IsReadAsItIs), Tests.Value);

    private static List<Row> Rows()
    {
        var text = SourceTree.Read(Document);
        var from = text.IndexOf(Heading, StringComparison.Ordinal);
        Assert.True(from >= 0, $"{Document} has no \"{Heading}\"");
        var to = text.IndexOf("\n## ", from + 1, StringComparison.Ordinal);
        return
        [
            .. text[from..(to < 0 ? text.Length : to)]
                .Split('\n')
                .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
                .Skip(1)
                .Select(Parse),
        ];
    }

    private static Row Parse(string line)
    {
        var cells = line.Split('|', StringSplitOptions.TrimEntries);
        Assert.True(cells.Length == 5, $"{Document}: not three cells: {line}");
        return new(cells[1], cells[2], [.. TestName().Matches(cells[2]).Select(m => m.Groups["name"].Value)]);
    }

    private sealed record Row(string Line, string Text, List<string> Tests);

    [GeneratedRegex("`(?<name>ExamMonitor\\.[\\w.]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestName();

    [GeneratedRegex("`(?<name>\\w+Tests)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestClass();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^\s*(public |internal )?(static |sealed |abstract |partial )*class (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Class();

    [GeneratedRegex(
        @"\[(Fact|Theory)[^\]]*\]\s*(\[[^\n]*\]\s*)*public (async )?(Task|ValueTask|void) (?<name>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex TestMethod();
}
