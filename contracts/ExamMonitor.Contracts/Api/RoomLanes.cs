namespace ExamMonitor.Contracts.Api;

/// <summary>How the three claims of a room's stations went over a range.</summary>
/// <param name="Room">Room.</param>
/// <param name="From">Start of the range, UTC.</param>
/// <param name="To">End of the range, UTC, exclusive.</param>
/// <param name="Stations">One entry per station for which anything is known.</param>
public sealed record RoomLanes(RoomId Room, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<StationLanes> Stations);

/// <summary>
/// The lanes of one station. Time inside the range that no span covers is time for which nothing is known: the agent did not run.
/// </summary>
/// <param name="Station">Station.</param>
/// <param name="Covered">In order of time, not overlapping.</param>
/// <param name="Lit">In order of time, not overlapping.</param>
/// <param name="Recorded">In order of time, not overlapping.</param>
public sealed record StationLanes(
    StationId Station,
    IReadOnlyList<LaneSpan> Covered,
    IReadOnlyList<LaneSpan> Lit,
    IReadOnlyList<LaneSpan> Recorded
);

/// <summary>A stretch of time during which a claim did not change.</summary>
/// <param name="Start">UTC, cut to the range.</param>
/// <param name="End">UTC, exclusive, cut to the range.</param>
/// <param name="Value">The claim; null where no verdict was possible.</param>
/// <param name="Reason">Cause (kebab case) when not true; null when true.</param>
public sealed record LaneSpan(DateTimeOffset Start, DateTimeOffset End, bool? Value, string? Reason);

/// <summary>A problem that is open now.</summary>
/// <param name="Id">The same from opened to closed.</param>
/// <param name="Code">Kind of problem, kebab case.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Since">Onset, UTC.</param>
/// <param name="Text">For a person.</param>
/// <param name="Evidence">Address of what shows it, relative to the agent's API; null when there is none.</param>
public sealed record OpenProblem(
    string Id,
    string Code,
    Messages.Severity Severity,
    Messages.ProblemSubject Subject,
    DateTimeOffset Since,
    LocalText Text,
    string? Evidence
);
