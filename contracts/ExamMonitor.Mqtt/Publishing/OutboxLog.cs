using System.Buffers.Binary;
using System.Globalization;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>
/// The files of an outbox: segments that are only appended to, and one small file with what is done with. One thread at a time.
/// </summary>
/// <remarks>
/// A segment is called <c>outbox-{first position}.log</c>. Records are forced to disk before <see cref="Append"/> returns. The mark is not
/// forced: after a crash it may be older than the truth, which only means that some events are sent again under their old sequence number.
/// </remarks>
internal sealed class OutboxLog : IDisposable
{
    private const int SegmentBytes = 1024 * 1024;
    private const int MarkBytes = 20;
    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly FileStream _mark;
    private readonly List<long> _segments = [];
    private FileStream? _tail;
    private long _goodLength;

    private OutboxLog(string folder, FileStream @lock, FileStream mark) => (_folder, _lock, _mark) = (folder, @lock, mark);

    /// <summary>Every event up to here was acknowledged or dropped.</summary>
    public long DonePosition { get; private set; }

    /// <summary>Events dropped since the outbox was made.</summary>
    public long Dropped { get; private set; }

    /// <summary>Segments that held damage in the middle; what stood after it in the same segment is lost.</summary>
    public int DamagedSegments { get; private set; }

    /// <summary>Opens the folder and reads what still waits, in order.</summary>
    /// <exception cref="IOException">Another process uses it, or it cannot be read or written.</exception>
    public static OutboxLog Open(string folder, out List<OutboxRecord> waiting)
    {
        Directory.CreateDirectory(folder);
        FileStream? locked = null;
        try
        {
            locked = new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var log = new OutboxLog(
                folder,
                locked,
                new(Path.Combine(folder, "done"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
            );
            log.ReadMark();
            waiting = log.ReadSegments();
            return log;
        }
        catch (IOException e) when (locked is null)
        {
            throw new IOException($"Opening the outbox {folder} failed: {e.Message} Check that no other agent uses this folder.", e);
        }
    }

    /// <summary>Appends and forces; after an exception nothing of the call counts, and it may be tried again.</summary>
    public void Append(IReadOnlyList<OutboxRecord> records)
    {
        if (records.Count == 0)
            return;
        if (_tail is null || _goodLength >= SegmentBytes)
            Roll(records[0].Position);
        _tail!.SetLength(_goodLength);
        _tail.Position = _goodLength;
        foreach (var record in records)
            _tail.Write(OutboxCodec.Format(record));
        DiskFlush.File(_tail);
        _goodLength = _tail.Position;
    }

    /// <summary>Moves the mark forward and removes segments that lie wholly behind it.</summary>
    public void Done(long position, long dropped)
    {
        (DonePosition, Dropped) = (position, dropped);
        Span<byte> bytes = stackalloc byte[MarkBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, position);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], dropped);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], OutboxCodec.Crc32C(bytes[..16]));
        _mark.Position = 0;
        _mark.Write(bytes);
        while (_segments.Count > 1 && _segments[1] <= position + 1)
        {
            File.Delete(PathOf(_segments[0]));
            _segments.RemoveAt(0);
        }
    }

    public void Dispose()
    {
        _tail?.Dispose();
        _mark.Dispose();
        _lock.Dispose();
    }

    private void Roll(long first)
    {
        _tail?.Dispose();
        _tail = null;
        var tail = new FileStream(PathOf(first), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 64 * 1024);
        DiskFlush.Folder(_folder);
        if (_segments.Count == 0 || _segments[^1] != first)
            _segments.Add(first);
        (_tail, _goodLength) = (tail, 0);
    }

    private void ReadMark()
    {
        Span<byte> bytes = stackalloc byte[MarkBytes];
        if (_mark.ReadAtLeast(bytes, MarkBytes, throwOnEndOfStream: false) < MarkBytes)
            return;
        if (OutboxCodec.Crc32C(bytes[..16]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]))
            return;
        DonePosition = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Dropped = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
    }

    private List<OutboxRecord> ReadSegments()
    {
        foreach (var file in Directory.EnumerateFiles(_folder, "outbox-*.log"))
        {
            var name = Path.GetFileNameWithoutExtension(file)["outbox-".Length..];
            if (long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var first))
                _segments.Add(first);
        }

        _segments.Sort();
        var waiting = new List<OutboxRecord>();
        foreach (var segment in _segments)
        {
            var last = segment == _segments[^1];
            var good = ReadSegment(segment, waiting, out var length);
            if (last)
                ContinueAt(segment, good);
            else if (good < length)
                DamagedSegments++;
        }

        return waiting;
    }

    private long ReadSegment(long segment, List<OutboxRecord> waiting, out long length)
    {
        // A segment ends soon after 1 MiB; only one record may reach beyond.
        using var stream = new FileStream(PathOf(segment), FileMode.Open, FileAccess.Read);
        length = stream.Length;
        var bytes = new byte[Math.Min(length, SegmentBytes + (4L * OutboxCodec.MaxBody))];
        stream.ReadExactly(bytes);
        var at = 0;
        while (OutboxCodec.Parse(bytes.AsSpan(at), out var size) is { } record)
        {
            if (record.Position > DonePosition && (waiting.Count == 0 || record.Position > waiting[^1].Position))
                waiting.Add(record);
            at += size;
        }

        return at;
    }

    private void ContinueAt(long segment, long good)
    {
        _tail = new(PathOf(segment), FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 64 * 1024);
        _tail.SetLength(good);
        _goodLength = good;
    }

    private string PathOf(long segment) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"outbox-{segment:D19}.log"));
}
