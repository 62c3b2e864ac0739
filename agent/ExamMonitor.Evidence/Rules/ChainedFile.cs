using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>
/// A file of JSON lines on the volume, each with the hash of the line before as its first member <c>previous</c>, like <c>day.jsonl</c>.
/// </summary>
/// <remarks>
/// A crash leaves at most a torn tail, without a line feed or from a zero byte on (an unwritten page); it is cut before the next line.
/// Everything before it must be whole and chained.
/// </remarks>
internal static class ChainedFile
{
    /// <summary>Largest file that is read.</summary>
    public const long MaxBytes = 64L << 20;

    public static readonly string Zeros = new('0', 64);

    /// <summary>Whole lines without their line feeds; none when there is no file.</summary>
    /// <exception cref="RetentionException">A line breaks the chain, or the file is too long.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(IVolume volume, string path)
    {
        using var stream = volume.OpenRead(path);
        if (stream is null)
            return [];
        if (stream.Length > MaxBytes)
            throw new RetentionException(
                "read a file of retention",
                path,
                $"It has {stream.Length} bytes, at most {MaxBytes} are read. Look what wrote it."
            );
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var lines = new List<ReadOnlyMemory<byte>>();
        var previous = Zeros;
        foreach (var line in Split(bytes))
        {
            if (PreviousOf(line.Span) != previous)
                throw new RetentionException(
                    "read a file of retention",
                    path,
                    $"Line {lines.Count + 1} does not follow from the line before: the file was changed. Restore it from the archive tier, or run reindex, which makes it again from the ledger."
                );
            lines.Add(line);
            previous = HashOf(line.Span);
        }

        return lines;
    }

    /// <summary>The bytes of a line.</summary>
    public static byte[] Format<T>(T content, string previous)
    {
        var json = new JsonObject { ["previous"] = previous };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(content, ContractJson.Options)!.AsObject().ToList())
            json[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(json.ToJsonString(ContractJson.Options));
    }

    /// <exception cref="RetentionException">It is none of those.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> line, string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line.Span, ContractJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RetentionException(
                "read a file of retention",
                path,
                "A line is not what it must be. Restore the file, or run reindex, which makes it again from the ledger.",
                e
            );
        }
    }

    /// <summary>
    /// Appends lines that are chained to what is there, and flushes once. The torn tail is cut first, and what stands behind
    /// <paramref name="keep"/> lines.
    /// </summary>
    public static void Append(IVolume volume, string path, IReadOnlyList<byte[]> lines, long? keep = null)
    {
        if (volume.Length(path) is null)
            volume.CreateFolder(path[..path.LastIndexOf('/')]);
        LineFile.Append(volume, path, lines, long.MaxValue, keep);
    }

    /// <summary>Writes a whole file beside the old one and puts it in its place.</summary>
    public static void Replace(IVolume volume, string path, ReadOnlyMemory<byte> content)
    {
        var folder = path[..path.LastIndexOf('/')];
        volume.CreateFolder(folder);
        volume.Delete(path + ".new");
        using (var file = volume.Create(path + ".new"))
        {
            file.Append([content]);
            file.Flush();
        }

        volume.Rename(path + ".new", path);
        volume.FlushFolder(folder);
    }

    public static string HashOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    /// <summary>
    /// A line without its link to the line before: what it says, wherever it stands. A line without a link as its first member is given as
    /// it is.
    /// </summary>
    internal static byte[] WithoutLink(ReadOnlySpan<byte> line)
    {
        var begin = "{\"previous\":\""u8;
        if (!line.StartsWith(begin) || line[begin.Length..].IndexOf("\","u8) is not (>= 0 and var link))
            return line.ToArray();
        return [(byte)'{', .. line[(begin.Length + link + 2)..]];
    }

    /// <summary>Hash that a line names as that of the line before; null when it names none.</summary>
    internal static string? PreviousOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return
                reader.Read()
                && reader.Read()
                && reader.TokenType == JsonTokenType.PropertyName
                && reader.ValueTextEquals("previous")
                && reader.Read()
                && reader.TokenType == JsonTokenType.String
                ? reader.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Split(byte[] bytes)
    {
        var zero = Array.IndexOf(bytes, (byte)0);
        var length = zero < 0 ? bytes.Length : zero;
        var at = 0;
        while (at < length && Array.IndexOf(bytes, (byte)'\n', at, length - at) is var end and >= 0)
        {
            yield return bytes.AsMemory(at, end - at);
            at = end + 1;
        }
    }
}
