using System.Diagnostics;
using System.Text.RegularExpressions;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Conventions;

/// <summary>A line that people read is at most as wide as a page, and code is written by the formatter.</summary>
public sealed partial class LineWidthTests
{
    private const int Widest = 140;

    [Theory]
    [InlineData(".cs")]
    [InlineData(".md")]
    public void Lines_AreNotWiderThanAPage(string kind)
    {
        var files = SourceTree.With(kind).ToList();
        Assert.NotEmpty(files);
        var wide = files.SelectMany(p => TooWide(p).Select(n => $"{p}:{n}")).ToList();
        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    /// <summary>The formatter's check is its own program, as everyone runs it.</summary>
    [Fact]
    public async Task Code_IsAsTheFormatterWritesIt()
    {
        var start = new ProcessStartInfo("dotnet", ["csharpier", "check", "."])
        {
            UseShellExecute = false,
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var check = Process.Start(start)!;
        var said = await Task.WhenAll(check.StandardOutput.ReadToEndAsync(), check.StandardError.ReadToEndAsync());
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(check.ExitCode == 0, "Run: dotnet csharpier format .\n" + string.Concat(said));
    }

    [Theory]
    [InlineData(false, "| a row of a table |")]
    [InlineData(false, "无空格的中文段落")]
    [InlineData(true, "a sentence of plain words")]
    public void Line_OfAPage_IsJudgedByWhetherItCanBeParted(bool parted, string begin) =>
        Assert.Equal(
            parted,
            IsTooWide(begin + (parted ? " and more" : "|").PadRight(Widest + 1, parted ? 'x' : '文') + (parted ? " x" : ""), isCode: false)
        );

    private static IEnumerable<int> TooWide(string path)
    {
        var (fenced, raw, isCode) = (false, false, path.EndsWith(".cs", StringComparison.Ordinal));
        var lines = SourceTree.Read(path).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!isCode && lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            var inside = fenced || raw;
            if (isCode && Raw().Count(lines[i]) % 2 == 1)
                raw = !raw;
            if (!inside && IsTooWide(lines[i], isCode))
                yield return i + 1;
        }
    }

    /// <summary>Rows of tables, literals and text without a space cannot be parted. The formatter parts code, but no comment.</summary>
    private static bool IsTooWide(string line, bool isCode) =>
        line.Length > Widest
        && (
            isCode
                ? line.TrimStart() is ['/' or '#', ..] || !line.Contains('"', StringComparison.Ordinal)
                : !line.TrimStart().StartsWith('|') && line[..Widest].Trim().Contains(' ', StringComparison.Ordinal)
        );

    [GeneratedRegex("\"\"\"", RegexOptions.NonBacktracking)]
    private static partial Regex Raw();
}
