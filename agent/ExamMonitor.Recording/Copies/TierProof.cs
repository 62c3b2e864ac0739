namespace ExamMonitor.Recording.Copies;

/// <summary>What was done to prove a copy. A higher value proves more.</summary>
public enum TierProof
{
    /// <summary>Nothing was asked of the tier.</summary>
    None,

    /// <summary>
    /// The tier says that it has an object of this name, size and noted hash, kept until the date. Proves nothing about its bytes.
    /// </summary>
    Presence,

    /// <summary>
    /// The tier's own checksum over what it took equals ours over what was sent. Proves that it arrived whole; not that it can still be
    /// read.
    /// </summary>
    Checksum,

    /// <summary>
    /// Every byte was read back from the tier and hashed here. Proves that the tier had the committed content at that moment.
    /// </summary>
    Reread,
}

/// <summary>What a look at a copy found.</summary>
public enum TierOutcome
{
    /// <summary>As it should be.</summary>
    Proved,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>Another size.</summary>
    WrongSize,

    /// <summary>Other bytes, or another hash noted beside it.</summary>
    WrongHash,

    /// <summary>There, and the tier would let it be deleted too early.</summary>
    NotLocked,
}

/// <summary>Answer of a look at a copy.</summary>
/// <param name="Outcome">What was found.</param>
/// <param name="By">What was done to find it.</param>
/// <param name="Text">For a person, English.</param>
internal sealed record TierVerdict(TierOutcome Outcome, TierProof By, string Text)
{
    public bool IsProved => Outcome == TierOutcome.Proved;
}
