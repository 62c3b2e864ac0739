using System.Globalization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>Something wrong with what the operator wrote: what, where and how to mend it.</summary>
/// <param name="Level">How bad.</param>
/// <param name="File">File as the operator named it.</param>
/// <param name="Line">Line, from 1; null when the whole file is meant.</param>
/// <param name="Key">Path of the key, such as <c>rooms[0].cameras[2].transport</c>; empty for the whole file.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Mend">What to write instead; null when the text says it.</param>
internal sealed record Finding(FindingLevel Level, string File, int? Line, string Key, string Text, string? Mend)
{
    /// <summary><c>file:line: error: key: text mend</c>, the shape that editors jump to.</summary>
    public override string ToString()
    {
        var place = Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{File}:{line}") : File;
        var key = Key.Length == 0 ? string.Empty : $"{Key}: ";
        return $"{place}: {(Level == FindingLevel.Error ? "error" : "warning")}: {key}{Text}{(Mend is null ? string.Empty : $" {Mend}")}";
    }
}
