namespace ExamMonitor.Dashboard.State;

/// <summary>What one camera proves of one station: what its picture may show. The room may prove more, by another camera. Pure.</summary>
internal static class CameraProof
{
    /// <summary>Yes only when this camera sees the station, well lit, is healthy enough to be believed, and is being recorded.</summary>
    public static Mark Of(CameraReading camera, StationReading? station)
    {
        if (station is null || camera.Silence != Silence.None || station.Claims.Any(c => c.Silence != Silence.None))
            return Mark.Unknown;
        if (station.Words?.Cameras.FirstOrDefault(c => c.Camera == camera.Place.Id) is not { } seen)
            return Mark.Unknown;
        if (seen.Covered == false || seen.Lit == false || camera.Recording == Mark.No)
            return Mark.No;
        if (Blinds(camera))
            return Mark.No;
        return seen is { Covered: true, Lit: true } && camera.Healthy != Mark.Unknown && camera.Recording == Mark.Yes
            ? Mark.Yes
            : Mark.Unknown;
    }

    /// <summary>
    /// Whether the camera's condition keeps it from proving anything, whatever its last measures of single stations said.
    /// </summary>
    private static bool Blinds(CameraReading camera) =>
        camera.Healthy == Mark.No
        && camera.Words!.Health.Any(h =>
            h
                is Contracts.Messages.CameraHealth.Covered
                    or Contracts.Messages.CameraHealth.Dark
                    or Contracts.Messages.CameraHealth.Overexposed
                    or Contracts.Messages.CameraHealth.Frozen
                    or Contracts.Messages.CameraHealth.SignalLost
                    or Contracts.Messages.CameraHealth.Defocused
                    or Contracts.Messages.CameraHealth.Moved
        );
}
