using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention.Tiers;

/// <summary>A line of <c>objects.jsonl</c>: what a folder of the tier holds, and until when. The newest line of a name counts.</summary>
/// <param name="Name">File name in this folder.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="RetainUntil">UTC; deletion before is refused.</param>
/// <param name="At">When the line was written, UTC.</param>
/// <param name="Deleted">Whether the file was deleted after its date.</param>
internal sealed record FolderObject(
    string Name,
    long Bytes,
    string Sha256,
    DateTimeOffset RetainUntil,
    DateTimeOffset At,
    bool Deleted = false
);

/// <summary>The <c>objects.jsonl</c> files of a folder tier. Safe from any thread; one writer at a time.</summary>
/// <param name="volume">File system of the tier.</param>
internal sealed class FolderObjects(IVolume volume)
{
    public const string FileName = "objects.jsonl";

    private const long MaxBytes = 64L << 20;

    private readonly Lock _gate = new();
    private string? _folder;
    private Dictionary<string, FolderObject> _objects = new(StringComparer.Ordinal);

    /// <summary>Objects of a folder by name, without the deleted.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyDictionary<string, FolderObject> Of(string folder)
    {
        lock (_gate)
        {
            if (!string.Equals(_folder, folder, StringComparison.Ordinal))
                (_objects, _folder) = (Read(folder), folder);
            return _objects;
        }
    }

    /// <summary>Appends lines, and flushes them once.</summary>
    /// <exception cref="IOException">Whether they stand there is not known.</exception>
    public void Append(string folder, params IReadOnlyList<FolderObject> lines)
    {
        try
        {
            LineFile.Append(
                volume,
                PathOf(folder),
                [.. lines.Select(l => JsonSerializer.SerializeToUtf8Bytes(l, ContractJson.Options))],
                MaxBytes
            );
        }
        finally
        {
            // Also after a failure: the lines may stand there.
            lock (_gate)
                _folder = null;
        }
    }

    private static string PathOf(string folder) => folder.Length == 0 ? FileName : $"{folder}/{FileName}";

    private Dictionary<string, FolderObject> Read(string folder)
    {
        var objects = new Dictionary<string, FolderObject>(StringComparer.Ordinal);
        var bytes = LineFile.Read(volume, PathOf(folder), MaxBytes);
        var at = 0;
        while (Array.IndexOf(bytes, (byte)'\n', at) is var end and >= 0)
        {
            if (Parse(bytes.AsSpan(at, end - at)) is { } line)
            {
                if (line.Deleted)
                    objects.Remove(line.Name);
                else
                    objects[line.Name] = line;
            }

            at = end + 1;
        }

        return objects;
    }

    private static FolderObject? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return
                JsonSerializer.Deserialize<FolderObject>(line, ContractJson.Options)
                    is { Name.Length: > 0, Bytes: >= 0, Sha256.Length: 64 } known
                ? known
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
