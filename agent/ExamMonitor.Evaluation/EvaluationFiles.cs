using System.Text.Json;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Evaluation;

/// <summary>Small documents of evaluators in one folder of the volume. A file is replaced whole: a reader sees the old content or the
/// new.</summary>
/// <param name="folder">Folder; made with the first file.</param>
internal sealed class EvaluationFiles(string folder)
{
    /// <summary>Names of files without their ending, in order.</summary>
    public IReadOnlyList<string> Names(string ending) =>
        !Directory.Exists(folder)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(folder, "*" + ending)
                    .Select(f => Path.GetFileName(f)[..^ending.Length])
                    .Where(n => IdText.IsValid(n))
                    .Order(StringComparer.Ordinal),
            ];

    /// <summary>Bytes of a file; null when it is not there.</summary>
    public byte[]? Bytes(string name) =>
        IdText.IsValid(name) && File.Exists(Path.Combine(folder, name)) ? File.ReadAllBytes(Path.Combine(folder, name)) : null;

    /// <summary>A value of JSON; null when it is not there or cannot be read.</summary>
    public T? Read<T>(string name)
        where T : class
    {
        try
        {
            return Bytes(name) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, ContractJson.Options) : null;
        }
        catch (JsonException)
        {
            // The ledger holds its hash: a file that was spoiled is told by every verification of a pack, and counts as not there.
            return null;
        }
    }

    /// <summary>Writes a file; it is on the disk when this returns.</summary>
    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(folder);
        WholeFile.Replace(Path.Combine(folder, name), content);
    }
}
