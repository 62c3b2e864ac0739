using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Retention.Scrubbing;

/// <summary>What a scrub found of a segment.</summary>
public enum ScrubMismatch
{
    /// <summary>The file's bytes are not those of its entry.</summary>
    Content,

    /// <summary>The file is not there, and no destruction explains it.</summary>
    Missing,

    /// <summary>The file cannot be read.</summary>
    Unreadable,

    /// <summary>The index and the ledger do not name the same hash.</summary>
    Index,

    /// <summary>The file is right; its line in <c>day.jsonl</c> is missing or another.</summary>
    DayLine,
}

/// <summary>A finding. It stays until a person has dealt with it; a later pass never takes it away.</summary>
/// <param name="Kind">What.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Path">File, relative to the volume.</param>
/// <param name="Entry">Its entry in the ledger; null when it has none.</param>
/// <param name="Expected">Hash by the ledger, hex.</param>
/// <param name="Found">Hash of the file, hex; null when there is none.</param>
/// <param name="At">When it was found, UTC.</param>
public sealed record ScrubFinding(
    ScrubMismatch Kind,
    string Room,
    string Camera,
    string Path,
    long? Entry,
    string Expected,
    string? Found,
    DateTimeOffset At
);

/// <summary>Where the scrub stands. Kept across restarts.</summary>
public sealed record ScrubState
{
    /// <summary>Findings that are kept one by one; beyond, only their number is.</summary>
    public const int MaxFindings = 1000;

    /// <summary>When the pass that runs, or the last one, began, UTC; null before the first.</summary>
    public DateTimeOffset? Began { get; init; }

    /// <summary>Whether a pass runs.</summary>
    public bool Running { get; init; }

    /// <summary>Number in the index up to which this pass is done.</summary>
    public long AfterId { get; init; }

    /// <summary>Segments of this pass.</summary>
    public long Segments { get; init; }

    /// <summary>Bytes of this pass.</summary>
    public long Bytes { get; init; }

    /// <summary>Findings of this pass.</summary>
    public long PassFindings { get; init; }

    /// <summary>How far this pass has read the ledger.</summary>
    public LedgerScrubState Ledger { get; init; } = new();

    /// <summary>What was found wrong with the ledger, at a start or by a pass, and nobody has dealt with.</summary>
    public IReadOnlyList<LedgerFinding> LedgerFindings { get; init; } = [];

    /// <summary>When the last whole pass ended, UTC; null before the first.</summary>
    public DateTimeOffset? LastFinished { get; init; }

    /// <summary>Findings that nobody has dealt with yet, oldest first.</summary>
    public IReadOnlyList<ScrubFinding> Findings { get; init; } = [];

    /// <summary>All findings that nobody has dealt with, those beyond <see cref="MaxFindings"/> included.</summary>
    public long OpenFindings { get; init; }
}
