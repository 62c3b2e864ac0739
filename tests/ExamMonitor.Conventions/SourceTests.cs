using System.Text.RegularExpressions;
using Xunit;

namespace ExamMonitor.Conventions;

public sealed partial class SourceTests
{
    private const int LongestFile = 500;

    /// <summary>Projects whose files lie on the footage volume.</summary>
    private static readonly string[] Product = ["agent/", "contracts/", "dashboard/"];

    /// <summary>Written in two parts, so that this file does not hold what it looks for.</summary>
    private static readonly string[] Banned =
    [
        "/" + "work/",
        "/" + "tmp/wt",
        ".." + "/shared",
        "/" + "root/",
        "/" + "home/",
        "C:\\" + "Users",
        "TO" + "DO",
        "FIX" + "ME",
        "HA" + "CK:",
        "NotImplemented" + "Exception",
    ];

    [Fact]
    public void File_OfCode_HasAtMost500Lines() =>
        Assert.Empty(
            SourceTree
                .With(".cs", ".razor", ".cpp", ".h", ".py", ".sh", ".js", ".css")
                .Where(p => !SourceTree.IsVendored(p))
                .Select(p => (Path: p, Lines: SourceTree.Read(p).Split('\n').Length))
                .Where(f => f.Lines > LongestFile)
        );

    [Fact]
    public void Text_NoFile_HoldsPathsOfOneMachineOrLooseEnds() =>
        Assert.Empty(
            SourceTree
                .Text.Where(p => !SourceTree.IsVendored(p))
                .SelectMany(p => SourceTree.Read(p).Split('\n').Select((line, i) => (Line: line, Where: $"{p}:{i + 1}")))
                .SelectMany(l => Banned.Where(b => l.Line.Contains(b, StringComparison.Ordinal)).Select(b => $"{l.Where}: {b}"))
        );

    /// <summary>
    /// The base library takes a disk that became read-only for a success: files are put on the disk by DiskFlush, which does not.
    /// </summary>
    [Fact]
    public void Flush_OfFiles_SwallowsNoRefusal() =>
        Assert.Empty(
            SourceTree
                .With(".cs")
                .Where(p => Product.Any(o => p.StartsWith(o, StringComparison.Ordinal)) && Path.GetFileName(p) != "DiskFlush.cs")
                .Where(p =>
                    SourceTree.Read(p) is var text
                    && (
                        text.Contains("flushToDisk", StringComparison.Ordinal)
                        || text.Contains("FlushToDisk(", StringComparison.Ordinal)
                        || text.Contains("Flush(true)", StringComparison.Ordinal)
                    )
                )
        );

    [Fact]
    public void LockFiles_NoEntry_NamesARegistryHost() =>
        Assert.Empty(
            SourceTree
                .Text.Where(p => Path.GetFileName(p) is "package-lock.json" or "packages.lock.json" or "yarn.lock" or ".npmrc")
                .Where(p =>
                    SourceTree.Read(p) is var text && (text.Contains("http://", StringComparison.Ordinal) || ResolvedUrl().IsMatch(text))
                )
        );

    [Fact]
    public void Namespace_EveryFileOfATest_BelongsToItsProject()
    {
        var wrong = new List<string>();
        foreach (var path in SourceTree.With(".cs").Where(p => p.StartsWith("tests/", StringComparison.Ordinal)))
        {
            var project = path.Split('/').FirstOrDefault(part => part.StartsWith("ExamMonitor.", StringComparison.Ordinal));
            var declared = Namespace().Match(SourceTree.Read(path)) is { Success: true } m ? m.Groups["name"].Value : null;
            if (declared is null || project is null)
                continue;
            if (declared != project && !declared.StartsWith(project + ".", StringComparison.Ordinal))
                wrong.Add($"{path}: {declared}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Keys_NeverComeFromThePseudoRandomGenerator()
    {
        var product = SourceTree.With(".cs", ".razor").Where(p => !p.StartsWith("tests/", StringComparison.Ordinal));
        Assert.Empty(
            product
                .SelectMany(p => SourceTree.Read(p).Split('\n').Select((line, i) => (Line: line, Where: $"{p}:{i + 1}", Path: p)))
                .Where(l => PseudoRandom().IsMatch(l.Line) && (Secret().IsMatch(l.Line) || Secret().IsMatch(Path.GetFileName(l.Path))))
                .Select(l => l.Where)
        );
    }

    [Fact]
    public void Names_OfTypesOfATest_AreNotEmptyWords() =>
        Assert.Empty(
            SourceTree
                .With(".cs")
                .Where(p => p.StartsWith("tests/", StringComparison.Ordinal))
                .SelectMany(p => EmptyName().Matches(SourceTree.Read(p)).Select(m => $"{p}: {m.Groups["name"].Value}"))
        );

    [Fact]
    public void Tests_AreNamedSubjectConditionOutcome() =>
        Assert.Empty(
            SourceTree
                .With(".cs")
                .Where(p => p.StartsWith("tests/", StringComparison.Ordinal))
                .SelectMany(p =>
                    TestMethod()
                        .Matches(SourceTree.Read(p))
                        .Select(m => m.Groups["name"].Value)
                        .Where(n => !n.Contains('_', StringComparison.Ordinal))
                        .Select(n => $"{p}: {n}")
                )
        );

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        "\"resolved\"\\s*:\\s*\"https?:|^resolved \"https?:|^registry\\s*=",
        RegexOptions.Multiline | RegexOptions.NonBacktracking
    )]
    private static partial Regex ResolvedUrl();

    [GeneratedRegex(@"new Random\(|Random\.Shared", RegexOptions.NonBacktracking)]
    private static partial Regex PseudoRandom();

    [GeneratedRegex("key|token|secret|password|salt|nonce|credential", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Secret();

    [GeneratedRegex(
        @"^\s*(public |internal |private )?(static |sealed |abstract |partial |readonly )*(class|record|struct|interface|record struct) (?<name>\w+(Manager|Helper|Helpers|Util|Utils|Data|Info2|2))\b",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex EmptyName();

    [GeneratedRegex(
        @"\[(Fact|Theory)[^\]]*\]\s*(\[[^\n]*\]\s*)*public (async )?(Task|ValueTask|void) (?<name>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex TestMethod();
}
