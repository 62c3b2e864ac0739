using ExamMonitor.Contracts;

namespace ExamMonitor.Footage.Tiers;

/// <summary>Where copies, removals and restorings are entered.</summary>
public interface ITierLedger
{
    /// <summary>Appends an entry.</summary>
    void Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts);

    /// <summary>Values of the fact <c>id</c> of the newest entries, at least the last 256: what was entered before a crash is not entered again.</summary>
    IReadOnlySet<string> NewestIds();
}
