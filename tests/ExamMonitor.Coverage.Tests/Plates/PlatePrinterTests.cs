using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.Coverage.Tests.Geometry;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Plates;

public sealed class PlatePrinterTests
{
    [Theory]
    [InlineData(PlatePaper.A4, 595.276, 841.890, 0.136)]
    [InlineData(PlatePaper.A3, 841.890, 1190.551, 0.196)]
    public async Task Print_SampleRoom_HasAPageOfTrueSizeForEachStation(PlatePaper paper, double width, double height, double border)
    {
        using var folder = new TempFolder();
        var print = PlatePrinter.Print(SampleRoom.Map, folder["plates.pdf"], paper);
        Assert.Equal(new(12, null), print);
        var info = await PopplerAsync("pdfinfo", "-f", "1", "-l", "12", folder["plates.pdf"]);
        Assert.Matches(@"Pages: +12\n", info);
        var sizes = Regex.Matches(info, @"Page +\d+ size: +(?<width>[\d.]+) x (?<height>[\d.]+) pts");
        Assert.Equal(12, sizes.Count);
        // Skia rounds a sheet to dots of 1/300 inch; what is drawn on it keeps its size.
        Assert.All(sizes, s => Assert.Equal(width, double.Parse(s.Groups["width"].Value, CultureInfo.InvariantCulture), 0.12));
        Assert.All(sizes, s => Assert.Equal(height, double.Parse(s.Groups["height"].Value, CultureInfo.InvariantCulture), 0.12));
        Assert.Contains($"Station plates, room {SampleRoom.Map.Room.Id}", info);
        Assert.Equal(border, PlatePrinter.BorderMetres(paper), 1e-9);
        Assert.True(new FileInfo(folder["plates.pdf"]).Length < 4_000_000, "the Chinese font whole, once");
        PlatePrinter.Print(SampleRoom.Map, folder["again.pdf"], paper);
        Assert.Equal(File.ReadAllBytes(folder["plates.pdf"]), File.ReadAllBytes(folder["again.pdf"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Print_ForAViewer_AsksForTrueSizeInAWholeFile()
    {
        using var folder = new TempFolder();
        PlatePrinter.Print(SampleRoom.Map, folder["plates.pdf"]);
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(folder["plates.pdf"]));
        Assert.Single(text.Split("/ViewerPreferences <</PrintScaling /None>>").Skip(1));
        Assert.EndsWith("%%EOF\n", text);
        var at = text.Length;
        while (Table(text, at) is { } table)
        {
            foreach (var (number, offset) in table.Objects)
                Assert.StartsWith($"{number} 0 obj\n", text[offset..], StringComparison.Ordinal);
            at = table.Start;
        }

        Assert.True(at < text.Length, "the file has a table of its objects");
    }

    [Fact]
    public async Task Print_Words_AreReadBackAsTheyWereWritten()
    {
        using var folder = new TempFolder();
        PlatePrinter.Print(SampleRoom.Map, folder["plates.pdf"]);
        var words = await PopplerAsync("pdftotext", "-l", "1", "-layout", folder["plates.pdf"], "-");
        var station = SampleRoom.Map.Stations[0];
        Assert.Contains($"{SampleRoom.Map.Room.Name} · {SampleRoom.Map.Room.Id}", words);
        Assert.Contains($"station {station.Id} 工位 {station.Id} · tag ", words);
        Assert.Contains("Print at 100 % (no \"fit to page\"), matt paper", words);
        Assert.Contains("请平整贴在工位上或旁边，勿被手或屏幕遮挡；标签四周的白边须保留。", words);
        Assert.Contains("标定时平放在台面正中。按 100 % 打印（勿选“适合页面”），用哑光纸，勿覆膜。", words);
        Assert.Contains("此线段应恰为 100 毫米", words);
    }

    [Theory]
    [InlineData(PlatePaper.A4)]
    [InlineData(PlatePaper.A3)]
    public async Task Print_Tag_IsReadFromThePageInTheSizeThatWasPromised(PlatePaper paper)
    {
        const double PixelsPerMetre = 72 / 0.0254;
        using var folder = new TempFolder();
        var map = Map(("S01", "7"), ("S02", "586"));
        PlatePrinter.Print(map, folder["plates.pdf"], paper);
        await PopplerAsync("pdftoppm", "-r", "72", "-png", folder["plates.pdf"], folder["page"]);
        using var finder = new PlateFinder();
        foreach (var (page, tag) in new[] { ("page-1.png", 7), ("page-2.png", 586) })
        {
            var seen = Assert.Single(finder.Find([Picture.Decode(File.ReadAllBytes(folder[page]))]));
            Assert.Equal(tag, seen.Tag);
            Assert.Equal(PlatePrinter.BorderMetres(paper) * PixelsPerMetre, seen.SidePx, 2.0);
        }
    }

    [Theory]
    [InlineData("S01", "12", 12)]
    [InlineData("S01", "A-07", 7)]
    [InlineData("S31", "west", 31)]
    public void Numbers_ComeFromTheLabel_ElseFromTheId(string id, string label, int tag)
    {
        var (numbers, problem) = PlateNumbers.Of(Map((id, label)));
        Assert.Null(problem);
        Assert.Equal(tag, numbers!.TagOf(StationId.Of(id)));
        Assert.Equal(id, numbers.StationOf(tag)!.Value.Text);
        Assert.Null(numbers.StationOf(tag + 1));
    }

    [Theory]
    [InlineData("both have number 7", "S01", "A-7", "S02", "B-7")]
    [InlineData("has no number", "S01", "1", "door", "door")]
    [InlineData("plates go from 0 to 586", "S01", "1", "S02", "587")]
    [InlineData("plates go from 0 to 586", "S01", "1", "S02", "99999999999999999999")]
    public void Print_NumbersThatCannotDo_SaysWhichStationAndWritesNothing(
        string expected,
        string id1,
        string label1,
        string id2,
        string label2
    )
    {
        using var folder = new TempFolder();
        var print = PlatePrinter.Print(Map((id1, label1), (id2, label2)), folder["plates.pdf"]);
        Assert.Equal(0, print.Pages);
        Assert.Contains(expected, print.Problem!.En);
        Assert.Contains(id2, print.Problem.Zh);
        Assert.False(File.Exists(folder["plates.pdf"]));
    }

    [Fact]
    public async Task Print_HostileAndChineseNames_ArePrintedAsText()
    {
        using var folder = new TempFolder();
        var map = Map(("S01", "1")) with { Room = SampleRoom.Map.Room with { Name = ") Tj (\\第七\u0000考场\U0001F600" } };
        Assert.Equal(1, PlatePrinter.Print(map, folder["plates.pdf"]).Pages);
        Assert.Contains(") Tj (\\第七考场", await PopplerAsync("pdftotext", folder["plates.pdf"], "-"));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
    }

    [Fact]
    public void Fonts_ThatAreNoFonts_ArePassedOver()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["dejavu"]);
        Directory.CreateDirectory(folder["droid"]);
        Assert.Equal(new(null, null, null), PrintFonts.In([folder.Path]));
        File.WriteAllText(Path.Combine(folder["dejavu"], "DejaVuSans.ttf"), "OTTO and no more than that");
        File.WriteAllBytes(Path.Combine(folder["droid"], "DroidSansFallbackFull.ttf"), []);
        File.Copy("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", folder["arial.ttf"]);
        var fonts = PrintFonts.In([folder.Path]);
        Assert.Equal("DejaVu Sans", fonts.Latin!.FamilyName);
        Assert.Null(fonts.Chinese);
    }

    // The table that the last startxref before a place points at; null where there is none.
    private static (int Start, IReadOnlyList<(int Number, int Offset)> Objects)? Table(string text, int before)
    {
        var mark = text.LastIndexOf("startxref\n", before - 1, StringComparison.Ordinal);
        if (mark < 0)
            return null;
        var start = int.Parse(text[(mark + 10)..].Split('\n')[0]);
        var lines = text[start..].Split('\n');
        Assert.Equal("xref", lines[0]);
        var (first, count) = (int.Parse(lines[1].Split(' ')[0]), int.Parse(lines[1].Split(' ')[1]));
        return (
            start,
            [.. Enumerable.Range(0, count).Where(i => lines[2 + i][17] == 'n').Select(i => (first + i, int.Parse(lines[2 + i][..10])))]
        );
    }

    private static async Task<string> PopplerAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await errors);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static StationMap Map(params (string Id, string Label)[] stations) =>
        SampleRoom.Map with
        {
            Stations = [.. stations.Select(s => SampleRoom.Map.Stations[0] with { Id = StationId.Of(s.Id), Label = s.Label })],
        };
}
