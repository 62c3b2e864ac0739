using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>
/// The register beside the footage: <c>destroyed.jsonl</c> in each camera's folder of a day, a chained line per segment that went.
/// </summary>
/// <remarks>With <c>day.jsonl</c>, which stays, the folder explains every absence without index and ledger.</remarks>
internal sealed class DestructionLog(IVolume volume)
{
    public const string FileName = "destroyed.jsonl";

    /// <summary>What the register says of a folder.</summary>
    /// <exception cref="RetentionException">The file breaks its chain.</exception>
    public IReadOnlyList<DestructionRecord> Read(string folder) =>
        [.. ChainedFile.Read(volume, $"{folder}/{FileName}").Select(l => ChainedFile.Parse<DestructionRecord>(l, $"{folder}/{FileName}"))];

    /// <summary>Appends records of one folder, but those that are there.</summary>
    /// <returns>Lines of the file now, and the hash of the last.</returns>
    public (long Lines, string Sha256) Append(string folder, IEnumerable<DestructionRecord> records)
    {
        var path = $"{folder}/{FileName}";
        var there = ChainedFile.Read(volume, path);
        var known = there.Select(l => ChainedFile.Parse<DestructionRecord>(l, path).Path).ToHashSet(StringComparer.Ordinal);
        var previous = there.Count == 0 ? ChainedFile.Zeros : ChainedFile.HashOf(there[^1].Span);
        var lines = new List<byte[]>();
        foreach (var record in records.Where(r => !known.Contains(r.Path)))
        {
            lines.Add(ChainedFile.Format(record, previous));
            previous = ChainedFile.HashOf(lines[^1]);
        }

        if (lines.Count > 0)
            ChainedFile.Append(volume, path, lines);
        return (there.Count + lines.Count, previous);
    }
}
