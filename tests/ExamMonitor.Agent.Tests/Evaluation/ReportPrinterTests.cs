using System.Globalization;
using System.Text.RegularExpressions;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Evaluation;

/// <summary>Reports of what people write, read back by Poppler: nothing is lost, nothing stands off the page.</summary>
public sealed partial class ReportPrinterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Row_HigherThanAPage_GoesOnOnTheNext()
    {
        var words = string.Join(' ', Enumerable.Range(1000, 700));
        var text = await PrintAsync([
            new ReportBlock.Table(
                [1, 1, 6],
                [
                    ["Item", "Mark", "Why"],
                    ["EVA-1", words, "short"],
                    ["EVA-2", "3", "last row"],
                ]
            ),
        ]);
        Assert.Equal(
            Enumerable.Range(1000, 700),
            Numbers().Matches(text).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture)).Order()
        );
        Assert.Contains("last row", text, StringComparison.Ordinal);
        await InsideAsync();
    }

    [Fact]
    public async Task Note_OfFourThousandChineseCharacters_IsWhole()
    {
        var note = string.Concat(Enumerable.Repeat("考生在九号工位，未戴护目镜。", 285));
        var text = await PrintAsync([new ReportBlock.Paragraph(note)]);
        Assert.Equal(note.Count(c => c == '镜'), text.Count(c => c == '镜'));
        await InsideAsync();
    }

    /// <summary>Names hold characters that fonts do not have: what is missing is seen to be missing.</summary>
    [Fact]
    public async Task Character_OfNoFont_IsShownAsMissing()
    {
        var text = await PrintAsync([
            new ReportBlock.Paragraph("Name: \U00020BB7\u0007田"),
            new ReportBlock.Paragraph(string.Concat(Enumerable.Repeat("\U00020BB7", 300))),
        ]);
        Assert.Contains("Name: 〓田", text.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(301, text.Count(c => c == '〓'));
    }

    [GeneratedRegex(@"\b1[0-9]{3}\b")]
    private static partial Regex Numbers();

    private async Task<string> PrintAsync(IReadOnlyList<ReportBlock> blocks)
    {
        await File.WriteAllBytesAsync(
            _folder["report.pdf"],
            ReportPrinter.Print("Report", "foot", blocks)!,
            TestContext.Current.CancellationToken
        );
        return await OtherProgram.RunAsync("pdftotext", _folder["report.pdf"], "-");
    }

    /// <summary>No word lies below the foot of its page.</summary>
    private async Task InsideAsync()
    {
        var words = await OtherProgram.RunAsync("pdftotext", "-bbox", _folder["report.pdf"], "-");
        foreach (Match word in Places().Matches(words))
            Assert.InRange(double.Parse(word.Groups[1].Value, CultureInfo.InvariantCulture), 0, 835);
    }

    [GeneratedRegex("yMax=\"([0-9.]+)\"")]
    private static partial Regex Places();
}
