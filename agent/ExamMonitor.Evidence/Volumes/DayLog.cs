using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>Appends to a camera's <c>day.jsonl</c> files, each line chained to the one before. One writer per camera.</summary>
/// <remarks>
/// A crash leaves at most a torn last line, without a line feed; it is cut before the next line is written, and the pending row makes it
/// again. A line that is
/// asked for and stands there already is cut and written again, too: its flush may have failed, and what the page cache shows need not be
/// on the disk.
/// But for one that others follow: it was on the disk before they were written, and of them some may be of footage that was let go, which
/// nothing can make
/// again.
/// </remarks>
/// <param name="volume">Volume.</param>
internal sealed class DayLog(IVolume volume)
{
    public const string FileName = "day.jsonl";

    /// <summary>Largest file that is read; a day of 10 s segments has some 5 MB.</summary>
    public const long MaxBytes = 256L << 20;

    private const int MaxLineBytes = 1 << 20;
    private static readonly string Zeros = new('0', 64);

    private string? _path;
    private string _lastHash = Zeros;
    private long _flushedNumber;

    /// <summary>
    /// Appends and flushes a line. Numbers are settled in order: lines of its number and of later ones, left by an attempt that failed or
    /// died, are cut first.
    /// </summary>
    /// <param name="folder">Camera's folder of the day.</param>
    /// <param name="line">Line; its <see cref="DayLine.Previous"/> is filled in here.</param>
    /// <exception cref="IOException">Whether it stands there is not known; the next call looks.</exception>
    public void Append(string folder, DayLine line) => Append(folder, line, late: false);

    /// <summary>Appends a line whose number is lower than those before it: a repair, visible as such by its place.</summary>
    /// <param name="folder">Camera's folder of the day.</param>
    /// <param name="line">Line; its <see cref="DayLine.Previous"/> is filled in here.</param>
    public void AppendLate(string folder, DayLine line) => Append(folder, line, late: true);

    private void Append(string folder, DayLine line, bool late)
    {
        var path = $"{folder}/{FileName}";
        var known = string.Equals(path, _path, StringComparison.Ordinal);
        if (known && !late && line.Number <= _flushedNumber)
            return;
        _path = null;
        var existed = known || volume.Length(path) is not null;
        if (!existed)
            volume.CreateFolder(folder);
        using (var file = volume.OpenAppend(path))
        {
            if (!known && !CutBack(path, file, line, late))
            {
                file.Flush();
                return;
            }

            var bytes = JsonSerializer.SerializeToUtf8Bytes(line with { Previous = _lastHash }, ContractJson.Options);
            file.Append([bytes, "\n"u8.ToArray()]);
            file.Flush();
            (_lastHash, _flushedNumber) = (Convert.ToHexStringLower(SHA256.HashData(bytes)), line.Number);
        }

        if (!existed)
            volume.FlushFolder(folder);
        _path = path;
    }

    /// <returns>Whether the line is to be written; false when it stands there and others follow it.</returns>
    private bool CutBack(string path, IVolumeFile file, DayLine asked, bool late)
    {
        _lastHash = Zeros;
        var kept = 0L;
        var lines = ReadLines(volume, path).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            var (end, bytes) = lines[i];
            if (!late && TryParse(bytes.Span) is { } line && line.Number >= asked.Number)
            {
                var same = JsonSerializer.SerializeToUtf8Bytes(asked with { Previous = _lastHash }, ContractJson.Options);
                if (i + 1 < lines.Count && bytes.Span.SequenceEqual(same))
                    return false;
                break;
            }

            (_lastHash, kept) = (Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), end);
        }

        if (file.Length > kept)
            file.SetLength(kept);
        return true;
    }

    /// <summary>
    /// Whole lines of a file with the offset behind their line feed. A line that is no JSON is given, too; the tail without a line feed is
    /// not.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read or is longer than <see cref="MaxBytes"/>.</exception>
    public static IEnumerable<(long End, ReadOnlyMemory<byte> Bytes)> ReadLines(IVolume volume, string path)
    {
        using var stream = volume.OpenRead(path);
        if (stream is null)
            yield break;
        if (stream.Length > MaxBytes)
            throw new IOException($"{volume.Root}/{path} has {stream.Length} bytes; a day's lines have at most {MaxBytes}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var at = 0;
        while (Array.IndexOf(bytes, (byte)'\n', at) is var end and >= 0)
        {
            yield return (end + 1, bytes.AsMemory(at, end - at));
            at = end + 1;
        }
    }

    /// <summary>
    /// The highest number among a file's last lines; 0 when there is none. Reads 64 KiB of it, whatever its length; of longer lines, the
    /// whole file.
    /// </summary>
    public static long NewestNumber(IVolume volume, string path)
    {
        using var stream = volume.OpenRead(path);
        if (stream is null)
            return 0;
        var bytes = new byte[Math.Min(stream.Length, 64 << 10)];
        stream.Position = stream.Length - bytes.Length;
        stream.ReadExactly(bytes);
        var (newest, begin) = (0L, bytes.Length < stream.Length ? Array.IndexOf(bytes, (byte)'\n') + 1 : 0);
        while (Array.IndexOf(bytes, (byte)'\n', begin) is var end and >= 0)
        {
            newest = Math.Max(newest, TryParse(bytes.AsSpan(begin, end - begin))?.Number ?? 0);
            begin = end + 1;
        }

        return newest > 0 || bytes.Length == stream.Length
            ? newest
            : ReadLines(volume, path).Select(l => TryParse(l.Bytes.Span)?.Number ?? 0).DefaultIfEmpty().Max();
    }

    /// <summary>Reads a line; null when it is none (damage is an answer, not an error).</summary>
    public static DayLine? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLineBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize<DayLine>(bytes, ContractJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
