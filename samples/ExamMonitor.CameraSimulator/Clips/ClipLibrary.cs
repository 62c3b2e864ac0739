using System.Collections.Concurrent;

namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>Reads each clip once, however many cameras play it. Thread-safe.</summary>
internal sealed class ClipLibrary(string folder)
{
    private readonly ConcurrentDictionary<(string Path, SimulatedAudio Audio), Clip> _clips = new();

    private readonly string _folder = Path.GetFullPath(folder);

    /// <exception cref="InvalidClipException">The file cannot be served.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<Clip> GetAsync(string name, SimulatedAudio audio, CancellationToken cancel)
    {
        var path = Path.GetFullPath(name, _folder);
        if (_clips.TryGetValue((path, audio), out var known))
        {
            return known;
        }

        var clip = await Mp4Reader.ReadFileAsync(path, cancel).ConfigureAwait(false);
        clip = audio switch
        {
            SimulatedAudio.None => clip with { Audio = null },
            SimulatedAudio.Pcma => clip with { Audio = G711.Synthesise(Codec.Pcma, clip.Length) },
            SimulatedAudio.Pcmu => clip with { Audio = G711.Synthesise(Codec.Pcmu, clip.Length) },
            _ => clip,
        };
        return _clips.GetOrAdd((path, audio), clip);
    }

    /// <summary>Whether a name stays inside the folder: what comes over the network may name nothing else.</summary>
    public bool IsInside(string name)
    {
        var path = Path.GetFullPath(name, _folder);
        return path.StartsWith(_folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
