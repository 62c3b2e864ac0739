using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>
/// Prints everything that a station's verdict is made of at one second, so that a person can follow it with paper and pencil.
/// </summary>
internal static class StationBench
{
    /// <summary>Arguments: map, clip named CAMERA_*.mp4, station, second.</summary>
    public static async Task<int> RunAsync(string map, string clip, string station, int second)
    {
        if (await AuditBench.SetupAsync(map, clip).ConfigureAwait(false) is not { } setup)
            return 1;
        var index = setup.Geometry.Stations([]).ToList().FindIndex(s => s.Station.Text == station);
        if (index < 0)
        {
            Console.Error.WriteLine($"Camera {setup.Camera} does not show a station {station}.");
            return 1;
        }

        var size = AuditBench.SizeOf(setup);
        using var observer = new CameraObserver(setup, size, new());
        await foreach (var picture in AuditBench.Pictures(setup.Camera, clip, size, CancellationToken.None).ConfigureAwait(false))
        {
            var measures = observer.Observe(picture.I420.Span, DateTimeOffset.UnixEpoch.AddSeconds(picture.Seconds));
            if ((int)picture.Seconds == second)
                Print(measures, index);
        }

        return 0;
    }

    private static void Print(FrameMeasures measures, int index)
    {
        var scores = ViewScores.Of(measures, new());
        Console.WriteLine(
            FormattableString.Invariant(
                $"camera: lost {scores.LostShare:0.000}, changed {scores.ChangedShare:0.000}, sharpness {scores.Sharpness:0.000}, noise {scores.Noise:0.00} of {scores.RefNoise:0.00}, room light {scores.Light:0.000}, best light {scores.BestLight:0.000} of the blocks, {BestLight.Of(measures, scores, new()):0.000} with the worktops"
            )
        );
        Console.WriteLine("cell  pixels  edges  agreement  ln ratio");
        var cells = measures.Cells(index);
        for (var i = 0; i < cells.Length; i++)
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{(i / 6) + 1},{(i % 6) + 1}   {cells[i].Pixels, 6:0} {cells[i].Edges, 6:0} {cells[i].Agreement, 10:0.000} {cells[i].Ratio, 9:0.000}"
                )
            );
        Console.WriteLine(
            FormattableString.Invariant(
                $"visible {StationJudge.VisibleShare(cells):0.000}, own light {StationJudge.OwnLight(cells):0.000}, burnt out {measures.Stations[index].Clipped:0.000} of {measures.Stations[index].RefClipped:0.000}"
            )
        );
    }
}
