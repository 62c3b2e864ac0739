using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Where an agent remembers the newest head of a volume: outside of it, beside the key.</summary>
/// <remarks>One file per volume. So a new volume is a beginning, and an older copy of a volume is not.</remarks>
public static class LedgerAnchor
{
    /// <summary>File for a volume; null when the folder is no volume yet.</summary>
    /// <param name="folder">Folder of the agent; made when it is not there.</param>
    /// <param name="volume">Root of the volume.</param>
    /// <exception cref="WrongVolumeException">The volume's identity cannot be read.</exception>
    public static string? PathOf(string folder, string volume)
    {
        if (VolumeIdentity.Read(new DiskVolume(volume)) is not { } identity)
            return null;
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{identity.Id:D}.head");
    }
}
