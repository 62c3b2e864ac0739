using ExamMonitor.Recording.Copies;

namespace ExamMonitor.Retention.Tiers;

/// <summary>A second place for footage. One writer at a time; reading is safe from any thread.</summary>
/// <remarks>
/// Every failure is a <see cref="TierException"/>. What a tier answers is hostile input: sizes are bounded by what was committed, names by
/// <see cref="TierKey"/>.
/// </remarks>
internal interface IArchiveTier : IDisposable
{
    /// <summary>For messages and the ledger, such as <c>s3:bucket</c>; never a secret.</summary>
    string Name { get; }

    /// <summary>
    /// Looks whether this is the tier that belongs to the volume and keeps what it is given; clears what a killed writer left. Makes an
    /// empty place a tier when allowed.
    /// </summary>
    /// <returns>Its identity.</returns>
    Task<TierIdentity> OpenAsync(TierExpectation expected, CancellationToken cancellationToken);

    /// <summary>
    /// Puts an object. Returns when the tier says that it is stored and kept until the date. The same content under the same key again
    /// changes nothing.
    /// </summary>
    /// <param name="key">Key.</param>
    /// <param name="content">Content; hashed while it is sent, or when it is read back.</param>
    /// <param name="retainUntil">Until when the tier must refuse to delete it, UTC.</param>
    /// <param name="cancellationToken">Stops it; nothing half is ever seen under the key.</param>
    /// <exception cref="TierMismatchException">The content is not what its hash says, or the key holds something else.</exception>
    Task<TierObject> PutAsync(TierKey key, TierContent content, DateTimeOffset retainUntil, CancellationToken cancellationToken);

    /// <summary>
    /// What the tier says of an object; the newest version for an empty <paramref name="version"/>. Null when there is none.
    /// </summary>
    Task<TierObject?> FindAsync(TierKey key, string version, CancellationToken cancellationToken);

    /// <summary>
    /// Looks whether a copy is what was committed. <see cref="TierProof.Checksum"/> cannot be asked for later and counts as
    /// <see cref="TierProof.Reread"/>.
    /// </summary>
    Task<TierVerdict> ProveAsync(TierObject expected, TierProof depth, CancellationToken cancellationToken);

    /// <summary>Raises the date until which an object is kept; an earlier date changes nothing.</summary>
    /// <returns>The date that holds now.</returns>
    Task<DateTimeOffset> ExtendAsync(TierKey key, string version, DateTimeOffset retainUntil, CancellationToken cancellationToken);

    /// <summary>Opens an object for reading from its start. Null when there is none.</summary>
    Task<Stream?> OpenReadAsync(TierKey key, string version, CancellationToken cancellationToken);

    /// <summary>
    /// Every object below a folder (empty: all), the newest version of each, in no order. Names that are no <see cref="TierKey"/> are
    /// passed over.
    /// </summary>
    IAsyncEnumerable<TierObject> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Deletes a version for good.</summary>
    /// <returns>False while the tier keeps it locked.</returns>
    Task<bool> DeleteAsync(TierKey key, string version, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>Contents of <c>tier.json</c>: which tier this is and whose footage it holds.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Id">Made once.</param>
/// <param name="Volume">Id of the volume whose copies it holds; one volume per tier.</param>
/// <param name="Site">Site.</param>
/// <param name="CreatedAt">UTC.</param>
internal sealed record TierIdentity(string Schema, Guid Id, Guid Volume, string Site, DateTimeOffset CreatedAt)
{
    public const string FileName = "tier.json";

    public const string SchemaName = "exam-monitor/tier/1";

    public const int MaxBytes = 4096;
}

/// <summary>What a tier must be.</summary>
/// <param name="Id">Id that the index knows; null before the first copy.</param>
/// <param name="Volume">Volume; null accepts any (restoring after a loss).</param>
/// <param name="Site">Site, for a new one.</param>
/// <param name="MayCreate">Whether an empty place may become the tier.</param>
/// <param name="Now">Now, UTC.</param>
internal sealed record TierExpectation(Guid? Id, Guid? Volume, string Site, bool MayCreate, DateTimeOffset Now)
{
    /// <summary>
    /// Whether who opens it is about to copy, alone: what an earlier copier left unfinished may be taken back. Anybody else would take back
    /// what is being sent.
    /// </summary>
    public bool IsCopier { get; init; }

    /// <summary>Refuses another tier: an unmounted disk leaves an empty folder of the root disk, which must not be filled.</summary>
    /// <exception cref="TierRefusedException">It is another one.</exception>
    public TierIdentity Require(TierIdentity found, string name)
    {
        if (Id is { } id && found.Id != id)
            throw new TierRefusedException(
                "use the archive tier",
                name,
                $"This is tier {found.Id}; {id} is expected. Mount the right disk, or name the right bucket."
            );
        if (Volume is { } volume && found.Volume != volume)
            throw new TierRefusedException(
                "use the archive tier",
                name,
                $"It holds copies of volume {found.Volume}, not of {volume}. Give each agent a tier (or a prefix) of its own."
            );
        return found;
    }

    /// <summary>A new identity, when one may be made.</summary>
    /// <exception cref="TierRefusedException">It may not.</exception>
    public TierIdentity New(string name)
    {
        if (Id is { } id)
            throw new TierRefusedException(
                "use the archive tier",
                name,
                $"There is no {TierIdentity.FileName} here; tier {id} is expected. Mount the disk of the archive tier, or name the right bucket."
            );
        if (!MayCreate || Volume is null)
            throw new TierRefusedException(
                "use the archive tier",
                name,
                $"There is no {TierIdentity.FileName} here. For a new, empty tier set tier.create: true for one start."
            );
        return new(TierIdentity.SchemaName, Guid.NewGuid(), Volume.Value, Site, Now.ToUniversalTime());
    }
}
