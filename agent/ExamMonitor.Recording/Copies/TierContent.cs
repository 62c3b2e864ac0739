namespace ExamMonitor.Recording.Copies;

/// <summary>What is to be put on a tier. Its hash is known before: what was committed decides, not what is read now.</summary>
/// <param name="SizeBytes">Bytes, ≥ 0; of a longer stream only these are taken.</param>
/// <param name="Sha256">32 bytes.</param>
/// <param name="Open">Opens it from its start; may be called again.</param>
/// <param name="MayReplace">False for a segment, which never changes. True for a document that grows (day lines, ledger): the older state
/// is kept as well, never overwritten.</param>
internal sealed record TierContent(long SizeBytes, ReadOnlyMemory<byte> Sha256, Func<Stream> Open, bool MayReplace = false)
{
    /// <summary>Lower-case hex of <see cref="Sha256"/>.</summary>
    public string Sha256Hex => Convert.ToHexStringLower(Sha256.Span);

    /// <summary>
    /// Whether an older state that is not the beginning of this one must stay. False only for a file whose older states stand elsewhere as
    /// well.
    /// </summary>
    public bool KeepOlder { get; init; } = true;
}

/// <summary>An object as the tier describes it. Nothing of it is proved by being said.</summary>
/// <param name="Key">Key.</param>
/// <param name="Version">Version that the tier gave it; empty for a tier that keeps none.</param>
/// <param name="SizeBytes">Bytes.</param>
/// <param name="Sha256">Lower-case hex, as written beside it when it was put.</param>
/// <param name="RetainUntil">Until when the tier refuses to delete it, UTC; null for not at all.</param>
internal sealed record TierObject(TierKey Key, string Version, long SizeBytes, string Sha256, DateTimeOffset? RetainUntil)
{
    /// <summary>
    /// What putting it has proved already. Set only by putting it on the tier; <see cref="TierProof.None"/> leaves the proving to the
    /// caller.
    /// </summary>
    public TierProof Proof { get; init; }

    /// <summary>The tier's own checksum as it words it (S3: the ETag); empty for none.</summary>
    public string Tag { get; init; } = "";
}
