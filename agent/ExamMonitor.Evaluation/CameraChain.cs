using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;

namespace ExamMonitor.Evaluation;

/// <summary>Reads a camera's segments and gaps of a time back from the ledger, entry by entry: what the index lost or was made to lose is
/// there all the same.</summary>
internal static class CameraChain
{
    private const int Longest = 100_000;
    private static readonly int[] Stretches = [1, 24, 24 * 31, 24 * 400];

    /// <summary>Entries that touch the time, with the one before and the one behind when there are such; in order.</summary>
    /// <param name="log">Ledger.</param>
    /// <param name="archive">Tells where the chain begins.</param>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="from">UTC.</param>
    /// <param name="to">UTC, exclusive.</param>
    public static IReadOnlyList<(long Number, ParsedEntry Entry)> Read(
        LedgerLog log,
        FootageArchive archive,
        RoomId room,
        CameraId camera,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        var behind =
            Behind(archive, room, camera, to) ?? archive.FindSegments(room, camera, from, to).LastOrDefault(s => s.Leaf is not null);
        var chain = new List<(long, ParsedEntry)>();
        for (var at = behind?.Leaf ?? -1; at >= 0 && chain.Count < Longest; )
        {
            if (LedgerEntry.Parse(log.Read(at)) is not { Number: not null, Previous: { } previous, End: { } end } entry)
                break;
            chain.Add((at, entry));
            // The neighbour before shows that nothing was left out at the beginning.
            if (end <= from || previous >= at)
                break;
            at = previous;
        }

        chain.Reverse();
        var last = chain.FindIndex(e => e.Item2.Start >= to);
        return last < 0 ? chain : [.. chain.Take(last + 1)];
    }

    /// <summary>The next segment after a time, looked for in ever longer stretches: a room may rest for months.</summary>
    private static StoredSegment? Behind(FootageArchive archive, RoomId room, CameraId camera, DateTimeOffset to)
    {
        foreach (var hours in Stretches)
        {
            if (
                archive.FindSegments(room, camera, to, to.AddHours(hours)).FirstOrDefault(s => s.StartUtc >= to && s.Leaf is not null) is
                { } found
            )
                return found;
        }

        return null;
    }
}
