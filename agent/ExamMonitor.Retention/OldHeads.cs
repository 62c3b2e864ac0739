using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention;

/// <summary>
/// Reads from the signed heads what happened to the clock before marks were kept: a head of an earlier time than the one before it.
/// </summary>
internal static class OldHeads
{
    private const string Folder = "ledger/checkpoints";
    private const int MostBytes = 64 << 20;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A mark for each head that went back. A clock that went ahead cannot be told from an agent that rested, so that no head marks it; its
    /// way back does.
    /// </summary>
    public static IReadOnlyList<ClockMark> Marks(IVolume volume)
    {
        var heads = new List<Checkpoint>();
        foreach (var name in volume.Files(Folder).Where(n => n.EndsWith(".txt", StringComparison.Ordinal)))
        {
            foreach (var text in DayHeads.Split(Encoding.UTF8.GetString(LineFile.Read(volume, $"{Folder}/{name}", MostBytes))))
            {
                if (SignedNote.TryParse(text, out var note) && Checkpoint.TryParse(note.Text, out var head))
                    heads.Add(head);
            }
        }

        // A file bears the date of its clock: the order is that of the ledger. Of one size, an agent that only starts signs no second head.
        var ordered = heads.DistinctBy(h => h.Size).OrderBy(h => h.Size).ToList();
        return
        [
            .. ordered
                .Zip(ordered.Skip(1))
                .Where(p => p.Second.Time < p.First.Time - Tolerance)
                .Select(p => new ClockMark(p.First.Size, ClockMarkKind.Stepped, p.First.Time, p.Second.Time)),
        ];
    }
}
