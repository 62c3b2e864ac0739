namespace ExamMonitor.TestKit;

/// <summary>A folder of its own under the system's temporary folder, removed with all it holds.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("exam-monitor-test-").FullName;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>A path inside the folder; nothing is created.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it itself.
        }
    }
}
