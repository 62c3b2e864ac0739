using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Features.Retention;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Tests.Features;

public sealed class RetentionTextTests
{
    private const long Gib = 1L << 30;

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("say \"no\"", "\"say \"\"no\"\"\"")]
    [InlineData(null, "\"\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@x", "\"'@x\"")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData("a=b", "\"a=b\"")]
    public void Cell_WhatASpreadsheetWouldRun_IsMadeText(string? text, string cell) => Assert.Equal(cell, CsvText.Cell(text));

    [Theory]
    [InlineData("id,title\nW-1,\"=1,\"\"x\"\"\"\r\n", "\uFEFF\"id\",\"title\"\r\n\"W-1\",\"'=1,\"\"x\"\"\"\r\n")]
    [InlineData("\uFEFFa,,@b", "\uFEFF\"a\",\"\",\"'@b\"\r\n")]
    [InlineData("", "\uFEFF")]
    public void Guard_TableOfOthers_KeepsItsCellsAndNoFormula(string csv, string safe) => Assert.Equal(safe, CsvText.Guard(csv));

    [Fact]
    public void Picture_NeedAndRoom_LieInsideAndInOrder()
    {
        var first = new DateOnly(2026, 3, 1);
        var p = new ForecastPicture(
            Forecast(400 * Gib, [new(first.AddDays(100), 900 * Gib), new(first, 300 * Gib), new(first.AddDays(50), 600 * Gib)])
        );
        Assert.Equal(700 * Gib, p.Room);
        Assert.True(p.MostBytes >= 900 * Gib);
        Assert.True(p.Y(900 * Gib) < p.Y(700 * Gib) && p.Y(700 * Gib) < p.Y(300 * Gib));
        Assert.Equal(ForecastPicture.Left, p.X(first), 6);
        Assert.Equal(ForecastPicture.Width - ForecastPicture.Right, p.X(first.AddDays(100)), 6);
        Assert.InRange(p.Lines().Count(), 4, 8);
    }

    [Fact]
    public void Picture_FreeSpaceNotKnown_HasNoLineOfRoom() =>
        Assert.Null(new ForecastPicture(Forecast(null, [new(new(2026, 3, 1), 0)])).Room);

    private static CapacityForecast Forecast(long? free, IReadOnlyList<ForecastDay> days) =>
        new(DateTimeOffset.UnixEpoch, null, true, new("x", "x"), free, null, 200 * Gib, 100 * Gib, [], days);
}
