using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;

namespace ExamMonitor.Floor.Watching;

/// <summary>Takes a verdict of the measuring process over into the words of contracts. Pure.</summary>
internal static class VerdictReading
{
    /// <summary>The same verdict; displacement at the recorded size.</summary>
    /// <param name="verdict">Verdict.</param>
    /// <param name="camera">The camera's entry of the map.</param>
    /// <param name="isSettled">Whether the process has judged the camera long enough.</param>
    public static CameraMeasurement Of(Coverage.Judging.CameraVerdict verdict, MapCamera camera, bool isSettled)
    {
        var scale = (double)(camera.RecordedSize ?? camera.Image).Width / camera.Image.Width;
        var moved = verdict.Displacement is { } d ? new Displacement(Math.Round(d.Pixels * scale, 1), Math.Round(d.Degrees, 2)) : null;
        return new(
            verdict.At,
            verdict.Health,
            verdict.Text,
            moved,
            verdict.Sharpness,
            verdict.LumaMean,
            verdict.ClippedShare,
            verdict.Stations.ToDictionary(s => s.Station, s => s.By(verdict.Camera)),
            isSettled
        )
        {
            JudgedAt = verdict.JudgedAtNewPlaces ? verdict.MovedBy : null,
            Reference = verdict.Reference,
        };
    }
}
