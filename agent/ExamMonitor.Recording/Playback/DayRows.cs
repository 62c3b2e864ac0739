using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Playback;

/// <summary>What the index holds of a camera of one day. Immutable.</summary>
/// <param name="Camera">Its row.</param>
/// <param name="Proven">Proven stretches, in order, without overlap.</param>
/// <param name="Closed">Gaps that have ended.</param>
/// <param name="Open">The gap that has not; null for none.</param>
internal sealed record DayRows(CameraRow Camera, List<Span> Proven, List<GapRow> Closed, GapRow? Open);
