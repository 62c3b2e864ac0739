using System.Globalization;

namespace ExamMonitor.Contracts.Maps;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>The map is used; somebody should look.</summary>
    Warning,

    /// <summary>The map is not used.</summary>
    Error,
}

/// <summary>Something wrong with a station map.</summary>
/// <param name="Level">How bad.</param>
/// <param name="File">Name of the file as given.</param>
/// <param name="Line">From 1; 0 when the file could not be read at all.</param>
/// <param name="Path">JSON path, such as <c>$.stations[3].center</c>.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record MapFinding(FindingLevel Level, string File, int Line, string Path, LocalText Problem, LocalText Mend)
{
    /// <summary>One line for a log or a terminal: <c>file:line: error: problem mend ($.path)</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{File}:{Line}: {(Level == FindingLevel.Error ? "error" : "warning")}: {Problem.En} {Mend.En} ({Path})"
        );
}

/// <summary>A station map that was read, or everything that is wrong with it.</summary>
/// <param name="Map">The map; null when there is an error.</param>
/// <param name="Findings">Errors and warnings in order of lines; at most 200.</param>
public sealed record StationMapReading(StationMap? Map, IReadOnlyList<MapFinding> Findings)
{
    /// <summary>Findings that keep the map from being used.</summary>
    public IEnumerable<MapFinding> Errors => Findings.Where(f => f.Level == FindingLevel.Error);

    /// <summary>Findings that somebody should look at.</summary>
    public IEnumerable<MapFinding> Warnings => Findings.Where(f => f.Level == FindingLevel.Warning);
}
