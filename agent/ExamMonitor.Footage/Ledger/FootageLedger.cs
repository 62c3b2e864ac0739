using ExamMonitor.Contracts;

namespace ExamMonitor.Footage.Ledger;

/// <summary>The agent's ledger as the archive and the rest of the agent use it.</summary>
/// <remarks>
/// A segment or gap is appended once however often it is asked for: after a crash the archive asks again with the same number, and gets the entry
/// that is there. What is known of numbers is read from the last two files at start; an older question reads the ledger once. Safe from any thread.
/// </remarks>
/// <param name="log">The log; disposed of by the caller.</param>
/// <param name="time">Clock.</param>
public sealed class FootageLedger(LedgerLog log, TimeProvider time) : ILedgerSink
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Room, string Camera), SortedDictionary<long, long>> _leaves = [];
    private bool _read;
    private bool _readAll;
    private DateTimeOffset _tailFrom;

    /// <summary>Appends a segment or gap, unless the ledger has it.</summary>
    /// <returns>Its number in the ledger.</returns>
    public long Append(FootageLeaf leaf)
    {
        lock (_lock)
        {
            ReadTail();
            var known = Known(leaf.Room.Text, leaf.Camera.Text);
            if (known.TryGetValue(leaf.Number, out var number)) return number;
            // An entry is never older than what it speaks of. Only a question about times before the tail may have its answer before the tail.
            if (!_readAll && leaf.EndUtc <= _tailFrom)
            {
                ReadFrom(0);
                _readAll = true;
                if (known.TryGetValue(leaf.Number, out number)) return number;
            }

            number = log.Append(LedgerEntry.Format(leaf, time.GetUtcNow()));
            known[leaf.Number] = number;
            if (!_readAll && known.Count > LedgerEntries.PerFile) known.Remove(known.Keys.First());
            return number;
        }
    }

    /// <summary>Appends any other entry.</summary>
    /// <inheritdoc cref="LedgerEntry.Format(string, DateTimeOffset, RoomId?, CameraId?, IReadOnlyDictionary{string, string})"/>
    /// <returns>Its number in the ledger.</returns>
    public long Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts) =>
        log.Append(LedgerEntry.Format(kind, time.GetUtcNow(), room, camera, facts));

    private void ReadTail()
    {
        if (_read) return;
        var first = Math.Max(0, log.Size - (2 * LedgerEntries.PerFile));
        _tailFrom = first == 0 ? DateTimeOffset.MinValue : LedgerEntry.Parse(log.Read(first))?.At ?? DateTimeOffset.MaxValue;
        ReadFrom(first);
        _read = true;
    }

    private void ReadFrom(long number)
    {
        foreach (var entry in log.ReadFrom(number))
        {
            if (LedgerEntry.Parse(entry) is { Room: { } room, Camera: { } camera, Number: { } place }) Known(room, camera).TryAdd(place, number);
            number++;
        }
    }

    private SortedDictionary<long, long> Known(string room, string camera)
    {
        if (!_leaves.TryGetValue((room, camera), out var known)) _leaves[(room, camera)] = known = [];
        return known;
    }
}
