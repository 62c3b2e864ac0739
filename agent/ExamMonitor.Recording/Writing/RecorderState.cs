using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Recording.Writing;

/// <summary>What a camera's writer does now. Immutable.</summary>
/// <param name="Recording">Whether fragments are being written.</param>
/// <param name="SinceMs">When that began; of a recording, when its present segment did.</param>
/// <param name="Cause">Cause of the open gap; null while recording.</param>
/// <param name="UncommittedMs">Start of what is written and not committed yet; null when there is nothing.</param>
/// <param name="Trouble">Why what arrives is not written; null while it is, or while nothing arrives.</param>
internal sealed record RecorderState(bool Recording, long SinceMs, GapCause? Cause, long? UncommittedMs, LocalText? Trouble = null);
