using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Retention;

/// <summary>The ledger as retention needs it. Safe from any thread.</summary>
public interface IRetentionLedger
{
    /// <summary>Entries, ≥ 0.</summary>
    long Size { get; }

    /// <summary>Appends an entry; it survives the process now, a power cut after <see cref="Commit"/>.</summary>
    /// <returns>Its number.</returns>
    long Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts);

    /// <summary>Returns when everything that was appended is on the disk, under a signed head.</summary>
    void Commit();

    /// <summary>The same before something is destroyed: not without a signed head, whatever is wrong with the ledger.</summary>
    /// <exception cref="IOException">No head is signed; nothing may be destroyed.</exception>
    void CommitDestruction() => Commit();

    /// <summary>Entries from a number on; null stands for one that is not in the format.</summary>
    IEnumerable<ParsedEntry?> ReadFrom(long number);

    /// <summary>One entry, when it is the one that the newest signed head covers; null when it is not, or is not in the format.</summary>
    ParsedEntry? ReadProved(long number) => number >= 0 && number < Size ? ReadFrom(number).First() : null;

    /// <summary>Time of the newest signed head, UTC; null before the first.</summary>
    DateTimeOffset? NewestCheckpoint { get; }

    /// <summary>Root over the first entries, for comparison with what was noted of it; null where it cannot be told.</summary>
    /// <param name="size">1 to <see cref="Size"/>.</param>
    string? RootOf(long size) => null;

    /// <summary>
    /// Entries below the newest signed head, which a power cut does not take, and their root; null before the first, or where it cannot be
    /// told.
    /// </summary>
    (long Size, string Root)? SignedHead => null;

    /// <summary>Signs a text other than a head with the ledger's key.</summary>
    /// <param name="text">As <see cref="Contracts.Ledger.SignedNote.Sign"/> asks for.</param>
    /// <returns>The note.</returns>
    string SignNote(string text);

    /// <summary>Whether a note was signed by <see cref="SignNote"/> with this key.</summary>
    bool IsSigned(Contracts.Ledger.SignedNote note);
}
