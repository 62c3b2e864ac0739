using ExamMonitor.Capture;

namespace ExamMonitor.Floor.Cameras;

/// <summary>Takes every picture and lets it go: measuring is switched off.</summary>
internal sealed class NoPictures : IPictureSink
{
    /// <summary>The one.</summary>
    public static NoPictures Instance { get; } = new();

    /// <inheritdoc/>
    public void Offer(RoomId room, CameraId camera, AnalysisPicture picture) => picture.Dispose();
}
