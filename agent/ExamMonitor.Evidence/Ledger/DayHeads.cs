using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>The signed heads of a day in one file, an empty line after each.</summary>
/// <remarks>
/// A power cut leaves at most a torn head, or zeros, at the end: it was never published as kept, is passed over by readers, and cut before
/// the next head.
/// </remarks>
internal static class DayHeads
{
    private const string Empty = "\n\n";

    /// <summary>Name of the file of a day.</summary>
    public static string NameOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".txt";

    /// <summary>Most entries that a head of a file's text speaks of, whoever signed it; null when it holds none.</summary>
    public static long? LargestIn(string text) =>
        Split(text)
            .Select(n => SignedNote.TryParse(n, out var note) && Checkpoint.TryParse(note.Text, out var head) ? head.Size : (long?)null)
            .Max();

    /// <summary>The whole notes of a file's text, in order.</summary>
    public static IEnumerable<string> Split(string text)
    {
        // A note is its text, an empty line, its signatures; then the empty line before the next note.
        for (var at = 0; EndOfNote(text, at) is var end and >= 0; at = end)
            yield return text[at..(end - 1)];
    }

    /// <summary>
    /// Whether a text ends with something that is no whole note: what a power cut leaves of a head that was being written.
    /// </summary>
    public static bool IsTorn(string text)
    {
        var whole = 0;
        while (EndOfNote(text, whole) is var end and >= 0)
            whole = end;
        return whole < text.Length;
    }

    /// <summary>Adds a note, unless it is the last one already, and puts it on the disk.</summary>
    /// <exception cref="IOException">Whether it stands there is not known; the next call cuts what was torn.</exception>
    public static void Append(string path, string note)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var text = Encoding.UTF8.GetString(bytes);
        var (last, whole) = (0, 0);
        while (EndOfNote(text, whole) is var end and >= 0)
            (last, whole) = (whole, end);
        var kept = Encoding.UTF8.GetByteCount(text.AsSpan(0, whole));
        if (kept < file.Length)
            file.SetLength(kept);
        file.Seek(kept, SeekOrigin.Begin);
        if (!text.AsSpan(last, whole - last).SequenceEqual(note + "\n"))
            file.Write(Encoding.UTF8.GetBytes(note + "\n"));
        DiskFlush.File(file);
    }

    /// <summary>Where the next note would begin; −1 when none ends behind <paramref name="at"/>.</summary>
    private static int EndOfNote(string text, int at)
    {
        var signatures = text.IndexOf(Empty, at, StringComparison.Ordinal);
        var end = signatures < 0 ? -1 : text.IndexOf(Empty, signatures + Empty.Length, StringComparison.Ordinal);
        return end < 0 || text.AsSpan(at, end - at).Contains('\0') ? -1 : end + Empty.Length;
    }
}
