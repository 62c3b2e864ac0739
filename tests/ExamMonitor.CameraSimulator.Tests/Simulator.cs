namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Starts servers for tests.</summary>
internal static class Simulator
{
    public const string Normal = "C1_normal.mp4";

    public static Task<CameraSimulatorServer> StartAsync(params SimulatedCamera[] cameras) =>
        CameraSimulatorServer.StartAsync(
            new CameraSimulatorOptions
            {
                Cameras = cameras,
                ClipFolder = Path.Combine(Tools.Root, "samples", "video"),
                SenderReportSeconds = 0.5,
            },
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );

    public static SimulatedCamera Camera(string clip = Normal, string id = "C1") => new() { Id = id, Clips = [clip] };
}
