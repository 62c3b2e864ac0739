using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;

namespace ExamMonitor.Recording.Index;

/// <summary>A proved copy on the archive tier.</summary>
/// <param name="Path">Path on the volume, and key on the tier.</param>
/// <param name="Segment">Segment; null for a document.</param>
/// <param name="EndMs">End of the segment; for a document, when its file was last changed.</param>
/// <param name="SizeBytes">Bytes.</param>
/// <param name="Sha256">32 bytes.</param>
/// <param name="Version">Version on the tier.</param>
/// <param name="RetainUntilMs">Until when the tier keeps it.</param>
/// <param name="CopiedMs">When it was copied.</param>
/// <param name="ProvedMs">When it was proved last.</param>
/// <param name="Proof">By what.</param>
internal sealed record CopyRow(
    string Path,
    long? Segment,
    long EndMs,
    long SizeBytes,
    ReadOnlyMemory<byte> Sha256,
    string Version,
    long RetainUntilMs,
    long CopiedMs,
    long ProvedMs,
    TierProof Proof
)
{
    /// <summary>Whether the file lies on the volume, too.</summary>
    public bool IsLocal { get; init; } = true;

    /// <summary>Until when a restored file stays on the volume.</summary>
    public long KeepLocalUntilMs { get; init; }

    /// <summary>Why the copy may go as soon as its lock ends; null while it is kept.</summary>
    public string? Condemned { get; init; }

    /// <summary>The object as it must be found.</summary>
    public TierObject Object =>
        new(TierKey.Of(Path), Version, SizeBytes, Convert.ToHexStringLower(Sha256.Span), UnixMs.ToUtc(RetainUntilMs));
}

/// <summary>What the ledger is to be told, and may not know yet.</summary>
/// <param name="Id">Unique; stands in the entry, so that a crash does not enter it twice.</param>
/// <param name="Kind">Kind of the entry.</param>
/// <param name="Room">Room; null for none.</param>
/// <param name="Camera">Camera; null for none.</param>
/// <param name="Facts">Facts; empty when they cannot be read.</param>
internal sealed record TierNote(string Id, string Kind, string? Room, string? Camera, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>Place in the index; 0 before it has one.</summary>
    public long No { get; init; }

    /// <summary>Who made it: a tag of the agent.</summary>
    public string? Tag { get; init; }
}

/// <summary>What lies on the archive tier, in numbers.</summary>
internal sealed record CopyTotals(long Segments, long SizeBytes, long RemoteOnly, long RemoteBytes, long Documents, long Condemned);
