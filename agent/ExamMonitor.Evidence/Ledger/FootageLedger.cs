using System.Text;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>The agent's ledger as the archive and the rest of the agent use it.</summary>
/// <remarks>
/// A segment or gap is appended once however often it is asked for: after a crash the archive asks again with the same number, and gets the
/// entry
/// that is there. A camera's numbers grow with their place in the ledger, so the newest entry of a camera decides: a higher number is new,
/// a lower one is
/// found by going back from entry to entry over <c>previous</c>. Memory: the newest <see cref="Remembered"/> numbers of each camera. Safe
/// from any thread.
/// </remarks>
/// <param name="log">The log; disposed of by the caller.</param>
/// <param name="time">Clock.</param>
public sealed class FootageLedger(LedgerLog log, TimeProvider time) : ILedgerSink
{
    /// <summary>Numbers that are remembered of a camera.</summary>
    internal const int Remembered = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Room, string Camera), SortedDictionary<long, long>> _leaves = [];
    private bool _read;
    private int _generation;
    private long _tailStart;
    private DateTimeOffset _tailFrom;

    /// <summary>Appends a segment or gap, unless the ledger has it.</summary>
    /// <returns>Its number in the ledger.</returns>
    public long Append(FootageLeaf leaf)
    {
        lock (_lock)
        {
            ReadTail();
            // The camera asks first what of its own is lost: an entry of later must not stand before it.
            if (leaf.Generation is { } known && known != _generation)
                throw new LedgerException(
                    "append an entry",
                    leaf.Camera.Text,
                    "The ledger was opened anew meanwhile; what is lost is entered first."
                );
            if (Find(leaf) is { } number)
                return number;
            number = log.Append(LedgerEntry.Format(leaf, time.GetUtcNow()), _generation);
            Remember(leaf.Room.Text, leaf.Camera.Text, leaf.Number, number);
            if (leaf.Source == LeafSource.Volume)
                Tell(new(LedgerDamage.EnteredFromVolume, $"{leaf.Room}/{leaf.Camera}", number), leaf);
            return number;
        }
    }

    /// <inheritdoc/>
    public int Generation => log.Generation;

    /// <inheritdoc/>
    public CameraPlace? FindLost(RoomId room, CameraId camera, long lastLeaf)
    {
        lock (_lock)
        {
            // A history that is not the one that was signed is mended first: nothing is entered a second time behind its cut.
            if (lastLeaf < 0 || !log.MaySign)
                return null;
            if (
                lastLeaf < log.Size
                && LedgerEntry.Parse(log.Read(lastLeaf)) is { } entry
                && entry.Room == room.Text
                && entry.Camera == camera.Text
                && entry.Number is not null
            )
                return null;
            ReadTail();
            if (Known(room.Text, camera.Text).Count == 0)
                SearchBack(room, camera, 0);
            return Known(room.Text, camera.Text) is { Count: > 0 } known ? new(known.Last().Key, known.Last().Value) : new(0, -1);
        }
    }

    /// <summary>Appends any other entry.</summary>
    /// <inheritdoc cref="LedgerEntry.Format(string, DateTimeOffset, RoomId?, CameraId?, IReadOnlyDictionary{string, string})"/>
    /// <returns>Its number in the ledger.</returns>
    public long Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts) =>
        log.Append(LedgerEntry.Format(kind, time.GetUtcNow(), room, camera, facts));

    /// <inheritdoc/>
    public IReadOnlySet<string> Standing(IReadOnlyCollection<string> paths) => StandingFiles.Of(log, paths);

    /// <inheritdoc/>
    public long? NewestNumber(RoomId room, CameraId camera)
    {
        lock (_lock)
        {
            ReadTail();
            return _leaves.TryGetValue((room.Text, camera.Text), out var known) && known.Count > 0 ? known.Last().Key : null;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<EnteredItem> Items()
    {
        var number = 0L;
        foreach (var entry in log.Read(0, log.Size))
        {
            if (
                LedgerEntry.Parse(entry) is
                {
                    Kind: LedgerEntry.Segment or LedgerEntry.Gap,
                    Room: { } room,
                    Camera: { } camera,
                    Number: { } place,
                    Start: { } start
                } item
            )
                yield return new(number, room, camera, place, start, item.Sha256);
            number++;
        }
    }

    /// <inheritdoc/>
    public void Report(LedgerFinding finding)
    {
        if (log.Report(finding))
            Append(LedgerEntry.LedgerFinding, null, null, finding.ToFacts());
    }

    private void Tell(LedgerFinding finding, FootageLeaf leaf)
    {
        if (log.Report(finding))
            Append(LedgerEntry.LedgerFinding, leaf.Room, leaf.Camera, finding.ToFacts());
    }

    private long? Find(FootageLeaf leaf)
    {
        var known = Known(leaf.Room.Text, leaf.Camera.Text);
        // An entry is never older than what it speaks of: only a question about times before the tail may have its answer before the tail.
        if (known.Count == 0 && leaf.EndUtc <= _tailFrom)
            SearchBack(leaf.Room, leaf.Camera, leaf.PreviousLeaf + 1);
        if (known.Count == 0 || leaf.Number > known.Keys.Last())
            return null;
        if (known.TryGetValue(leaf.Number, out var number))
            return number;
        var (place, at) = known.First();
        while (place > leaf.Number && at >= 0)
        {
            if (LedgerEntry.Parse(log.Read(at)) is not { Number: { } found, Previous: { } previous } || found != place || previous >= at)
                break;
            (place, at) = (place - 1, previous);
        }

        // A chain that does not lead there is damage: the item is entered anew, and every verification tells the broken order.
        return place == leaf.Number && at >= 0 && LedgerEntry.Parse(log.Read(at))?.Number == leaf.Number ? at : null;
    }

    /// <summary>The newest entry of a camera that the tail does not speak of; one file of entries is held at a time.</summary>
    private void SearchBack(RoomId room, CameraId camera, long downTo)
    {
        var word = Encoding.UTF8.GetBytes($"\"camera\":\"{camera}\"");
        for (var end = _tailStart; end > downTo; )
        {
            var start = Math.Max(0, (end - 1) / LedgerEntries.PerFile * LedgerEntries.PerFile);
            var number = start;
            foreach (var entry in log.Read(start, end))
            {
                if (
                    entry.AsSpan().IndexOf(word) >= 0
                    && LedgerEntry.Parse(entry) is { Number: { } place } found
                    && found.Room == room.Text
                    && found.Camera == camera.Text
                )
                    Remember(room.Text, camera.Text, place, number);
                number++;
            }

            if (Known(room.Text, camera.Text).Count > 0)
                return;
            end = start;
        }
    }

    private void ReadTail()
    {
        var generation = log.Generation;
        if (_read && generation == _generation)
            return;
        _leaves.Clear();
        (_read, _generation) = (false, generation);
        var size = log.Size;
        _tailStart = Math.Max(0, size - (2 * LedgerEntries.PerFile));
        _tailFrom = _tailStart == 0 ? DateTimeOffset.MinValue : LedgerEntry.Parse(log.Read(_tailStart))?.At ?? DateTimeOffset.MaxValue;
        var number = _tailStart;
        foreach (var entry in log.Read(_tailStart, size))
        {
            if (LedgerEntry.Parse(entry) is { Room: { } room, Camera: { } camera, Number: { } place })
                Remember(room, camera, place, number);
            number++;
        }

        _read = true;
    }

    private void Remember(string room, string camera, long place, long number)
    {
        var known = Known(room, camera);
        known.TryAdd(place, number);
        if (known.Count > Remembered)
            known.Remove(known.Keys.First());
    }

    private SortedDictionary<long, long> Known(string room, string camera)
    {
        if (!_leaves.TryGetValue((room, camera), out var known))
            _leaves[(room, camera)] = known = [];
        return known;
    }
}
