using ExamMonitor.Floor.Cameras;
using ExamMonitor.Recording;

namespace ExamMonitor.Exams.Proofs;

/// <summary>Asks the archive what is held of a room.</summary>
/// <param name="archive">Archive.</param>
internal sealed class HeldFootageReader(FootageArchive archive)
{
    /// <summary>What is held of a room's cameras in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public HeldFootage Read(RoomRuntime room, DateTimeOffset from, DateTimeOffset to)
    {
        var decided = room.Cameras.Select(c => archive.GetDecided(room.Id, c.Setup.Id)).DefaultIfEmpty(to).Min();
        return new(room.Cameras.ToDictionary(c => c.Setup.Id, c => archive.GetProven(room.Id, c.Setup.Id, from, to)), decided);
    }
}
