using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>One state of a room's map and pictures.</summary>
/// <param name="Version">From 1.</param>
/// <param name="ValidFrom">UTC; what was judged from here on was judged under it.</param>
/// <param name="ValidTo">UTC, exclusive; null while it is in force.</param>
/// <param name="Author">Who made it; "configuration file" for a map that was changed by hand.</param>
/// <param name="Reason">Why.</param>
/// <param name="Sha256">Digest over map and reference pictures, hex: the one that a signature names.</param>
/// <param name="Entry">Entry of the ledger that names it.</param>
/// <param name="Signature">Who signed it; null when nobody did.</param>
public sealed record CalibrationVersion(
    int Version,
    DateTimeOffset ValidFrom,
    DateTimeOffset? ValidTo,
    string Author,
    string Reason,
    string Sha256,
    long Entry,
    VersionSignature? Signature
);

/// <summary>A signature under a version.</summary>
/// <param name="Person">Who.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Entry">Entry of the ledger.</param>
public sealed record VersionSignature(string Person, DateTimeOffset At, long Entry);

/// <summary>A version with its map.</summary>
/// <param name="Version">The version.</param>
/// <param name="Map">Its map; picture names are paths for <see cref="SetUpApi.Picture"/>.</param>
/// <param name="Result">What it gives.</param>
public sealed record CalibrationVersionDetail(CalibrationVersion Version, StationMap Map, DraftResult Result);

/// <summary>What changed from one version to another.</summary>
/// <param name="From">Version.</param>
/// <param name="To">Version.</param>
/// <param name="Changes">Changes, the room's before stations' before cameras'; empty for none.</param>
public sealed record VersionComparison(int From, int To, IReadOnlyList<VersionChange> Changes);

/// <summary>One change.</summary>
/// <param name="Subject"><c>room</c>, <c>station</c>, <c>camera</c>, <c>obstacle</c>.</param>
/// <param name="Id">Id of station or camera; null for the room and obstacles.</param>
/// <param name="Kind"><c>added</c>, <c>removed</c>, <c>changed</c>.</param>
/// <param name="Text">For a person.</param>
/// <param name="MovedMetres">How far a station or camera moved on the plan; null for what did not.</param>
public sealed record VersionChange(string Subject, string? Id, string Kind, LocalText Text, double? MovedMetres);
