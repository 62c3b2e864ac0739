namespace ExamMonitor.Contracts.Api;

/// <summary>How far everything was read again and compared with the ledger.</summary>
/// <param name="Running">Whether a pass runs.</param>
/// <param name="Began">When it, or the last one, began, UTC; null before the first.</param>
/// <param name="Segments">Segments of this pass.</param>
/// <param name="Bytes">Bytes of this pass.</param>
/// <param name="HeldBytes">Bytes of the archive.</param>
/// <param name="LastFinished">When the last whole pass ended, UTC; null before the first.</param>
/// <param name="OpenFindings">Segments that are not what the ledger says, and that no person has dealt with.</param>
/// <param name="Paths">Their files, relative to the volume; at most 1000.</param>
public sealed record ScrubReport(
    bool Running,
    DateTimeOffset? Began,
    long Segments,
    long Bytes,
    long HeldBytes,
    DateTimeOffset? LastFinished,
    long OpenFindings,
    IReadOnlyList<string> Paths
);
