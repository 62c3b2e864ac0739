using ExamMonitor.Capture;

namespace ExamMonitor.Floor.Cameras;

/// <summary>Takes pictures for measuring. Never waits: what cannot be taken at once is dropped and counted.</summary>
internal interface IPictureSink
{
    /// <summary>Takes over a picture and disposes it in the end.</summary>
    void Offer(RoomId room, CameraId camera, AnalysisPicture picture);
}
