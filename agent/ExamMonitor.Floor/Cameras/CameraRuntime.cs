using ExamMonitor.Capture;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Recording;

namespace ExamMonitor.Floor.Cameras;

/// <summary>One camera at work.</summary>
/// <param name="Setup">As configured.</param>
/// <param name="Recorder">Its writer.</param>
/// <param name="Pipeline">What hands over.</param>
/// <param name="Switch">What runs it.</param>
internal sealed record CameraRuntime(ConfiguredCamera Setup, CameraRecorder Recorder, CameraPipeline Pipeline, CameraSwitch Switch)
{
    /// <summary>How capture goes.</summary>
    public CameraVitals Vitals() => Switch.Vitals;

    /// <summary>Whether the camera rests because no session needs it.</summary>
    public bool IsOff() => Switch.IsOff;
}

/// <summary>One room at work.</summary>
/// <param name="Setup">As configured.</param>
/// <param name="Cameras">Its cameras.</param>
internal sealed record RoomRuntime(RoomSetup Setup, IReadOnlyList<CameraRuntime> Cameras)
{
    /// <summary>Room.</summary>
    public RoomId Id => Setup.Id;

    /// <summary>Whether its cameras rest because no session needs them.</summary>
    public bool IsOff => Cameras.All(c => c.IsOff());

    /// <summary>A camera; null when there is none of that id.</summary>
    public CameraRuntime? Find(CameraId camera) => Cameras.FirstOrDefault(c => c.Setup.Id == camera);
}
