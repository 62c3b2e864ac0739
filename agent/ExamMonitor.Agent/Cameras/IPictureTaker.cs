using ExamMonitor.Capture;

namespace ExamMonitor.Agent.Cameras;

/// <summary>Takes pictures for measuring. Never waits: what cannot be taken at once is dropped and counted.</summary>
internal interface IPictureTaker
{
    /// <summary>Takes over a picture and disposes it in the end.</summary>
    void Offer(RoomId room, CameraId camera, AnalysisPicture picture);
}
