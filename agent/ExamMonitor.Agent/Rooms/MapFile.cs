using System.Globalization;
using System.Text.Json;
using ExamMonitor.Agent.Configuration;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Agent.Rooms;

/// <summary>Reads a station map, at most 8 MiB.</summary>
internal static class MapFile
{
    private const int MaxBytes = 8 << 20;

    /// <summary>The map, or null and findings that name line and mend.</summary>
    public static StationMap? Read(string path, List<Finding> findings)
    {
        Finding Error(int? line, string key, string text, string? mend) => new(FindingLevel.Error, path, line, key, text, mend);
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists || info.Length > MaxBytes)
            {
                findings.Add(Error(null, string.Empty, info.Exists ? "is larger than 8 MiB." : "there is no such file.", null));
                return null;
            }

            var map = JsonSerializer.Deserialize<StationMap>(File.ReadAllBytes(path), ContractJson.Options);
            if (map is not null && string.Equals(map.Schema, StationMap.SchemaName, StringComparison.Ordinal)) return map;
            findings.Add(Error(1, "schema", $"is not \"{StationMap.SchemaName}\".", "Is it really a station map?"));
        }
        catch (JsonException e)
        {
            findings.Add(Error(e.LineNumber is { } line ? (int)Math.Min(line + 1, int.MaxValue) : null, e.Path?.TrimStart('$', '.') ?? string.Empty, e.Message, "The shape is described in docs/protocol/station-map.md."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(Error(null, string.Empty, string.Create(CultureInfo.InvariantCulture, $"cannot be read: {e.Message}"), "Check its owner and mode."));
        }

        return null;
    }
}
