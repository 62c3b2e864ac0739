using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Tests.Geometry;

/// <summary>The sample room of the project, samples/rooms/room7.</summary>
internal static class SampleRoom
{
    public static string Folder { get; } = Path.Combine(Root(), "samples", "rooms", "room7");

    public static string MapFile { get; } = Path.Combine(Folder, "room.json");

    public static StationMap Map { get; } = JsonSerializer.Deserialize<StationMap>(File.ReadAllText(MapFile), ContractJson.Options)!;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Monitor.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
