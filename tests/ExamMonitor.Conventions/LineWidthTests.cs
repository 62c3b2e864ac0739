using System.Text.RegularExpressions;
using Xunit;

namespace ExamMonitor.Conventions;

/// <summary>A line that people read is at most as wide as a page. Folders that hold to it, hold to it; the others follow.</summary>
public sealed partial class LineWidthTests
{
    private const int Widest = 140;

    /// <summary>The longest literal that is a sentence of its own, and stays in one piece.</summary>
    private const int LongLiteral = 60;

    private static readonly string[] Folders =
    [
        "agent/ExamMonitor.Evidence/", "agent/ExamMonitor.Recording/", "agent/ExamMonitor.Retention/", "tests/ExamMonitor.Conventions/",
            "docs/",
    ];

    /// <summary>Pages and files of these folders that are still to follow.</summary>
    private static readonly HashSet<string> Following = new(
    [
        "agent/ExamMonitor.Recording/Playback/LiveWindow.cs", "agent/ExamMonitor.Recording/Playback/RangeReader.cs",
        "agent/ExamMonitor.Recording/Playback/TimelineReader.cs", "agent/ExamMonitor.Recording/Writing/CameraJournal.cs",
        "agent/ExamMonitor.Recording/Writing/SegmentFile.cs", "agent/ExamMonitor.Recording/Writing/WallLine.cs",
        "docs/access.md", "docs/calibration.md", "docs/cameras.md", "docs/evaluator.md", "docs/measurement-example.md",
        "docs/measurement-geometry.md", "docs/measurement.md", "docs/operations.md", "docs/technician.md", "docs/user-supervisor.md",
        "docs/decisions/0054-wall-time-from-arrivals.md", "docs/decisions/0065-sound-is-measured-after-the-commit.md",
        "docs/decisions/0310-a-no-is-asked-again-within-seconds.md", "docs/decisions/0311-sound-alone-claims-no-time.md",
        "docs/decisions/0312-the-arrival-at-the-relay.md", "tests/ExamMonitor.Conventions/PromiseTests.cs",
    ], StringComparer.Ordinal);

    public static TheoryData<string> Held => [.. Folders];

    [Theory]
    [MemberData(nameof(Held))]
    public void Lines_OfAFolder_AreNotWiderThanAPage(string folder)
    {
        var files = SourceTree.With(".cs", ".md").Where(p => p.StartsWith(folder, StringComparison.Ordinal) && !Following.Contains(p))
            .ToList();
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(p => TooWide(p).Select(n => $"{p}:{n}")));
    }

    [Theory]
    [InlineData(false, "| a row of a table |")]
    [InlineData(false, "无空格的中文段落")]
    [InlineData(true, "a sentence of plain words")]
    public void Line_OfAPage_IsJudgedByWhetherItCanBeParted(bool parted, string begin) =>
        Assert.Equal(parted, IsTooWide(
            begin + (parted ? " and more" : "|").PadRight(Widest + 1, parted ? 'x' : '文') + (parted ? " x" : ""), isCode: false));

    private static IEnumerable<int> TooWide(string path)
    {
        var (fenced, raw, isCode) = (false, false, path.EndsWith(".cs", StringComparison.Ordinal));
        var lines = SourceTree.Read(path).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!isCode && lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
            var inside = fenced || raw;
            if (isCode && Raw().Count(lines[i]) % 2 == 1) raw = !raw;
            if (!inside && IsTooWide(lines[i], isCode)) yield return i + 1;
        }
    }

    /// <summary>Rows of tables, literals and text without a space cannot be parted.</summary>
    private static bool IsTooWide(string line, bool isCode) => line.Length > Widest
        && (isCode ? Literal().Matches(line).All(m => m.Length < LongLiteral)
        : !line.TrimStart().StartsWith('|') && line[..Widest].Trim().Contains(' ', StringComparison.Ordinal));

    [GeneratedRegex("\"\"\"", RegexOptions.NonBacktracking)]
    private static partial Regex Raw();

    [GeneratedRegex(@"""(\\.|[^""\\])*""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Literal();
}
