namespace ExamMonitor.Evidence.Ledger;

/// <summary>Finds where the entries of a file end, with a buffer of one size: memory does not grow with what was put there.</summary>
internal static class EntriesTail
{
    private const byte Feed = (byte)'\n';

    /// <summary>
    /// Cuts after the last line feed before the first zero: a power cut may leave pages of zeros before later bytes, and an entry never
    /// holds a zero. Behind the head, a line that no entry can be ends the entries, too, and is kept in the quarantine with all that
    /// follows.
    /// </summary>
    /// <param name="file">File of entries; its place is its end afterwards.</param>
    /// <param name="signed">Lines that were on the disk before a head over them was signed: no power cut made zeros of them.</param>
    /// <param name="start">Number of the file's first entry.</param>
    /// <returns>Lines.</returns>
    public static int Cut(FileStream file, long signed, long start)
    {
        var scan = new Scan(signed);
        var buffer = new byte[64 << 10];
        file.Seek(0, SeekOrigin.Begin);
        for (int read; !scan.Ended && (read = file.Read(buffer)) > 0; )
            scan.Take(buffer.AsSpan(0, read));
        var ledger = Path.GetDirectoryName(Path.GetDirectoryName(file.Name))!;
        if (scan.IsStrange)
            Quarantine.KeepFrom(ledger, file, scan.Whole, start + scan.Lines);
        // Below a head nothing is torn by a crash: what is cut there is kept for a person.
        else if (scan.Whole != file.Length && scan.Lines < signed)
            Quarantine.Keep(ledger, file.Name);
        if (scan.Whole != file.Length)
            file.SetLength(scan.Whole);
        file.Seek(0, SeekOrigin.End);
        return scan.Lines;
    }

    private struct Scan(long signed)
    {
        private long _at;

        /// <summary>Whole lines.</summary>
        public int Lines { get; private set; }

        /// <summary>Bytes of whole lines.</summary>
        public long Whole { get; private set; }

        /// <summary>Whether what follows is no entry's.</summary>
        public bool Ended { get; private set; }

        /// <summary>Whether what follows was written by nobody who writes entries.</summary>
        public bool IsStrange { get; private set; }

        public void Take(ReadOnlySpan<byte> bytes)
        {
            var from = 0;
            while (!Ended && from < bytes.Length)
            {
                var rest = bytes[from..];
                var next = Lines < signed ? rest.IndexOf(Feed) : rest.IndexOfAny(Feed, (byte)0);
                var length = _at + from + (next < 0 ? rest.Length : next) - Whole;
                if (Lines >= signed && IsNone(length, next >= 0 ? rest[next] : null))
                {
                    Ended = true;
                    break;
                }

                if (next < 0)
                    break;
                from += next + 1;
                Lines++;
                Whole = _at + from;
            }

            _at += bytes.Length;
        }

        private bool IsNone(long length, byte? ending)
        {
            IsStrange =
                length > LedgerEntries.MaxEntrySize || (length == 0 && ending == Feed) || (Lines == LedgerEntries.PerFile && ending != 0);
            return IsStrange || ending == 0;
        }
    }
}
