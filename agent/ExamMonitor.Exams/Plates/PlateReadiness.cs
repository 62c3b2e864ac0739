using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Exams.Plates;

/// <summary>The room's number plates as the cameras read them last.</summary>
/// <param name="At">When they were read, UTC.</param>
/// <param name="Stations">What was found at each station.</param>
/// <param name="Wrong">Stations at which the plate of another one stands, as far as nobody has seen it put right; those of earlier checks
/// included.</param>
internal sealed record PlateReadiness(DateTimeOffset At, IReadOnlyList<StationPlate> Stations, IReadOnlyList<StationId> Wrong);
