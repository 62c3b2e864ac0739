using System.Buffers.Binary;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Plates.Pdf;
using ExamMonitor.Coverage.Tests.Geometry;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Plates;

public sealed class PlatePrinterTests
{
    [Theory]
    [InlineData(PlatePaper.A4, "595.276 841.89", 0.136)]
    [InlineData(PlatePaper.A3, "841.89 1190.551", 0.196)]
    public void Print_SampleRoom_HasAPageOfTrueSizeForEachStation(PlatePaper paper, string box, double border)
    {
        using var folder = new TempFolder();
        var print = PlatePrinter.Print(SampleRoom.Map, folder["plates.pdf"], paper);
        Assert.Equal(new(12, null), print);
        var bytes = File.ReadAllBytes(folder["plates.pdf"]);
        var text = Encoding.Latin1.GetString(bytes);
        Assert.Equal(12, text.Split($"/MediaBox [0 0 {box}]").Length - 1);
        Assert.Contains("/PrintScaling /None", text);
        Assert.EndsWith("%%EOF\n", text);
        Assert.Equal(border, PlatePrinter.BorderMetres(paper), 1e-9);
        Assert.True(bytes.Length < 200_000, "fonts are cut down to the used glyphs");
        PlatePrinter.Print(SampleRoom.Map, folder["again.pdf"], paper);
        Assert.Equal(bytes, File.ReadAllBytes(folder["again.pdf"]));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Print_EveryCrossReference_PointsAtItsObject()
    {
        using var folder = new TempFolder();
        PlatePrinter.Print(SampleRoom.Map, folder["plates.pdf"]);
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(folder["plates.pdf"]));
        var table = int.Parse(text[(text.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0]);
        var lines = text[table..].Split('\n');
        Assert.Equal("xref", lines[0]);
        var count = int.Parse(lines[1].Split(' ')[1]);
        for (var i = 1; i < count; i++) Assert.StartsWith($"{i} 0 obj\n", text[int.Parse(lines[2 + i][..10])..], StringComparison.Ordinal);
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
    public void Print_NumbersThatCannotDo_SaysWhichStationAndWritesNothing(string expected, string id1, string label1, string id2, string label2)
    {
        using var folder = new TempFolder();
        var print = PlatePrinter.Print(Map((id1, label1), (id2, label2)), folder["plates.pdf"]);
        Assert.Equal(0, print.Pages);
        Assert.Contains(expected, print.Problem!.En);
        Assert.Contains(id2, print.Problem.Zh);
        Assert.False(File.Exists(folder["plates.pdf"]));
    }

    [Fact]
    public void Print_HostileAndChineseNames_ArePrintedAsText()
    {
        using var folder = new TempFolder();
        var map = Map(("S01", "1")) with { Room = SampleRoom.Map.Room with { Name = ") Tj (\\第七\u0000考场\U0001F600" } };
        Assert.Equal(1, PlatePrinter.Print(map, folder["plates.pdf"]).Pages);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
    }

    [Fact]
    public void Font_OutOfACollection_IsTheSameFont()
    {
        var font = File.ReadAllBytes("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
        var collection = Collected(font);
        var alone = TrueTypeFont.Read(font)!;
        var inside = TrueTypeFont.Read(collection)!;
        foreach (var c in "A7é·")
        {
            Assert.NotEqual(0, alone.Glyph(c));
            Assert.Equal(alone.Glyph(c), inside.Glyph(c));
            Assert.Equal(alone.Advance(alone.Glyph(c)), inside.Advance(inside.Glyph(c)));
        }

        Assert.Equal(0, alone.Glyph('\uE123'));
        Assert.Equal(alone.Subset([alone.Glyph('é')]), inside.Subset([inside.Glyph('é')]));
        Assert.True(alone.Subset([alone.Glyph('é')]).Length < font.Length / 5);
    }

    [Fact]
    public void Font_DamagedAnywhere_IsRefusedOrReadWithoutFailing()
    {
        var font = File.ReadAllBytes("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
        Assert.Null(TrueTypeFont.Read([]));
        Assert.Null(TrueTypeFont.Read(Encoding.ASCII.GetBytes("OTTO and no more than that")));
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var broken = font.ToArray();
            for (var k = 0; k < 4; k++) broken[random.Next(i % 2 == 0 ? 400 : broken.Length)] = (byte)random.Next(256);
            if (i % 5 == 0) broken = broken[..random.Next(broken.Length)];
            if (TrueTypeFont.Read(broken) is not { } read) continue;
            read.Subset([read.Glyph('A'), read.Glyph('é'), 3, 70_000, -1]);
            read.Advance(read.Glyph('7'));
        }
    }

    private static byte[] Collected(byte[] font)
    {
        const int Shift = 16;
        var bytes = new byte[Shift + font.Length];
        Encoding.ASCII.GetBytes("ttcf").CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 0x00010000);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), Shift);
        font.CopyTo(bytes, Shift);
        for (var i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(font.AsSpan(4)); i++)
        {
            var at = Shift + 12 + (16 * i) + 8;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at)) + Shift);
        }

        return bytes;
    }

    private static StationMap Map(params (string Id, string Label)[] stations) => SampleRoom.Map with
    {
        Stations = [.. stations.Select(s => SampleRoom.Map.Stations[0] with { Id = StationId.Of(s.Id), Label = s.Label })],
    };
}
