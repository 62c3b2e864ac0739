using ExamMonitor.Contracts.Maps;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Floor.Rooms;

/// <summary>Reads a station map for a command.</summary>
internal static class MapFile
{
    /// <summary>The map, or null; what is wrong is added to the findings, with the file's whole path.</summary>
    public static StationMap? Read(string path, List<Finding> findings)
    {
        var reading = StationMapFile.Load(path);
        findings.AddRange(
            reading.Findings.Select(f => new Finding(f.Level, path, f.Line > 0 ? f.Line : null, f.Path, f.Problem.En, f.Mend.En))
        );
        return reading.Map;
    }
}
