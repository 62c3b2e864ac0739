using ExamMonitor.CameraSimulator;

namespace ExamMonitor.Capture.Tests;

/// <summary>One camera of the simulator, with a password.</summary>
internal static class SimulatedCamera
{
    public const string Id = "C1";

    /// <summary>Starts a simulator that plays one clip; sender reports every half second.</summary>
    public static async Task<CameraSimulatorServer> StartAsync(string clip, SimulatedTransport transport = SimulatedTransport.Any) => await CameraSimulatorServer.StartAsync(
        new() { Cameras = [new() { Id = Id, Clips = [clip], Transport = transport, UserName = "viewer", Password = "secret-word" }], SenderReportSeconds = 0.5 }, TimeProvider.System);

    /// <summary>How the camera is captured.</summary>
    public static CameraSource Source(CameraSimulatorServer server, RtspTransport transport = RtspTransport.Tcp) =>
        Recording.Camera(server.RtspAddress(Id), "viewer", "secret-word") with { Transport = transport, AnalysisSize = new(320, 240) };
}
