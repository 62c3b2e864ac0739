using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Retention;

/// <summary>The volume's ledger for retention.</summary>
/// <param name="log">Log, open as long as this is used.</param>
/// <param name="time">Clock.</param>
public sealed class RetentionLedger(LedgerLog log, TimeProvider time) : IRetentionLedger
{
    private const int EntriesAtOnce = 4096;

    /// <inheritdoc/>
    public long Size => log.Size;

    /// <inheritdoc/>
    public DateTimeOffset? NewestCheckpoint =>
        log.CheckpointNote is { } text && SignedNote.TryParse(text, out var note) && Checkpoint.TryParse(note.Text, out var head)
            ? head.Time
            : null;

    /// <inheritdoc/>
    public long Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts) =>
        log.Append(LedgerEntry.Format(kind, time.GetUtcNow(), room, camera, facts));

    /// <inheritdoc/>
    public void Commit()
    {
        // A ledger that must not be signed still takes holds and sessions; they wait for their head with everything else.
        if (log.MaySign)
            log.Sign(time.GetUtcNow());
        else
            log.Flush();
    }

    /// <inheritdoc/>
    public void CommitDestruction() => log.Sign(time.GetUtcNow());

    /// <inheritdoc/>
    public IEnumerable<ParsedEntry?> ReadFrom(long number)
    {
        while (log.ReadSome(number, EntriesAtOnce) is { Count: > 0 } some)
        {
            foreach (var entry in some)
                yield return LedgerEntry.Parse(entry);
            number += some.Count;
        }
    }

    /// <inheritdoc/>
    public ParsedEntry? ReadProved(long number) => log.ReadProved(number) is { } bytes ? LedgerEntry.Parse(bytes) : null;

    /// <inheritdoc/>
    public string? RootOf(long size) => log.Root(size).ToBase64();

    /// <inheritdoc/>
    public (long Size, string Root)? SignedHead =>
        log.CheckpointNote is { } text && SignedNote.TryParse(text, out var note) && Checkpoint.TryParse(note.Text, out var head)
            ? (head.Size, head.Root.ToBase64())
            : null;

    /// <inheritdoc/>
    public string SignNote(string text) => log.SignNote(text);

    /// <inheritdoc/>
    public bool IsSigned(SignedNote note) => log.IsSigned(note);
}
