using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Recording;

namespace ExamMonitor.Preservation.Volume;

/// <summary>Makes the archive's options from the configuration.</summary>
internal static class FootageSetup
{
    /// <summary>Options of the archive.</summary>
    public static FootageOptions Footage(this AgentFolder folder, AgentOptions options) =>
        new()
        {
            VolumePath = folder.Resolve(options.Footage.Volume),
            IndexPath = Path.Combine(folder.Root, "index.db"),
            Site = options.Site,
            CreateVolume = options.Footage.CreateVolume,
            BookkeepingReserveBytes = options.Footage.BookkeepingReserveBytes,
            SegmentLength = TimeSpan.FromSeconds(options.Footage.SegmentSeconds),
        };
}
