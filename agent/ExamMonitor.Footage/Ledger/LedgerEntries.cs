using System.Globalization;

namespace ExamMonitor.Footage.Ledger;

/// <summary>
/// The entries as lines of text in files of 4,096: <c>entries/000000004096.jsonl</c> begins with entry 4,096. A line is the entry's bytes and a line feed.
/// </summary>
/// <remarks>
/// Invariant: every file but the last holds exactly <see cref="PerFile"/> lines. A crash leaves at most a torn last line in the last file, which
/// <see cref="Open"/> cuts. Not safe from several threads.
/// </remarks>
internal sealed class LedgerEntries : IDisposable
{
    /// <summary>Entries per file.</summary>
    public const int PerFile = 4096;

    /// <summary>Longest entry, bytes.</summary>
    public const int MaxEntrySize = 64 * 1024;

    private readonly string _folder;
    private FileStream _last;
    // Bytes of whole lines in the last file. A write that failed may have left a beginning behind them.
    private long _whole;

    private LedgerEntries(string folder, FileStream last, long count) => (_folder, _last, _whole, Count) = (folder, last, last.Length, count);

    /// <summary>Entries.</summary>
    public long Count { get; private set; }

    /// <summary>Opens or makes the folder, and cuts a torn last line.</summary>
    /// <exception cref="LedgerException">A file in the middle is missing or incomplete.</exception>
    public static LedgerEntries Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var starts = Directory.EnumerateFiles(folder, "*.jsonl")
            .Select(f => long.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : -1)
            .Where(s => s >= 0).Order().ToList();
        for (var i = 0; i < starts.Count; i++)
        {
            if (starts[i] != (long)i * PerFile) throw new LedgerException("open the ledger", NameOf(folder, (long)i * PerFile), "The file is missing. Restore the ledger folder from the second tier or a backup.");
        }

        var lastStart = starts.Count == 0 ? 0 : starts[^1];
        var last = OpenFile(NameOf(folder, lastStart));
        var lines = CutTornLine(last);
        return new LedgerEntries(folder, last, lastStart + lines);
    }

    /// <summary>Appends one entry; it is in the page cache when this returns.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        if (entry.Length is 0 or > MaxEntrySize || entry.ContainsAny((byte)'\n', (byte)0)) throw new ArgumentException($"An entry has 1 to {MaxEntrySize} bytes, no line feed and no zero.", nameof(entry));
        if (_last.Length != _whole) CutBack();
        if (Count > 0 && Count % PerFile == 0 && _whole > 0) Rotate();
        var line = new byte[entry.Length + 1];
        entry.CopyTo(line);
        line[^1] = (byte)'\n';
        _last.Write(line);
        _last.Flush();
        _whole += line.Length;
        Count++;
    }

    /// <summary>Takes the entry that was appended last back: what belongs to it could not be written.</summary>
    /// <param name="size">Its bytes, without the line feed.</param>
    public void TakeBack(int size)
    {
        (_whole, Count) = (_whole - size - 1, Count - 1);
        // What cannot be cut now is cut before the next entry, or when the ledger is opened.
        CutBack();
    }

    /// <summary>Puts everything on the disk.</summary>
    public void Flush() => _last.Flush(flushToDisk: true);

    /// <summary>Bytes of an entry, without the line feed.</summary>
    public byte[] Read(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return Read(index, index + 1).First();
    }

    /// <summary>Entries from <paramref name="index"/> to before <paramref name="end"/>, in order. One line is held at a time.</summary>
    public IEnumerable<byte[]> Read(long index, long end) => Read(_folder, index, end);

    /// <summary>The same of a folder that somebody else writes.</summary>
    public static IEnumerable<byte[]> Read(string folder, long index, long end)
    {
        while (index < end)
        {
            var start = index - (index % PerFile);
            using var reader = new LineReader(NameOf(folder, start));
            if (!reader.Skip(index - start)) throw Short(folder, start);
            for (; index < Math.Min(end, start + PerFile); index++) yield return reader.TryRead(out var line) ? line.ToArray() : throw Short(folder, start);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _last.Dispose();

    private static string NameOf(string folder, long start) => Path.Combine(folder, start.ToString("D12", CultureInfo.InvariantCulture) + ".jsonl");

    private static FileStream OpenFile(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    private static LedgerException Short(string folder, long start) =>
        new("read the ledger", NameOf(folder, start), "The file has fewer lines than it must. Restore it from the second tier or a backup.");

    /// <summary>Cuts after the last line feed before the first zero: a power cut may leave pages of zeros before later bytes, and an entry never holds a zero.</summary>
    private static int CutTornLine(FileStream file)
    {
        var buffer = new byte[64 << 10];
        var (lines, whole, at) = (0, 0L, 0L);
        file.Seek(0, SeekOrigin.Begin);
        for (int read; (read = file.Read(buffer)) > 0; at += read)
        {
            var zero = buffer.AsSpan(0, read).IndexOf((byte)0);
            var good = buffer.AsSpan(0, zero < 0 ? read : zero);
            lines += good.Count((byte)'\n');
            var last = good.LastIndexOf((byte)'\n');
            if (last >= 0) whole = at + last + 1;
            if (zero >= 0) break;
        }

        if (whole != file.Length) file.SetLength(whole);
        file.Seek(0, SeekOrigin.End);
        return lines;
    }

    private void CutBack()
    {
        _last.SetLength(_whole);
        _last.Seek(_whole, SeekOrigin.Begin);
    }

    private void Rotate()
    {
        // The full file is on the disk before the next one begins, so that only the last file can be short.
        Flush();
        // A next file that cannot be begun leaves this one as it was.
        var next = OpenFile(NameOf(_folder, Count));
        _last.Dispose();
        (_last, _whole) = (next, next.Length);
    }
}
