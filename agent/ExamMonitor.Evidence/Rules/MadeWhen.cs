using System.Runtime.InteropServices;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>A time within which a segment may have been made.</summary>
/// <param name="FromMs">UTC ms.</param>
/// <param name="ToMs">UTC ms, exclusive.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MadeSpan(long FromMs, long ToMs);

/// <summary>When a segment can have been made, by everything that is known of the clock that dated it. Immutable.</summary>
/// <param name="Spans">Times that are possible; the segment's own date is one of them unless it is disproved. A decision takes the one that
/// keeps longest.</param>
/// <param name="IsBounded">False when it may also have been made later than any of them: then it is kept, and a person is told.</param>
public sealed record MadeWhen(IReadOnlyList<MadeSpan> Spans, bool IsBounded)
{
    /// <summary>A segment's own date.</summary>
    internal static MadeSpan OwnOf(DateTimeOffset start, DateTimeOffset end) =>
        new(UnixMs.Of(start), Math.Max(UnixMs.Ceiling(end), UnixMs.Of(start) + 1));
}
