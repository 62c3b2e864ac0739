using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>
/// Keeps what witnesses refused: an entry of the ledger each, and a file that says which still wait for a person. Thread-safe.
/// </summary>
internal sealed partial class WitnessRefusalStore
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly VolumeLedger _ledger;
    private readonly ILogger _log;
    private List<WitnessRefusal> _open;

    /// <summary>Takes over what the last run left. A file that cannot be read is put aside; the entries stay in the ledger.</summary>
    public WitnessRefusalStore(string path, VolumeLedger ledger, ILogger log)
    {
        (_path, _ledger, _log) = (path, ledger, log);
        _open = WitnessFile.Load<WitnessRefusal>(path, why => LogUnreadable(log, path, why)) ?? [];
    }

    /// <summary>Refusals that wait for a person, at most one per witness.</summary>
    public IReadOnlyList<WitnessRefusal> Open
    {
        get
        {
            lock (_lock)
                return [.. _open];
        }
    }

    /// <summary>
    /// Latches a refusal: the entry first, so that a crash repeats it and loses none. One of this witness that stands already stays as it
    /// is.
    /// </summary>
    /// <returns>Whether it is a new one.</returns>
    public bool Latch(WitnessRefusal refusal)
    {
        lock (_lock)
        {
            if (_open.Any(r => string.Equals(r.Witness, refusal.Witness, StringComparison.Ordinal)))
                return false;
            var result = refusal.Result.ToString();
            _ledger.Append(
                "witness-refusal",
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["finding"] = JsonNamingPolicy.KebabCaseLower.ConvertName(result),
                    ["size"] = refusal.Size.ToString(CultureInfo.InvariantCulture),
                    ["witness"] = refusal.Witness,
                    ["witnessSize"] = refusal.WitnessSize.ToString(CultureInfo.InvariantCulture),
                }
            );
            _open.Add(refusal);
            Save();
            LogRefused(_log, refusal.Witness, result, refusal.WitnessSize, refusal.Size);
            return true;
        }
    }

    /// <summary>Takes note that a person has dealt with all of them.</summary>
    public void Acknowledge(ActingPerson person)
    {
        lock (_lock)
        {
            if (_open.Count == 0)
                return;
            _ledger.Append(
                "witness-acknowledged",
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["reason"] = person.Reason ?? string.Empty,
                    ["who"] = person.Name,
                    ["witnesses"] = string.Join(' ', _open.Select(r => r.Witness)),
                }
            );
            _open = [];
            Save();
        }
    }

    private void Save() => WitnessFile.Save(_path, _open);

    [LoggerMessage(
        EventId = 246,
        Level = LogLevel.Critical,
        Message = "Witness {Witness} refuses the ledger's head ({Result}): it has cosigned {WitnessSize} entries, the head has {Size}"
    )]
    private static partial void LogRefused(ILogger log, string witness, string result, long witnessSize, long size);

    [LoggerMessage(
        EventId = 247,
        Level = LogLevel.Error,
        Message = "{Path} cannot be read ({Why}); it was put aside. What witnesses refused stands in the ledger"
    )]
    private static partial void LogUnreadable(ILogger log, string path, string why);
}
