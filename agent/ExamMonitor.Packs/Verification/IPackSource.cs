namespace ExamMonitor.Packs.Verification;

/// <summary>A pack that is to be verified: an archive, or a folder into which it was unpacked.</summary>
public interface IPackSource : IDisposable
{
    /// <summary>Files by path, with their sizes in bytes.</summary>
    IReadOnlyDictionary<string, long> Files { get; }

    /// <summary>Opens a file of <see cref="Files"/>.</summary>
    Stream Open(string path);
}

/// <summary>What was handed over is no pack that can be read without danger.</summary>
/// <param name="message">What is wrong, where.</param>
public sealed class PackContainerException(string message) : Exception(message);
