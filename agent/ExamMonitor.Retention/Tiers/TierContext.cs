using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Retention.Tiers;

/// <summary>What all work on an archive tier shares. Mismatches latch here.</summary>
/// <param name="Tier">Tier.</param>
/// <param name="Volume">Footage volume.</param>
/// <param name="VolumeId">Its id.</param>
/// <param name="Index">Index.</param>
/// <param name="Options">Options.</param>
internal sealed record TierContext(IArchiveTier Tier, IVolume Volume, Guid VolumeId, FootageIndex Index, TierOptions Options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TierMismatch> _mismatches = new(StringComparer.Ordinal);

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Tags of the notes for the ledger; null where none are made.</summary>
    public required TierNoteTags? Tags { get; init; }

    /// <summary>Id of the tier, once it is open.</summary>
    public Guid TierId { get; set; }

    public long NowMs => UnixMs.Of(Time.GetUtcNow());

    public IReadOnlyList<TierMismatch> Mismatches
    {
        get
        {
            lock (_gate)
                return [.. _mismatches.Values];
        }
    }

    public bool IsMismatched(string path)
    {
        lock (_gate)
            return _mismatches.ContainsKey(path);
    }

    public void Mismatched(string path, string text)
    {
        bool first;
        lock (_gate)
            first = _mismatches.TryAdd(path, new(path, text));
        if (first)
            Logger.TierMismatched(path, text);
    }

    /// <summary>Has a copy proved: what putting it did not prove is read again.</summary>
    /// <param name="put">As it was put, and as it must be found.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How it is proved; and what was found instead, null when it is.</returns>
    public async Task<(TierProof Proof, TierVerdict? Failed)> ProvedAsync(TierObject put, CancellationToken cancellationToken)
    {
        if (put.Proof >= TierProof.Checksum)
            return (put.Proof, null);
        var verdict = await Tier.ProveAsync(put, TierProof.Reread, cancellationToken).ConfigureAwait(false);
        return (TierProof.Reread, verdict.IsProved ? null : verdict);
    }

    private TierNote Note(string kind, StoredSegment? segment, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        var id = Guid.NewGuid().ToString("N");
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = id };
        foreach (var (name, value) in facts)
            all[name] = value;
        var note = new TierNote(id, kind, segment?.Room.Text, segment?.Camera.Text, all);
        return Tags?.Seal(note, Index.Read(NotedHead.NotedSize)) ?? note;
    }

    /// <summary>The facts that every entry about a copy has.</summary>
    public TierNote NoteOf(string kind, StoredSegment? segment, CopyRow copy, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var until = Contracts.UtcJsonConverter.ToText(UnixMs.ToUtc(copy.RetainUntilMs));
        return Note(
            kind,
            segment,
            [
                ("path", copy.Path),
                ("bytes", copy.SizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                ("sha256", Convert.ToHexStringLower(copy.Sha256.Span)),
                ("tier", TierId.ToString("D")),
                ("place", Tier.Name),
                ("version", copy.Version),
                ("retainUntil", until),
                ("proof", copy.Proof.ToString().ToLowerInvariant()),
                .. more,
            ]
        );
    }
}
