using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Transparency;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>A witness that has cosigned heads of this ledger.</summary>
/// <param name="Key">Its verifier key.</param>
/// <param name="RemovedAt">Since when the configuration does not name it, UTC; null while it does.</param>
internal sealed record KnownWitness(string Key, DateTimeOffset? RemovedAt)
{
    /// <summary>Its name.</summary>
    public string Name => Key.Split('+')[0];
}

/// <summary>
/// Remembers whose cosignatures this ledger has had: whoever takes a witness out of the configuration is told so until a person answers
/// for it.
/// </summary>
/// <remarks>
/// Each change is an entry <c>witnesses</c> of the ledger first, then the file beside the key: a crash repeats it. A file that is gone is
/// made again from the newest such entry. Thread-safe.
/// </remarks>
internal sealed partial class WitnessRegistry
{
    /// <summary>Entries that are looked through for the newest list when the file is gone: 30 MB at most.</summary>
    internal const int LookedThrough = 16 * 4096;

    private const string Kind = "witnesses";
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly VolumeLedger _ledger;
    private readonly HashSet<string> _configured;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private List<KnownWitness>? _known;

    /// <summary>Takes over what the last run left.</summary>
    /// <param name="path">File.</param>
    /// <param name="ledger">Ledger.</param>
    /// <param name="configured">Verifier keys of the configured witnesses.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Log.</param>
    public WitnessRegistry(string path, VolumeLedger ledger, IEnumerable<string> configured, TimeProvider time, ILogger log)
    {
        (_path, _ledger, _configured, _time, _log) = (path, ledger, new(configured, StringComparer.Ordinal), time, log);
        _known = WitnessFile.Load<KnownWitness>(path, why => LogUnreadable(log, path, why));
    }

    /// <summary>Witnesses that are not asked any more, and for which nobody has answered.</summary>
    public IReadOnlyList<KnownWitness> Removed
    {
        get
        {
            lock (_lock)
                return
                [
                    .. (_known ?? [])
                        .Where(w => !_configured.Contains(w.Key))
                        .Select(w => w with { RemovedAt = w.RemovedAt ?? _time.GetUtcNow() }),
                ];
        }
    }

    /// <summary>Compares what is known with the configuration. To be called now and then.</summary>
    /// <exception cref="IOException">The next call tries again.</exception>
    public void Settle()
    {
        lock (_lock)
        {
            var found = _known ?? FindNewest();
            var now = _time.GetUtcNow();
            var settled = found.ConvertAll(w =>
                _configured.Contains(w.Key) ? w with { RemovedAt = null } : w with { RemovedAt = w.RemovedAt ?? now }
            );
            if (_known is { } known && known.SequenceEqual(settled))
                return;
            if (!found.SequenceEqual(settled))
                Enter(settled, null);
            Save(settled);
            if (settled.Find(w => w.RemovedAt == now) is { } removed)
                LogRemoved(_log, removed.Name);
        }
    }

    /// <summary>Takes note that a witness cosigned.</summary>
    public void Note(VerifierKey key)
    {
        lock (_lock)
        {
            var text = key.ToString();
            if (_known is not { } known || known.Exists(w => w.Key == text))
                return;
            List<KnownWitness> grown = [.. known, new(text, null)];
            Enter(grown, null);
            Save(grown);
        }
    }

    /// <summary>A person answers for those that are not asked any more.</summary>
    public void Acknowledge(ActingPerson person)
    {
        lock (_lock)
        {
            if (_known is not { } known || known.TrueForAll(w => _configured.Contains(w.Key)))
                return;
            var left = known.FindAll(w => _configured.Contains(w.Key));
            Enter(left, person);
            Save(left);
        }
    }

    private void Enter(List<KnownWitness> witnesses, ActingPerson? person)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["keys"] = string.Join(' ', witnesses.Select(w => w.Key)),
            ["removed"] = string.Join(' ', witnesses.Where(w => w.RemovedAt is not null).Select(w => w.Name)),
        };
        if (person is not null)
            (facts["who"], facts["reason"]) = (person.Name, person.Reason ?? string.Empty);
        _ledger.Append(Kind, facts);
    }

    private List<KnownWitness> FindNewest()
    {
        var word = Encoding.UTF8.GetBytes($"\"kind\":\"{Kind}\"");
        var size = _ledger.Log.Size;
        var newest = _ledger.Log.Read(Math.Max(0, size - LookedThrough), size).LastOrDefault(e => e.AsSpan().IndexOf(word) >= 0);
        return
            newest is not null && LedgerEntry.Parse(newest) is { Kind: Kind, Facts: { } facts } && facts.TryGetValue("keys", out var keys)
            ? [.. keys.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(k => new KnownWitness(k, null))]
            : [];
    }

    private void Save(List<KnownWitness> witnesses)
    {
        WitnessFile.Save(_path, witnesses);
        _known = witnesses;
    }

    [LoggerMessage(
        EventId = 249,
        Level = LogLevel.Critical,
        Message = "Witness {Witness} has cosigned this ledger's heads, and the configuration does not name it any more"
    )]
    private static partial void LogRemoved(ILogger log, string witness);

    [LoggerMessage(
        EventId = 258,
        Level = LogLevel.Error,
        Message = "{Path} cannot be read ({Why}); it was put aside and is made again from the ledger"
    )]
    private static partial void LogUnreadable(ILogger log, string path, string why);
}
