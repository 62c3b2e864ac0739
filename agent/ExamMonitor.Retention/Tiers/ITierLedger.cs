using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Where copies, removals and restorings are entered.</summary>
public interface ITierLedger
{
    /// <summary>Appends an entry.</summary>
    void Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts);

    /// <summary>
    /// A note in the index asks for an entry, and no process of this agent made it: a problem, and an entry that says so.
    /// </summary>
    /// <param name="no">Its row.</param>
    void Refused(long no);

    /// <summary>As <see cref="ILedgerSink.Standing"/>.</summary>
    IReadOnlySet<string> Standing(IReadOnlyCollection<string> paths);

    /// <summary>
    /// The index names a file as gone to the archive tier that the ledger has not let go: a problem, and an entry that says so.
    /// </summary>
    /// <param name="path">Relative to the volume.</param>
    void RefusedGarbage(string path);

    /// <summary>
    /// Which of these notes the ledger has, by the fact <c>id</c> of its entries from a number on: none is entered twice.
    /// </summary>
    IReadOnlySet<string> Entered(IReadOnlyCollection<string> ids, long from);

    /// <summary>
    /// Whether notes without a tag are taken: at the one start at which the newest signed entry is of before there were tags. Nobody can
    /// bring that back.
    /// </summary>
    bool TakesUntagged => false;
}
