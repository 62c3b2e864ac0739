namespace ExamMonitor.Evidence.Volumes;

/// <summary>
/// Keeps a second process away from a volume. The lock dies with its process. Its file is made: whoever takes it has judged the folder
/// before (<c>VolumeJudgement</c>).
/// </summary>
internal sealed class VolumeLock : IDisposable
{
    public const string FileName = "agent.lock";

    private readonly FileStream _file;

    private VolumeLock(FileStream file) => _file = file;

    /// <exception cref="WrongVolumeException">Another process has it, or the folder cannot be written.</exception>
    public static VolumeLock Take(string root)
    {
        try
        {
            return new(new FileStream(Path.Combine(root, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongVolumeException(
                root,
                "The lock cannot be taken: another process writes to this volume, or the folder is missing or read-only.",
                e
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
