using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <content>The register of destructions.</content>
public sealed partial class FootageRetention
{
    /// <summary>Entries of the register, the newest first.</summary>
    /// <param name="before">Only those with a ledger number below this; null for the newest.</param>
    /// <param name="limit">At most so many, 1 to 10,000.</param>
    /// <param name="room">Only of this room; null for all.</param>
    /// <param name="camera">Only of this camera of <paramref name="room"/>; null for all.</param>
    public IReadOnlyList<DestructionRecord> ListDestructions(long? before, int limit, RoomId? room = null, CameraId? camera = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        long? cameraNo = null;
        if (room is { } r && camera is { } c)
        {
            if (_context.Index.Read(q => q.Camera(r, c)) is not { } row)
                return [];
            cameraNo = row.No;
        }

        return [.. Records(_context.Index.Read(q => q.Destructions(before ?? long.MaxValue, limit, cameraNo, room?.Text)))];
    }

    /// <summary>The whole register by time of destruction, the newest first, one at a time: for an export.</summary>
    /// <param name="from">First instant; null for the beginning.</param>
    /// <param name="to">Exclusive; null for no end.</param>
    public IEnumerable<DestructionRecord> ExportDestructions(DateTimeOffset? from, DateTimeOffset? to)
    {
        for (long? before = null; ListDestructions(before, 4096) is { Count: > 0 } some; before = some[^1].Ledger)
        {
            foreach (var record in some.Where(s => (from is null || s.At >= from) && (to is null || s.At < to)))
                yield return record;
        }
    }

    /// <summary>What the register beside the footage says about a camera's range: why that which is not there is not there.</summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">Exclusive; at most 31 days later.</param>
    public IReadOnlyList<DestructionRecord> Explain(RoomId room, CameraId camera, DateTimeOffset from, DateTimeOffset to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to - from, TimeSpan.FromDays(31), nameof(to));
        var register = new DestructionLog(_context.Volume);
        var found = new List<DestructionRecord>();
        // A segment lies in the folder of the day on which it began, and lasts a few minutes.
        for (var day = from.UtcDateTime.Date.AddDays(-1); day < to.UtcDateTime; day = day.AddDays(1))
            found.AddRange(
                register.Read(ArchivePath.Of(room, camera, new(day, TimeSpan.Zero), 1).Folder).Where(r => r.Start < to && r.End > from)
            );
        return [.. found.OrderBy(r => r.Start)];
    }

    private IEnumerable<DestructionRecord> Records(List<long> numbers)
    {
        // Destructions stand in runs: a run is read at once.
        for (var i = 0; i < numbers.Count; )
        {
            var end = i + 1;
            while (end < numbers.Count && numbers[end] == numbers[end - 1] - 1)
                end++;
            var run = _ledger.ReadFrom(numbers[end - 1]).Take(end - i).ToList();
            for (var k = run.Count - 1; k >= 0; k--)
            {
                if (run[k] is { } entry && DestructionRecord.Of(entry, numbers[end - 1] + k) is { } record)
                    yield return record;
            }

            i = end;
        }
    }
}
