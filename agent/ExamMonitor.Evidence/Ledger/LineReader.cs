using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Reads a file of lines with a buffer of one line's size: memory does not grow with the file.</summary>
/// <remarks>
/// A last line without its line feed is no line. A line longer than <see cref="LedgerEntries.MaxEntrySize"/> ends the reading: nothing of
/// ours wrote it.
/// </remarks>
/// <param name="path">File.</param>
/// <param name="passOver">Whether a line that is too long counts as a line instead: as its first bytes, one more than an entry has.</param>
internal sealed class LineReader(string path, bool passOver = false) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(
        path,
        FileMode.Open,
        FileAccess.Read,
        FileShare.ReadWrite | FileShare.Delete,
        FileOptions.SequentialScan
    );
    private readonly byte[] _buffer = new byte[2 * (LedgerEntries.MaxEntrySize + 1)];
    private long _position;
    private int _start;
    private int _end;

    /// <summary>Whether the reading ended at a line that is longer than any of ours.</summary>
    public bool IsTooLong => _end - _start > LedgerEntries.MaxEntrySize;

    /// <summary>The next line without its line feed; false at the end. The memory is valid until the next call.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = _buffer.AsMemory(_start, length);
                _start += length + 1;
                return true;
            }

            line = default;
            if (Fill())
                continue;
            return passOver && _end - _start > LedgerEntries.MaxEntrySize && TryPassOver(out line);
        }
    }

    /// <summary>Passes over <paramref name="count"/> lines; false when the file has fewer.</summary>
    public bool Skip(long count)
    {
        while (count > 0)
        {
            if (!TryRead(out _))
                return false;
            count--;
        }

        return true;
    }

    /// <summary>Bytes of the lines that were read.</summary>
    public long Consumed => _position - (_end - _start);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private bool TryPassOver(out ReadOnlyMemory<byte> line)
    {
        line = _buffer.AsSpan(_start, LedgerEntries.MaxEntrySize + 1).ToArray();
        while (true)
        {
            (_start, _end) = (0, RandomAccess.Read(_file, _buffer, _position));
            _position += _end;
            if (_end == 0)
                return false;
            var feed = _buffer.AsSpan(0, _end).IndexOf((byte)'\n');
            if (feed < 0)
                continue;
            _start = feed + 1;
            return true;
        }
    }

    private bool Fill()
    {
        if (_end - _start > LedgerEntries.MaxEntrySize)
            return false;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = RandomAccess.Read(_file, _buffer.AsSpan(_end), _position);
        _position += read;
        _end += read;
        return read > 0;
    }
}
