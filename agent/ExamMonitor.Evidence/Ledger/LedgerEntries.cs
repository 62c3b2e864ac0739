using System.Globalization;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>
/// The entries as lines of text in files of 4,096: <c>entries/000000004096.jsonl</c> begins with entry 4,096. A line is the entry's bytes
/// and a line feed.
/// </summary>
/// <remarks>
/// Invariant: every file but the last holds exactly <see cref="PerFile"/> lines. A crash leaves at most a torn last line in the last file,
/// which
/// <see cref="Open"/> cuts. A line that is too long for an entry is read as its beginning, which no hash and no tag proves. Not safe from
/// several threads.
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

    private LedgerEntries(string folder, FileStream last, long count) =>
        (_folder, _last, _whole, Count) = (folder, last, last.Length, count);

    /// <summary>Entries.</summary>
    public long Count { get; private set; }

    /// <summary>Whether a folder holds the beginning of a ledger.</summary>
    public static bool IsIn(string folder) => File.Exists(NameOf(folder, 0));

    /// <summary>
    /// Opens or makes the folder. A torn last line is cut; what lies behind the head and cannot be an entry goes to the quarantine, so that
    /// nothing that somebody puts there keeps the ledger from opening.
    /// </summary>
    /// <param name="folder">Folder.</param>
    /// <param name="signed">Entries that a head covers: they were on the disk before it was signed, so that what is torn among them is
    /// damage, and stays.</param>
    public static LedgerEntries Open(string folder, long signed = 0)
    {
        Directory.CreateDirectory(folder);
        var starts = Directory
            .EnumerateFiles(folder, "*.jsonl")
            .Select(f =>
                long.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
                    ? start
                    : -1
            )
            .Where(s => s >= 0)
            .Order()
            .ToList();
        var joined = 0;
        while (joined < starts.Count && starts[joined] == (long)joined * PerFile)
            joined++;
        var start = Math.Min(signed / PerFile, Math.Max(0, joined - 1)) * PerFile;
        while (true)
        {
            var last = OpenFile(NameOf(folder, start));
            var lines = EntriesTail.Cut(last, Math.Clamp(signed - start, 0, PerFile), start);
            if (lines == PerFile && start + PerFile < (long)joined * PerFile)
            {
                last.Dispose();
                start += PerFile;
                continue;
            }

            // A file behind one that is not full, or behind one that is missing, is the continuation of nothing.
            foreach (var later in starts.Where(s => s > start))
                Quarantine.Take(Path.GetDirectoryName(folder)!, NameOf(folder, later), later);
            return new LedgerEntries(folder, last, start + lines);
        }
    }

    /// <summary>Appends one entry; it is in the page cache when this returns.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        if (entry.Length is 0 or > MaxEntrySize || entry.ContainsAny((byte)'\n', (byte)0))
            throw new ArgumentException($"An entry has 1 to {MaxEntrySize} bytes, no line feed and no zero.", nameof(entry));
        if (_last.Length != _whole)
            CutBack();
        if (Count > 0 && Count % PerFile == 0 && _whole > 0)
            Rotate();
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
        DiskFlush.File(_last);
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
            using var reader = new LineReader(NameOf(folder, start), passOver: true);
            if (!reader.Skip(index - start))
                throw Short(folder, start);
            for (; index < Math.Min(end, start + PerFile); index++)
                yield return reader.TryRead(out var line) ? line.ToArray() : throw Short(folder, start);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _last.Dispose();

    private static string NameOf(string folder, long start) =>
        Path.Combine(folder, start.ToString("D12", CultureInfo.InvariantCulture) + ".jsonl");

    private static FileStream OpenFile(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    private static LedgerException Short(string folder, long start) =>
        new(
            "read the ledger",
            NameOf(folder, start),
            "The file has fewer lines than it must. Restore it from the archive tier or a backup."
        );

    /// <summary>
    /// Takes every entry from a number on out of the ledger and into a file of its own; nothing is deleted before that file is on the disk.
    /// </summary>
    /// <returns>Name of the file.</returns>
    public string PutAside(long number, string folder)
    {
        var moved = Quarantine.Begin(folder, Quarantine.NameOf(number), ".jsonl");
        using (moved)
        {
            foreach (var entry in Read(number, Count))
            {
                moved.Write(entry);
                moved.WriteByte((byte)'\n');
            }

            DiskFlush.File(moved);
        }

        DiskFlush.Folder(Path.GetDirectoryName(moved.Name)!);
        var start = number == 0 ? 0 : (number - 1) / PerFile * PerFile;
        _last.Dispose();
        // From the end on: whatever of it is cut off, the files that are left are whole.
        for (var file = (Count - 1) / PerFile * PerFile; file > start; file -= PerFile)
            File.Delete(NameOf(_folder, file));
        _last = OpenFile(NameOf(_folder, start));
        (_whole, Count) = (LengthOf(number - start), number);
        CutBack();
        Flush();
        return Path.GetFileName(moved.Name);
    }

    private long LengthOf(long lines)
    {
        using var reader = new LineReader(_last.Name, passOver: true);
        reader.Skip(lines);
        return reader.Consumed;
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
