using System.Security.Cryptography;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Reads files of lines on a volume that may be hostile: whatever stands there is an answer, never an error.</summary>
internal static class LineFiles
{
    /// <summary>Largest file that is read: that of a camera's day.</summary>
    public const long MaxBytes = DayLog.MaxBytes;

    /// <summary>Most lines of a file that are kept: a day of a camera has some thousands.</summary>
    private const int MaxLines = 1_000_000;

    /// <summary>Lines without their line feeds, and the tail behind the last line feed; null when there is no file.</summary>
    /// <param name="volume">Root of the volume.</param>
    /// <param name="path">Relative to it.</param>
    public static ReadLines? Read(string volume, string path)
    {
        if (!PlainFiles.IsFile(volume, path))
            return null;
        var file = new FileInfo(Path.Combine(volume, path));
        if (file.Length > MaxBytes)
            return new([], 1);
        var bytes = File.ReadAllBytes(file.FullName);
        var (lines, at) = (new List<ReadOnlyMemory<byte>>(), 0);
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', at)) >= 0; at = end + 1)
        {
            if (lines.Count == MaxLines)
                return new([], 1);
            lines.Add(bytes.AsMemory(at, end - at));
        }

        return new(lines, bytes.Length - at);
    }

    /// <summary>Hash of a line, as the next one names it.</summary>
    public static string HashOf(ReadOnlyMemory<byte> line) => ChainedFile.HashOf(line.Span);

    /// <summary>Folds one more text into a running hash: the same texts in the same order give the same hash.</summary>
    /// <param name="state">32 bytes, changed in place.</param>
    /// <param name="text">UTF-8.</param>
    public static void Fold(byte[] state, ReadOnlySpan<byte> text)
    {
        Span<byte> both = stackalloc byte[64];
        state.CopyTo(both);
        SHA256.HashData(text, both[32..]);
        SHA256.HashData(both, state);
    }
}

/// <summary>Lines of a file.</summary>
/// <param name="Lines">Whole lines.</param>
/// <param name="TailBytes">Bytes behind the last line feed; 0 for a file that ends as it must.</param>
internal sealed record ReadLines(IReadOnlyList<ReadOnlyMemory<byte>> Lines, int TailBytes);
