using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage;
using ExamMonitor.Footage.Ledger;

namespace ExamMonitor.Agent.Keeping;

/// <summary>The ledger of the footage volume. Opened at its first use: not before the archive has checked that the volume is the right one, so that nothing is ever written below a mount point without its disk. Thread-safe.</summary>
internal sealed class VolumeLedger : ILedgerSink, IDisposable
{
    private readonly Lazy<(LedgerLog Log, FootageLedger Ledger)> _open;
    private readonly TimeProvider _time;
    private readonly AgentId _agent;
    private long _signedSize = -1;
    private string? _published;

    /// <summary>Makes a ledger that is not open yet.</summary>
    /// <param name="volume">Root of the volume.</param>
    /// <param name="keyPath">Signing key, outside the volume.</param>
    /// <param name="site">Site.</param>
    /// <param name="agent">Agent.</param>
    /// <param name="time">Clock.</param>
    public VolumeLedger(string volume, string keyPath, SiteId site, AgentId agent, TimeProvider time)
    {
        (_time, _agent) = (time, agent);
        _open = new(() =>
        {
            var log = LedgerLog.Open(Path.Combine(volume, "ledger"), keyPath, Checkpoint.OriginOf(site, agent));
            return (log, new(log, time));
        });
    }

    /// <summary>The log, for proofs.</summary>
    public LedgerLog Log => _open.Value.Log;

    /// <summary>What was found wrong when it was opened.</summary>
    public LedgerDamage Damage => Log.Damage;

    /// <summary>Key that signs, PEM.</summary>
    public string PublicKey => Log.ExportPublicKey();

    /// <inheritdoc/>
    public long Append(FootageLeaf leaf) => _open.Value.Ledger.Append(leaf);

    /// <inheritdoc/>
    public long? Entries => Log.Size;

    /// <summary>Appends any other entry.</summary>
    public long Append(string kind, IReadOnlyDictionary<string, string> facts) => _open.Value.Ledger.Append(kind, null, null, facts);

    /// <summary>Appends any other entry about a camera.</summary>
    public long Append(string kind, RoomId room, CameraId camera, IReadOnlyDictionary<string, string> facts) => _open.Value.Ledger.Append(kind, room, camera, facts);

    /// <summary>Signs a head when something was appended since the last; at the first call the last head again.</summary>
    /// <returns>What to publish; null when nothing changed.</returns>
    public LedgerCheckpoint? SignIfChanged()
    {
        var log = Log;
        var size = log.Size;
        if (size == _signedSize || size == 0) return null;
        var message = MessageOf(log.Sign(_time.GetUtcNow()));
        (_signedSize, _published) = (message.Size, message.Note);
        return message;
    }

    /// <summary>The newest head, when it carries other signatures than when it was given out last.</summary>
    /// <returns>What to publish; null when there is nothing new.</returns>
    public LedgerCheckpoint? NewestIfCosigned()
    {
        if (Log.CheckpointNote is not { } note || string.Equals(note, _published, StringComparison.Ordinal)) return null;
        var message = MessageOf(note);
        // A head that was not given out yet is SignIfChanged's to give.
        if (message.Size != _signedSize) return null;
        _published = note;
        return message;
    }

    private LedgerCheckpoint MessageOf(string note) => SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out var head)
        ? new(LedgerCheckpoint.SchemaName, head.Time, 0, _agent, head.Size, head.Root.ToBase64(), note)
        : throw new System.Diagnostics.UnreachableException(note);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_open.IsValueCreated) _open.Value.Log.Dispose();
    }
}
