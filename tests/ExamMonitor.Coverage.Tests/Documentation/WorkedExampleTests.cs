using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Documentation;

/// <summary>
/// docs/measurement-example.md works a verdict out by hand; its numbers are those of the clip, and its arithmetic is that of the product.
/// </summary>
public sealed class WorkedExampleTests
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Second = 12;

    private readonly record struct Cell(double Pixels, double Edges, double Agreement, double Ratio);

    [Fact]
    public async Task Example_TableArithmeticAndVerdict_AreThoseOfTheClip()
    {
        var (document, table) = await DocumentAsync();
        var setup = await SetupAsync();
        var index = setup.Geometry.Stations([]).ToList().FindIndex(s => s.Station.Text == "S02");
        using var observer = new CameraObserver(setup, new(Width, Height), new());
        using var camera = new WatchedCamera(setup, new());
        var verdicts = new List<StationVerdict>();
        var frames = await FramesAsync(Second + 1);
        foreach (var (frame, second) in frames.Select((f, i) => (f, i)))
        {
            verdicts.Add(camera.Judge(frame, new(Width, Height), DateTimeOffset.UnixEpoch.AddSeconds(second)).Stations[index]);
            if (second < Second)
                observer.Observe(frame, DateTimeOffset.UnixEpoch.AddSeconds(second));
        }

        var measures = observer.Observe(frames[Second], DateTimeOffset.UnixEpoch.AddSeconds(Second));
        Assert.Equal(FrameMeasures.CellsPerStation, table.Count);
        for (var i = 0; i < table.Count; i++)
        {
            var cell = measures.Cells(index)[i];
            Assert.Equal((table[i].Pixels, table[i].Edges), (cell.Pixels, cell.Edges));
            Assert.Equal(table[i].Agreement, cell.Agreement, 0.02);
            Assert.Equal(table[i].Ratio, cell.Ratio, 0.03);
        }

        // By hand, from the table alone.
        var telling = table.Where(c => c.Edges >= 4).ToArray();
        var visible = telling.Sum(c => c.Pixels * Math.Clamp((c.Agreement - 0.2) / 0.3, 0, 1)) / telling.Sum(c => c.Pixels);
        var ratios = telling.Where(c => c.Agreement >= 0.35).Select(c => c.Ratio).Order().ToArray();
        var own = ratios[ratios.Length / 2];
        Assert.Contains($"**{visible.ToString("0.00", CultureInfo.InvariantCulture)}**", document, StringComparison.Ordinal);
        Assert.Contains($"**{own.ToString("0.000", CultureInfo.InvariantCulture).Replace('-', '−')}**", document, StringComparison.Ordinal);
        Assert.Equal(visible, StationJudge.VisibleShare(measures.Cells(index))!.Value, 0.01);
        Assert.Equal(own, StationJudge.OwnLight(measures.Cells(index))!.Value, 0.03);
        var best = BestLight.Of(measures, ViewScores.Of(measures, new()), new());
        Assert.Equal(0.462, best, 0.02);
        Assert.True(Math.Exp(own - best) < 0.33 && Math.Exp(own) < 0.30);

        Assert.Equal((true, (bool?)false), (verdicts[7].Lit == true, verdicts[10].Lit));
        Assert.Equal((true, (bool?)false, Reasons.TooDark), (verdicts[Second].Covered, verdicts[Second].Lit, verdicts[Second].Reason));
        Assert.Equal(DateTimeOffset.UnixEpoch, verdicts[Second].LitSince);
    }

    private static async Task<(string Text, List<Cell> Table)> DocumentAsync()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs", "measurement-example.md"), TestContext.Current.CancellationToken);
        var rows = text.Split('\n').Where(l => l.Length > 2 && l[0] == '|' && char.IsAsciiDigit(l[2])).Select(l => l.Trim('|').Split('|'));
        return (text, [.. rows.Select(r => new Cell(Number(r[1]), Number(r[2]), Number(r[3]), Number(r[4])))]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<CameraSetup> SetupAsync()
    {
        var folder = Repository.PathOf("samples", "rooms", "room7");
        var map = JsonSerializer.Deserialize<StationMap>(
            await File.ReadAllBytesAsync(Path.Combine(folder, "room.json")),
            ContractJson.Options
        )!;
        var camera = map.Cameras.First(c => c.Id.Text == "C1");
        return new(
            new StationsInView(CameraGeometry.Of(map, camera)),
            Picture.Decode(await File.ReadAllBytesAsync(Path.Combine(folder, camera.Reference!))),
            []
        );
    }

    private static async Task<List<byte[]>> FramesAsync(int count)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var argument in new[]
            {
                "-v",
                "error",
                "-nostdin",
                "-i",
                Repository.PathOf("samples", "video", "C1_bank0.mp4"),
                "-vf",
                $"fps=1:round=up,scale={Width}:{Height}",
                "-frames:v",
                $"{count}",
                "-pix_fmt",
                "yuv420p",
                "-f",
                "rawvideo",
                "-",
            }
        )
            start.ArgumentList.Add(argument);
        using var ffmpeg = Process.Start(start)!;
        var frames = new List<byte[]>();
        for (var i = 0; i < count; i++)
        {
            var frame = new byte[Picture.I420Length(Width, Height)];
            await ffmpeg.StandardOutput.BaseStream.ReadExactlyAsync(frame);
            frames.Add(frame);
        }

        await ffmpeg.WaitForExitAsync();
        return frames;
    }
}
