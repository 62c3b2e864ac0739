using System.Globalization;
using ExamMonitor.Footage.Volumes;

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

    /// <summary>Whether a folder holds the beginning of a ledger.</summary>
    public static bool IsIn(string folder) => File.Exists(NameOf(folder, 0));

    /// <summary>Opens or makes the folder, and cuts a torn last line.</summary>
    /// <param name="folder">Folder.</param>
    /// <param name="signed">Entries that a head covers: they were on the disk before it was signed, so that what is torn among them is
    /// damage, and stays.</param>
    /// <exception cref="LedgerException">A file in the middle is missing or incomplete.</exception>
    public static LedgerEntries Open(string folder, long signed = 0)
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
        var lines = CutTornLine(last, Math.Max(0, signed - lastStart));
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
    public void Flush()
    {
        _last.Flush();
        OpenFiles.Flush(_last.SafeFileHandle, _last.Name);
    }

    /// <summary>Whether the file that is open still is the one at its path.</summary>
    public bool IsAtItsPlace => !_last.SafeFileHandle.IsClosed && OpenFiles.IsAt(_last.SafeFileHandle, _last.Name);

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
    /// <param name="file">Last file.</param>
    /// <param name="signed">Lines that were on the disk before a head over them was signed: no power cut made zeros of them.</param>
    private static int CutTornLine(FileStream file, long signed)
    {
        var buffer = new byte[64 << 10];
        var (lines, whole, at) = (0, 0L, 0L);
        file.Seek(0, SeekOrigin.Begin);
        for (int read; (read = file.Read(buffer)) > 0; at += read)
        {
            var good = buffer.AsSpan(0, read);
            var counted = 0;
            for (int feed; lines < signed && (feed = good[counted..].IndexOf((byte)'\n')) >= 0; lines++) counted += feed + 1;
            if (counted > 0) whole = at + counted;
            if (lines < signed) continue;
            var rest = good[counted..];
            var zero = rest.IndexOf((byte)0);
            if (zero >= 0) rest = rest[..zero];
            lines += rest.Count((byte)'\n');
            if (rest.LastIndexOf((byte)'\n') is var last and >= 0) whole = at + counted + last + 1;
            if (zero >= 0) break;
        }

        // Below a head nothing is torn by a crash: what is cut there is kept for a person.
        if (whole != file.Length && lines < signed) Quarantine.Keep(Path.GetDirectoryName(Path.GetDirectoryName(file.Name))!, file.Name);
        if (whole != file.Length) file.SetLength(whole);
        file.Seek(0, SeekOrigin.End);
        return lines;
    }

    /// <summary>
    /// Takes every entry from a number on out of the ledger and into a file of its own; nothing is deleted before that file is on the disk.
    /// </summary>
    /// <returns>Name of the file.</returns>
    public string PutAside(long number, string folder)
    {
        var moved = Quarantine.Begin(folder, string.Create(CultureInfo.InvariantCulture, $"entries-{number:D12}"), ".jsonl");
        using (moved)
        {
            foreach (var entry in Read(number, Count))
            {
                moved.Write(entry);
                moved.WriteByte((byte)'\n');
            }

            moved.Flush(flushToDisk: true);
        }

        FolderFlush.Flush(Path.GetDirectoryName(moved.Name)!);
        var start = number == 0 ? 0 : (number - 1) / PerFile * PerFile;
        _last.Dispose();
        // From the end on: whatever of it is cut off, the files that are left are whole.
        for (var file = (Count - 1) / PerFile * PerFile; file > start; file -= PerFile) File.Delete(NameOf(_folder, file));
        _last = OpenFile(NameOf(_folder, start));
        (_whole, Count) = (LengthOf(number - start), number);
        CutBack();
        Flush();
        return Path.GetFileName(moved.Name);
    }

    private long LengthOf(long lines)
    {
        var length = 0L;
        using var reader = new LineReader(_last.Name);
        for (; lines > 0 && reader.TryRead(out var line); lines--) length += line.Length + 1;
        return length;
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
