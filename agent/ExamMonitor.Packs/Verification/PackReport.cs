using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>A time of which the ledger says nothing.</summary>
/// <param name="Camera">Room and camera.</param>
/// <param name="From">UTC.</param>
/// <param name="To">UTC.</param>
public sealed record UncoveredTime(string Camera, DateTimeOffset From, DateTimeOffset To);

/// <summary>What was found in a pack.</summary>
public sealed class PackReport
{
    private readonly HashSet<(PackFindingKind, string)> _known = [];
    private readonly List<PackFinding> _findings = [];

    /// <summary>All findings, in the order in which they were made; the same of the same subject once.</summary>
    public IReadOnlyList<PackFinding> Findings => _findings;

    /// <summary>Facts of the pack; null when they cannot be read.</summary>
    public PackFacts? Facts { get; set; }

    /// <summary>Head to which the proofs lead; null without one.</summary>
    public Checkpoint? Head { get; set; }

    /// <summary>Start of the key's hash, hex; empty without a key.</summary>
    public string KeyId { get; set; } = string.Empty;

    /// <summary>Whether the key came on another way than the pack.</summary>
    public bool IsKeyFromOutside { get; set; }

    /// <summary>Clips whose bytes are those of their entries.</summary>
    public int ProvedClips { get; set; }

    /// <summary>Bytes that were hashed.</summary>
    public long Bytes { get; set; }

    /// <summary>Draw that was repeated; null for none.</summary>
    public DrawRecord? Draw { get; set; }

    /// <summary>Outside heads that are of this history.</summary>
    public IList<OutsideHead> Confirmed { get; } = [];

    /// <summary>Outside heads that could not be compared: a proof between the two sizes is needed.</summary>
    public IList<OutsideHead> NotCompared { get; } = [];

    /// <summary>Witnesses whose cosignatures hold, with the time by their clocks.</summary>
    public IList<string> Witnesses { get; } = [];

    /// <summary>Times that were asked for, and of which no entry of the ledger says anything.</summary>
    public IList<UncoveredTime> Uncovered { get; } = [];

    /// <summary>Notes a finding.</summary>
    public void Add(PackFindingKind kind, string subject, string text)
    {
        // What stands in the pack comes from outside: no control character of it reaches a terminal.
        var shown = PackNames.Shown(subject.Length > 200 ? subject[..200] : subject);
        if (_known.Add((kind, shown)))
            _findings.Add(new(kind, shown, text));
    }
}
