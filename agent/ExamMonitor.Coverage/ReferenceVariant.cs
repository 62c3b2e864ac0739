using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage;

/// <summary>A picture of a camera's view in the light of a part of the day.</summary>
/// <param name="Part">From when to when.</param>
/// <param name="Picture">Of the commissioned view, of any size.</param>
public sealed record ReferenceVariant(MapReference Part, Picture Picture)
{
    /// <summary>The part for people, such as <c>18:00–06:30</c>.</summary>
    public string Name => $"{Part.From}–{Part.To}";
}
