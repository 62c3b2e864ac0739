using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Preservation.Volume;

/// <summary>
/// The ledger of the footage volume. Opened at its first use: not before the archive has checked that the volume is the right one, so that
/// nothing is ever written below a mount point without its disk. Thread-safe.
/// </summary>
internal sealed class VolumeLedger : ILedgerSink, IDisposable
{
    private readonly Lazy<(LedgerLog Log, FootageLedger Ledger)> _open;
    private readonly TimeProvider _time;
    private readonly AgentId _agent;
    private long _signedSize = -1;
    private string? _published;

    /// <summary>What is wrong with it; nothing while it is not open.</summary>
    public IReadOnlyList<LedgerFinding> FindingsIfOpen => _open.IsValueCreated ? Log.Findings : [];

    /// <summary>Makes a ledger that is not open yet.</summary>
    /// <param name="volume">Root of the volume.</param>
    /// <param name="keyPath">Signing key, outside the volume.</param>
    /// <param name="site">Site.</param>
    /// <param name="agent">Agent.</param>
    /// <param name="time">Clock.</param>
    /// <param name="headsFolder">Where the newest head of each volume is remembered, outside of it; null for nowhere.</param>
    /// <param name="forCommand">Whether a command opens it, which leaves what is wrong for the agent to find.</param>
    public VolumeLedger(
        string volume,
        string keyPath,
        SiteId site,
        AgentId agent,
        TimeProvider time,
        string? headsFolder = null,
        bool forCommand = false
    )
    {
        (_time, _agent) = (time, agent);
        _open = new(() =>
        {
            var anchor = headsFolder is null ? null : LedgerAnchor.PathOf(headsFolder, volume);
            var (folder, origin) = (Path.Combine(volume, "ledger"), Checkpoint.OriginOf(site, agent));
            var log = forCommand
                ? LedgerLog.OpenForCommand(folder, keyPath, origin, anchor)
                : LedgerLog.Open(folder, keyPath, origin, anchor);
            var ledger = new FootageLedger(log, time);
            // What was wrong is a part of the history from here on, whoever mends the files.
            foreach (var finding in log.Findings)
                ledger.Append(LedgerEntry.LedgerFinding, null, null, finding.ToFacts());
            if (!forCommand)
                StandardKeyBinding.Ensure(log, keyPath, time.GetUtcNow());
            return (log, ledger);
        });
    }

    /// <summary>
    /// Opens the ledger anew when its disk was mounted anew. To be called when the volume at the place is the right one, see
    /// <see cref="VolumeWatch"/>; nothing is appended or signed before.
    /// </summary>
    /// <returns>What the opening found; null when there was nothing to do.</returns>
    /// <exception cref="IOException">The next call tries again.</exception>
    public LedgerReopening? ReopenIfElsewhere()
    {
        if (!_open.IsValueCreated || Log.ReopenIfElsewhere() is not { } reopened)
            return null;
        // The newest head that lies there is given out again.
        Interlocked.Exchange(ref _signedSize, -1);
        foreach (var finding in reopened.Found)
            Append(LedgerEntry.LedgerFinding, finding.ToFacts());
        return reopened;
    }

    /// <summary>The log, for proofs.</summary>
    public LedgerLog Log => _open.Value.Log;

    /// <summary>The weightiest thing that is wrong with it.</summary>
    public LedgerDamage Damage => Log.Damage;

    /// <summary>All that is wrong with it, as far as it was looked at.</summary>
    public IReadOnlyList<LedgerFinding> Findings => Log.Findings;

    /// <summary>
    /// Takes in what somebody who read the ledger again found: a problem, and an entry of its own. The same finding once.
    /// </summary>
    public void Report(LedgerFinding finding)
    {
        if (Log.Report(finding))
            Append(LedgerEntry.LedgerFinding, finding.ToFacts());
    }

    /// <summary>Key that signs, PEM.</summary>
    public string PublicKey => Log.ExportPublicKey();

    /// <inheritdoc/>
    public long Append(FootageLeaf leaf) => _open.Value.Ledger.Append(leaf);

    /// <inheritdoc/>
    public long? Entries => Log.Size;

    /// <inheritdoc/>
    public int Generation => Log.Generation;

    /// <inheritdoc/>
    public IReadOnlySet<string> Standing(IReadOnlyCollection<string> paths) => _open.Value.Ledger.Standing(paths);

    /// <inheritdoc/>
    public long? NewestNumber(RoomId room, CameraId camera) => _open.Value.Ledger.NewestNumber(room, camera);

    /// <inheritdoc/>
    public IEnumerable<EnteredItem> Items() => _open.Value.Ledger.Items();

    /// <inheritdoc/>
    public CameraPlace? FindLost(RoomId room, CameraId camera, long lastLeaf) => _open.Value.Ledger.FindLost(room, camera, lastLeaf);

    /// <summary>Appends any other entry.</summary>
    public long Append(string kind, IReadOnlyDictionary<string, string> facts) => _open.Value.Ledger.Append(kind, null, null, facts);

    /// <summary>Appends any other entry about a camera.</summary>
    public long Append(string kind, RoomId room, CameraId camera, IReadOnlyDictionary<string, string> facts) =>
        _open.Value.Ledger.Append(kind, room, camera, facts);

    /// <summary>Signs a head when something was appended since the last; at the first call the last head again.</summary>
    /// <returns>What to publish; null when nothing changed.</returns>
    public LedgerCheckpoint? SignIfChanged()
    {
        var log = Log;
        var size = log.Size;
        // Over a history that is not the one that was signed, nothing is signed; the last head goes out once more, so that a witness can
        // compare.
        if (!log.MaySign && (_signedSize >= 0 || log.CheckpointNote is null))
            return null;
        if (size == _signedSize || size == 0)
            return null;
        var message = MessageOf(log.MaySign ? log.Sign(_time.GetUtcNow()) : log.CheckpointNote!);
        (_signedSize, _published) = (message.Size, message.Note);
        return message;
    }

    /// <summary>The newest head, when it carries other signatures than when it was given out last.</summary>
    /// <returns>What to publish; null when there is nothing new.</returns>
    public LedgerCheckpoint? NewestIfCosigned()
    {
        if (Log.CheckpointNote is not { } note || string.Equals(note, _published, StringComparison.Ordinal))
            return null;
        var message = MessageOf(note);
        // A head that was not given out yet is SignIfChanged's to give.
        if (message.Size != _signedSize)
            return null;
        _published = note;
        return message;
    }

    private LedgerCheckpoint MessageOf(string note) =>
        SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out var head)
            ? new(LedgerCheckpoint.SchemaName, head.Time, 0, _agent, head.Size, head.Root.ToBase64(), note)
            : throw new System.Diagnostics.UnreachableException(note);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_open.IsValueCreated)
            _open.Value.Log.Dispose();
    }
}
