using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Verification;

/// <summary>A head whose time an authority confirmed.</summary>
/// <param name="Authority">Who: subject of its certificate.</param>
/// <param name="Time">When, by the authority's clock, UTC.</param>
/// <param name="Size">Entries that existed then.</param>
/// <param name="Trusted">Whether it is among the trusted authorities; null when none were given to compare with.</param>
public sealed record VerifiedAnchor(string Authority, DateTimeOffset Time, long Size, bool? Trusted);

/// <summary>What to verify against.</summary>
/// <param name="PublicKey">Key that must have signed, got on another way than the volume.</param>
/// <param name="Origin">Origin that the heads must name; null for any.</param>
/// <param name="Authorities">Trusted time stamp authorities; null to leave their trust open.</param>
/// <param name="KnownHeads">Signed heads that somebody else kept, such as the dashboard's: what they speak of must be there.</param>
public sealed record VerificationTerms(
    ECDsa PublicKey,
    string? Origin = null,
    X509Certificate2Collection? Authorities = null,
    IReadOnlyList<string>? KnownHeads = null
)
{
    /// <summary>
    /// Heads that were typed from paper: number of entries and root, without a signature. A signed head of the volume must say the same.
    /// </summary>
    public IReadOnlyList<(long Size, TreeHash Root)> TypedHeads { get; init; } = [];

    /// <summary>
    /// Keys that <see cref="PublicKey"/> took the place of: each may have signed heads up to the entry that names it, and none behind.
    /// </summary>
    public IReadOnlyList<ECDsa> EarlierKeys { get; init; } = [];

    /// <summary>The verifier's own clock, UTC; null to compare no time with it.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Which witnesses must have cosigned; null when none are asked for.</summary>
    public WitnessPolicy? Policy { get; init; }
}

/// <summary>
/// What somebody outside vouches for: up to there, not even the holder of the machine's key can have rewritten anything since.
/// </summary>
/// <param name="Size">Entries below the head.</param>
/// <param name="Time">When: by the stamp's authority or the witnesses, or by the agent's own clock for a head that somebody kept.</param>
/// <param name="Authority">Time stamp authority, or the witnesses that vouch; null for a head that somebody kept.</param>
public sealed record OutsideHead(long Size, DateTimeOffset Time, string? Authority);

/// <summary>What was verified and what was found. Each question is answered for itself.</summary>
/// <param name="Segments">Segments whose content was compared.</param>
/// <param name="Bytes">Bytes hashed.</param>
/// <param name="Entries">Entries of the ledger.</param>
/// <param name="Heads">Signed heads that were checked.</param>
/// <param name="NewestHead">Time of the newest head that holds, UTC; null when none does.</param>
/// <param name="KeyId">Key that signed, first 8 bytes of SHA-256 over its SubjectPublicKeyInfo, hex.</param>
/// <param name="UncoveredEntries">Entries appended after the newest head: written down, not yet signed for.</param>
/// <param name="Anchors">Heads with a time stamp that holds, oldest first.</param>
/// <param name="Findings">Empty for a clean archive.</param>
public sealed record VerificationReport(
    int Segments,
    long Bytes,
    long Entries,
    int Heads,
    DateTimeOffset? NewestHead,
    string KeyId,
    long UncoveredEntries,
    IReadOnlyList<VerifiedAnchor> Anchors,
    IReadOnlyList<VerificationFinding> Findings
)
{
    private static readonly HashSet<FindingKind> Content =
    [
        FindingKind.ContentChanged,
        FindingKind.SizeChanged,
        FindingKind.Swapped,
        FindingKind.FileMissing,
        FindingKind.FileUnknown,
        FindingKind.Replayed,
        FindingKind.NotAFile,
    ];

    /// <summary>What the witnesses of the policy say; null when no policy was given.</summary>
    public PolicyReport? Policy { get; init; }

    private static readonly HashSet<FindingKind> Unproved =
    [
        FindingKind.FileUnproved,
        FindingKind.DestructionUnproved,
        FindingKind.RemovalUnproved,
        FindingKind.EnteredFromVolume,
    ];

    private static readonly HashSet<FindingKind> Ground =
    [
        FindingKind.DestructionUnproved,
        FindingKind.DestructionUnregistered,
        FindingKind.DestructionUnapproved,
        FindingKind.DestructionEarly,
        FindingKind.DestructionHeld,
        FindingKind.DestructionUnfounded,
        FindingKind.ClockVouchedWrong,
        FindingKind.FromTheFuture,
    ];

    private static readonly HashSet<FindingKind> Written =
    [
        FindingKind.RulesChanged,
        FindingKind.SessionsChanged,
        FindingKind.HoldsChanged,
        FindingKind.ClockMarksChanged,
        FindingKind.ApprovalsChanged,
        FindingKind.RegisterChanged,
        FindingKind.DayLinesChanged,
        FindingKind.ScheduleChanged,
        FindingKind.StatementChanged,
    ];

    private static readonly HashSet<FindingKind> Signature =
    [
        FindingKind.RolledBack,
        FindingKind.Forked,
        FindingKind.WrongKey,
        FindingKind.HeadUnreadable,
        FindingKind.NotSigned,
        FindingKind.CheckpointMissing,
        FindingKind.CheckpointStale,
        FindingKind.DayHeadsMissing,
        FindingKind.KeyReplacedUnproved,
    ];

    /// <summary>
    /// Head from outside with the most entries that holds; null when there is none, and the holder of the machine's key could have
    /// rewritten everything.
    /// </summary>
    public OutsideHead? Outside { get; init; }

    /// <summary>Destructions that were derived again from the ledger.</summary>
    public long Destructions { get; init; }

    /// <summary>Who speaks for the entries of footage.</summary>
    public EntrySources Sources { get; init; } = new(0, 0, 0);

    /// <summary>Persons who vouched for the clock, in the order of the ledger.</summary>
    public IReadOnlyList<ClockVouch> Vouches { get; init; } = [];

    /// <summary>Replacements of the signing key.</summary>
    public IReadOnlyList<ReplacedKey> ReplacedKeys { get; init; } = [];

    /// <summary>Whether every file is what the ledger says, none is missing and none is added, as far as the ledger is signed.</summary>
    public bool ContentIntact => !Findings.Any(f => Content.Contains(f.Kind));

    /// <summary>Whether no file is there or gone on the word of an entry alone that no head signs.</summary>
    public bool ContentProved => !Findings.Any(f => Unproved.Contains(f.Kind));

    /// <summary>
    /// Whether every destruction has its signed entry, its register line, its legal ground and, where asked for, its approvals.
    /// </summary>
    public bool DestructionsLawful => !Findings.Any(f => Ground.Contains(f.Kind));

    /// <summary>
    /// Whether rules, sessions, holds, approvals, registers, day lines, schedule and statements are what the ledger says.
    /// </summary>
    public bool LinesIntact => !Findings.Any(f => Written.Contains(f.Kind));

    /// <summary>Whether each camera's entries follow one another without a hole.</summary>
    public bool OrderProved => !Findings.Any(f => f.Kind is FindingKind.OrderBroken or FindingKind.EntryUnreadable);

    /// <summary>Whether the entries are those that the key signed.</summary>
    public bool SignatureHolds => !Findings.Any(f => Signature.Contains(f.Kind));

    /// <summary>Whether every time stamp holds; null when there is none.</summary>
    public bool? AnchorsHold =>
        Findings.Any(f => f.Kind is FindingKind.AnchorMissing or FindingKind.AnchorInvalid or FindingKind.AnchorUntrusted) ? false
        : Anchors.Count == 0 ? null
        : true;
}
