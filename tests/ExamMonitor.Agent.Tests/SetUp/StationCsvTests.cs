using System.Text;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.SetUp.Stations;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

public sealed class StationCsvTests
{
    private const string Chinese =
        "编号,标签,x,y,宽,深,高度,转角\r\nS01,1号,2121,2577,1200,650,750,-1.6\r\nS02,2号,4744,2587,1200,650,750,0.41\r\n";

    static StationCsvTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("GB18030", "gb18030")]
    [InlineData("utf-8", "utf-8")]
    [InlineData("utf-16", "utf-16")]
    public void Read_ChineseHeadsInMillimetres_GivesMetresAndSaysSo(string written, string told)
    {
        var encoding = Encoding.GetEncoding(written);
        var import = StationCsv.Read(
            [
                .. encoding.Preamble,
                .. encoding.GetBytes(
                    Chinese.Replace("1号", "甲1", StringComparison.Ordinal).Replace("2号", "乙2", StringComparison.Ordinal)
                ),
            ],
            null,
            null
        );
        Assert.Equal((told, "mm"), (import.Encoding, import.Unit));
        var finding = Assert.Single(import.Findings);
        Assert.Equal((FindingLevel.Warning, "plan-millimetres"), (finding.Level, finding.Code));
        Assert.Contains("毫米", finding.Problem.Zh, StringComparison.Ordinal);
        Assert.Equal(new MapStation(import.Stations[0].Id, "甲1", new(2.121, 2.577), new(1.2, 0.65), 0.75, -1.6), import.Stations[0]);
        Assert.Equal(2, import.Stations.Count);
    }

    [Fact]
    public void Read_MetresWithByteOrderMarkSemicolonsAndQuotes_IsTaken()
    {
        var import = StationCsv.Read(Bytes("\uFEFFid;label;x;y;width;depth\n\"S1\";\"A;1\";1.5;2;1.2;0.65\n"), null, 0.8);
        Assert.Empty(import.Findings);
        var station = Assert.Single(import.Stations);
        Assert.Equal(("A;1", 0.8, "m"), (station.Label, station.Height, import.Unit));
    }

    [Fact]
    public void Read_UnitInTheHead_Counts() =>
        Assert.Equal("cm", StationCsv.Read(Bytes("id,x(cm),y(cm),width,depth\nS1,150,200,120,65\n"), null, null).Unit);

    [Theory]
    [InlineData("S1,1,1,x,0.6", "row 2, width")]
    [InlineData("S1,1,1,1.2,99", "row 2, depth")]
    [InlineData("工位一,1,1,1.2,0.6", "row 2, id")]
    [InlineData("S1,1e9,1,1.2,0.6", "row 2, x")]
    public void Read_WrongCell_IsSaidAtItsPlaceAndTheRestIsTaken(string row, string place)
    {
        var import = StationCsv.Read(Bytes($"id,x,y,width,depth\n{row}\nS9,3,3,1.2,0.6\n"), null, null);
        Assert.Equal(place, Assert.Single(import.Findings).Path);
        Assert.Equal("S9", Assert.Single(import.Stations).Id.Text);
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("@SUM(1)")]
    [InlineData("+1")]
    public void Read_Formula_IsNoLabel(string formula)
    {
        var import = StationCsv.Read(Bytes($"id,label,x,y,width,depth\nS1,\"{formula}\",1,1,1.2,0.6\n"), null, null);
        Assert.Equal("row 2, label", Assert.Single(import.Findings).Path);
        Assert.Empty(import.Stations);
    }

    [Fact]
    public void Read_TwoPlatesOfOneNumber_AreNamed()
    {
        var import = StationCsv.Read(Bytes("id,label,x,y,width,depth\nS1,A-7,1,1,1.2,0.6\nS2,7,3,1,1.2,0.6\n"), null, null);
        var finding = Assert.Single(import.Findings);
        Assert.Equal(("plate-number-twice", "row 3, label"), (finding.Code, finding.Path));
        Assert.Contains("S1", finding.Problem.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingColumnOpenQuoteNoText_AreSentences()
    {
        Assert.Contains(StationCsv.Read(Bytes("id,x,y,width\nS1,1,1,1\n"), null, null).Findings, f => f.Path == "row 1, depth");
        Assert.Contains(
            StationCsv.Read(Bytes("id,x,y,width,depth\n\"S1,1,1,1,1\n"), null, null).Findings,
            f => f.Path.StartsWith("row ", StringComparison.Ordinal)
        );
        Assert.Equal("$", Assert.Single(StationCsv.Read([0, 1, 2, 255, 254, 0], null, null).Findings).Path);
        Assert.NotEmpty(StationCsv.Read([], null, null).Findings);
    }

    [Fact]
    public void Grid_FourByThree_IsNumberedRowByRow()
    {
        var import = StationRows.Of(new(new(2, 2.6), 4, 3, 2.6, 1.95, new(1.2, 0.65), 0.75));
        Assert.Equal(12, import.Stations.Count);
        Assert.Equal(
            ("S12", "12", 9.8, 6.5),
            (
                import.Stations[11].Id.Text,
                import.Stations[11].Label,
                Math.Round(import.Stations[11].Center.X, 3),
                Math.Round(import.Stations[11].Center.Y, 3)
            )
        );
        Assert.Equal("$.columns", Assert.Single(StationRows.Of(new(new(0, 0), 0, 1, 1, 1, new(1, 1), 0.7)).Findings).Path);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
