using ExamMonitor.Coverage.Planning;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.SetUp.Cameras;
using ExamMonitor.SetUp.Onvif;
using ExamMonitor.SetUp.Pictures;
using ExamMonitor.SetUp.Printing;
using ExamMonitor.SetUp.Rooms;
using ExamMonitor.SetUp.Versions;

namespace ExamMonitor.SetUp;

/// <summary>Registers what sets rooms up over the API.</summary>
internal static class SetUpServices
{
    /// <summary>Registers it: before the floor, so that the maps in force are noted before a camera starts.</summary>
    /// <param name="services">Services.</param>
    /// <param name="configuration">Configuration file as it was read: rooms that are changed are joined with it anew.</param>
    public static IServiceCollection AddSetUp(this IServiceCollection services, ConfigurationReading configuration) =>
        services
            .AddSingleton(configuration)
            .AddSingleton<PlanningCache>()
            .AddSingleton<VersionStore>()
            .AddSingleton<PictureStore>()
            .AddSingleton<DraftStore>()
            .AddSingleton<PictureMatcher>()
            .AddSingleton<PictureService>()
            .AddSingleton<PlateCalibrationService>()
            .AddSingleton<CarryOverService>()
            .AddSingleton<CameraTester>()
            .AddSingleton(s => new OnvifDiscovery(s.GetRequiredService<TimeProvider>()))
            .AddSingleton<OnvifClient>()
            .AddSingleton<CalibrationPrinting>()
            .AddSingleton<SetUpService>()
            .AddHostedService<MapInForceNote>();
}
