using ExamMonitor.Contracts.Law;

namespace ExamMonitor.Contracts.Api;

/// <summary>Footage that a hold covers: all of it that touches the range and matches what is named.</summary>
/// <param name="Room">Room; null for every room.</param>
/// <param name="Camera">Camera; null for every camera of the room.</param>
/// <param name="From">UTC; null for the beginning.</param>
/// <param name="To">UTC, exclusive; null for no end.</param>
/// <param name="Session">Exam session with its margins; null for none in particular.</param>
/// <param name="Batch">Batch with all its sessions; null for none in particular.</param>
public sealed record HoldScope(
    RoomId? Room,
    CameraId? Camera,
    DateTimeOffset? From,
    DateTimeOffset? To,
    ExamSessionId? Session,
    BatchId? Batch
);

/// <summary>Asks for a hold. The reason is the one of <see cref="ActingPerson"/>.</summary>
/// <param name="Scope">What to keep; at least one member must be set.</param>
/// <param name="Until">Last site date on which it holds; null until somebody lifts it.</param>
public sealed record HoldRequest(HoldScope Scope, DateOnly? Until);

/// <summary>Footage that is kept whatever its window says.</summary>
/// <param name="Id">Unique within the agent.</param>
/// <param name="Scope">What it covers.</param>
/// <param name="Until">Last site date on which it holds; null until somebody lifts it.</param>
/// <param name="Reason">Why it was placed.</param>
/// <param name="PlacedBy">Who placed it.</param>
/// <param name="PlacedAt">UTC.</param>
/// <param name="LiftedBy">Who lifted it; null while it holds, or when its date passed.</param>
/// <param name="LiftedAt">UTC; null while it holds.</param>
/// <param name="LiftReason">Why it was lifted; null while it holds.</param>
/// <param name="IsInForce">Whether it keeps footage now.</param>
public sealed record FootageHold(
    string Id,
    HoldScope Scope,
    DateOnly? Until,
    string Reason,
    string PlacedBy,
    DateTimeOffset PlacedAt,
    string? LiftedBy,
    DateTimeOffset? LiftedAt,
    string? LiftReason,
    bool IsInForce
);

/// <summary>What a plan says of one segment, and why.</summary>
/// <param name="Id">Number in the agent's index.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="Class">What it is to the law.</param>
/// <param name="Discard">True when it may go; false when it is kept.</param>
/// <param name="ReasonCode">Machine-readable reason, kebab case.</param>
/// <param name="Reason">The same for a person, with the rule and its legal basis.</param>
/// <param name="KeptUntil">Last site date that is still kept; null when no date can be told.</param>
public sealed record PlannedSegment(
    long Id,
    RoomId Room,
    CameraId Camera,
    DateTimeOffset Start,
    DateTimeOffset End,
    long SizeBytes,
    FootageClass Class,
    bool Discard,
    string ReasonCode,
    LocalText Reason,
    DateOnly? KeptUntil
);

/// <summary>How much is kept or may go for one reason.</summary>
/// <param name="Class">What it is to the law.</param>
/// <param name="Discard">True when it may go.</param>
/// <param name="ReasonCode">Machine-readable reason, kebab case.</param>
/// <param name="Segments">Number of segments.</param>
/// <param name="SizeBytes">Sum of their sizes.</param>
public sealed record PlanSum(FootageClass Class, bool Discard, string ReasonCode, long Segments, long SizeBytes);

/// <summary>What a sweep would do now; nothing is done by asking.</summary>
/// <param name="At">"Now" of the plan, UTC: not later than the newest trusted checkpoint allows.</param>
/// <param name="Digest">SHA-256 over what would be destroyed, hex: what an approval approves.</param>
/// <param name="NothingIsDestroyed">Why nothing can be destroyed at present; null when a sweep would work.</param>
/// <param name="Sums">Per class and reason.</param>
/// <param name="Segments">One page, in the order of their days.</param>
/// <param name="Next">Give as <c>after</c> for the next page; null after the last.</param>
public sealed record RetentionPlanPage(
    DateTimeOffset At,
    string Digest,
    LocalText? NothingIsDestroyed,
    IReadOnlyList<PlanSum> Sums,
    IReadOnlyList<PlannedSegment> Segments,
    string? Next
);

/// <summary>Approves the destruction of exam footage whose window has ended. With two-person approval two different persons must.</summary>
/// <param name="Digest">Of the plan that was looked at; another one is refused: the plan has changed.</param>
public sealed record ApprovalRequest(string Digest);

/// <summary>What a sweep did.</summary>
/// <param name="Looked">Segments that it decided about.</param>
/// <param name="Destroyed">Segments that it let go.</param>
/// <param name="DestroyedBytes">Sum of their sizes.</param>
/// <param name="Waiting">Segments of exam footage that wait for two persons.</param>
/// <param name="NothingIsDestroyed">Why nothing could go at all; null when it worked.</param>
public sealed record SweepResult(long Looked, long Destroyed, long DestroyedBytes, long Waiting, LocalText? NothingIsDestroyed);

/// <summary>Where the approval of a plan stands.</summary>
/// <param name="Digest">Plan.</param>
/// <param name="Segments">Segments that it lets go.</param>
/// <param name="SizeBytes">Sum of their sizes.</param>
/// <param name="ApprovedBy">Persons who approved it, in order.</param>
/// <param name="Missing">Number of persons that must still approve; 0 when the next sweep carries it out.</param>
public sealed record PlanApproval(string Digest, long Segments, long SizeBytes, IReadOnlyList<string> ApprovedBy, int Missing);

/// <summary>An entry of the register of destructions (RET-5): what, why it was allowed, when, who.</summary>
/// <param name="Number">Its entry in the ledger.</param>
/// <param name="At">UTC.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">Start of the footage, UTC.</param>
/// <param name="End">End, UTC, exclusive.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="Sha256">Hash of the file, hex; it stays for ever.</param>
/// <param name="Class">What it was to the law.</param>
/// <param name="Rule">Rule that allowed it.</param>
/// <param name="Reason">The same for a person.</param>
/// <param name="By">Person or job.</param>
/// <param name="Code">Why, in one word: <c>window-ended</c>, <c>idle-aged</c>, <c>idle-for-space</c>.</param>
/// <param name="Path">Where the file lay, relative to the volume.</param>
/// <param name="Segment">Number of the segment in the agent's index.</param>
/// <param name="Place">Its place among the camera's segments and gaps.</param>
/// <param name="Leaf">The segment's own entry in the ledger.</param>
public sealed record DestructionEntry(
    long Number,
    DateTimeOffset At,
    RoomId Room,
    CameraId Camera,
    DateTimeOffset Start,
    DateTimeOffset End,
    long SizeBytes,
    string Sha256,
    FootageClass Class,
    string Rule,
    LocalText Reason,
    string By,
    string Code = "",
    string Path = "",
    long? Segment = null,
    long? Place = null,
    long? Leaf = null
);

/// <summary>A page of the register.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Next">Give as <c>before</c> for older ones; null after the oldest.</param>
public sealed record DestructionPage(IReadOnlyList<DestructionEntry> Entries, long? Next);

/// <summary>A signed statement of what is held. It outlives the footage.</summary>
/// <param name="Id">Name of its file, without ending.</param>
/// <param name="Day">Site date for which it speaks.</param>
/// <param name="Room">Room; null when it speaks of all.</param>
/// <param name="Batch">Batch; null for footage of none.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="SizeBytes">Size of the text.</param>
public sealed record StatementEntry(string Id, DateOnly Day, RoomId? Room, BatchId? Batch, DateTimeOffset MadeAt, long SizeBytes);

/// <summary>One camera's part of a forecast.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="BytesPerHour">Measured, not declared; null when too little was measured.</param>
/// <param name="ExamHours">Hours of exam footage per week that the schedule asks for.</param>
public sealed record CameraForecast(RoomId Room, CameraId Camera, double? BytesPerHour, double ExamHours);

/// <summary>Until when the volume can hold what the law asks.</summary>
/// <param name="At">UTC.</param>
/// <param name="BreachDate">First site date on which it cannot; null when none is foreseen within the horizon, or when it cannot be
/// told.</param>
/// <param name="IsKnown">False when too little was measured, or free space cannot be told: then no date is no comfort.</param>
/// <param name="Text">In one sentence.</param>
/// <param name="FreeBytes">Free space; null when the probe failed.</param>
/// <param name="CapacityBytes">Size of the volume; null when the probe failed.</param>
/// <param name="DutyBytes">Bytes held under a duty or a hold.</param>
/// <param name="IdleBytes">Bytes that may go.</param>
/// <param name="Cameras">Per camera.</param>
/// <param name="Days">How the need grows; at most 400 points.</param>
public sealed record CapacityForecast(
    DateTimeOffset At,
    DateOnly? BreachDate,
    bool IsKnown,
    LocalText Text,
    long? FreeBytes,
    long? CapacityBytes,
    long DutyBytes,
    long IdleBytes,
    IReadOnlyList<CameraForecast> Cameras,
    IReadOnlyList<ForecastDay> Days
);

/// <summary>A point of a forecast.</summary>
/// <param name="Day">Site date.</param>
/// <param name="DutyBytes">Bytes that duties will need on that day.</param>
public sealed record ForecastDay(DateOnly Day, long DutyBytes);

/// <summary>A law profile in force.</summary>
/// <param name="Id">Name.</param>
/// <param name="Document">Document and clause.</param>
/// <param name="Class">Footage that it is about.</param>
/// <param name="Window">ISO 8601 period, with what the site added.</param>
/// <param name="IsLongest">Whether it decides.</param>
public sealed record ProfileInForce(string Id, LocalText Document, FootageClass Class, string Window, bool IsLongest);

/// <summary>What retention works by, and how it stands.</summary>
/// <param name="Profiles">Law profiles in force.</param>
/// <param name="IdleDays">Days for which idle footage is kept when space allows.</param>
/// <param name="TwoPersonApproval">Whether two persons must approve the destruction of exam footage.</param>
/// <param name="Status">What was last published.</param>
public sealed record RetentionOverview(
    IReadOnlyList<ProfileInForce> Profiles,
    int IdleDays,
    bool TwoPersonApproval,
    Messages.AgentRetention Status
);
