using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Copies;

/// <summary>
/// A line of <c>copies.jsonl</c>, beside <c>day.jsonl</c>: a proved copy of a file of this folder. The newest line of a file counts.
/// </summary>
/// <param name="File">Name in this folder.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Tier">Id of the tier.</param>
/// <param name="Version">Version on the tier.</param>
/// <param name="RetainUntil">Until when the tier keeps it, UTC.</param>
/// <param name="At">When it was proved, UTC.</param>
/// <param name="Proof">By what.</param>
internal sealed record CopyLine(
    string File,
    long Bytes,
    string Sha256,
    Guid Tier,
    string Version,
    DateTimeOffset RetainUntil,
    DateTimeOffset At,
    TierProof Proof
);

/// <summary>
/// The <c>copies.jsonl</c> files: so that the volume itself says where a segment lies whose file is not here, and the index can be lost.
/// </summary>
internal static class CopyLines
{
    public const string FileName = "copies.jsonl";

    private const long MaxBytes = 64L << 20;

    /// <summary>
    /// Appends lines, and flushes once per folder. Before the index is told: a row without its line would be lost with the index.
    /// </summary>
    public static void Append(IVolume volume, IEnumerable<CopyRow> copies, Guid tier)
    {
        foreach (var folder in copies.GroupBy(c => c.Path[..c.Path.LastIndexOf('/')], StringComparer.Ordinal))
            LineFile.Append(
                volume,
                $"{folder.Key}/{FileName}",
                [.. folder.Select(c => JsonSerializer.SerializeToUtf8Bytes(LineOf(c, folder.Key, tier), ContractJson.Options))],
                MaxBytes
            );
    }

    private static CopyLine LineOf(CopyRow copy, string folder, Guid tier) =>
        new(
            copy.Path[(folder.Length + 1)..],
            copy.SizeBytes,
            Convert.ToHexStringLower(copy.Sha256.Span),
            tier,
            copy.Version,
            UnixMs.ToUtc(copy.RetainUntilMs),
            UnixMs.ToUtc(copy.ProvedMs),
            copy.Proof
        );

    /// <summary>Newest line of each file of a folder. Lines that cannot be read are passed over.</summary>
    public static IReadOnlyDictionary<string, CopyLine> Read(IVolume volume, string folder)
    {
        var lines = new Dictionary<string, CopyLine>(StringComparer.Ordinal);
        var bytes = LineFile.Read(volume, $"{folder}/{FileName}", MaxBytes);
        for (var at = 0; Array.IndexOf(bytes, (byte)'\n', at) is var end and >= 0; at = end + 1)
        {
            if (Parse(bytes.AsSpan(at, end - at)) is { } line)
                lines[line.File] = line;
        }

        return lines;
    }

    /// <summary>The row that a line speaks of.</summary>
    public static CopyRow Row(CopyLine line, string folder, StoredSegment segment, bool isLocal) =>
        new(
            $"{folder}/{line.File}",
            segment.Id,
            UnixMs.Of(segment.EndUtc),
            line.Bytes,
            Convert.FromHexString(line.Sha256),
            line.Version,
            UnixMs.Of(line.RetainUntil),
            UnixMs.Of(line.At),
            UnixMs.Of(line.At),
            line.Proof
        )
        {
            IsLocal = isLocal,
        };

    private static CopyLine? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return
                JsonSerializer.Deserialize<CopyLine>(line, ContractJson.Options)
                    is { File.Length: > 0, Bytes: >= 0, Sha256.Length: 64, Version: not null } known
                && known.Sha256.All(char.IsAsciiHexDigit)
                ? known
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
