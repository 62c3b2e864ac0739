using System.IO.Hashing;

namespace ExamMonitor.Packs.Zip;

/// <summary>An archive as a stream that can be read from anywhere: made while it is read, with flat memory. Not thread-safe.</summary>
public sealed class ZipStream(ZipLayout layout) : Stream
{
    private readonly Crc32 _crc = new();
    private (ZipItem Item, Stream Stream)? _open;
    private (long At, byte[] Bytes) _part;
    private long _position;
    private bool _isWhole;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => layout.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => _position = value is >= 0 && value <= Length ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length == 0 || _position >= Length)
            return 0;
        var read =
            _position >= layout.DirectoryStart
                ? Copy(layout.DirectoryStart, layout.Directory, buffer)
                : ReadItem(ItemAt(_position), buffer);
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        Position =
            offset
            + (
                origin == SeekOrigin.Begin ? 0
                : origin == SeekOrigin.Current ? _position
                : Length
            );

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _open?.Stream.Dispose();
        _open = null;
        base.Dispose(disposing);
    }

    private int ReadItem(ZipItem item, Span<byte> buffer)
    {
        var content = item.Offset + ZipLayout.HeaderSize(item);
        if (_position < content)
            return Copy(item.Offset, () => layout.Header(item), buffer);
        if (_position >= content + item.SizeBytes)
            return Copy(content + item.SizeBytes, () => ZipLayout.Descriptor(item), buffer);
        var stream = OpenAt(item, _position - content);
        var most = (int)Math.Min(buffer.Length, content + item.SizeBytes - _position);
        var read = stream.Read(buffer[..most]);
        if (read == 0)
            throw new IOException($"{item.Path} became shorter while it was read.");
        if (!_isWhole)
            return read;
        _crc.Append(buffer[..read]);
        if (_position + read == content + item.SizeBytes)
            item.Remember(_crc.GetCurrentHashAsUInt32());
        return read;
    }

    private Stream OpenAt(ZipItem item, long at)
    {
        if (_open is not { } open || open.Item != item)
        {
            _open?.Stream.Dispose();
            _open = null;
            _open = (item, item.Open());
            _isWhole = at == 0;
            _crc.Reset();
        }

        var stream = _open.Value.Stream;
        if (stream.Position == at)
            return stream;
        stream.Position = at;
        // Only what is read from its beginning in one go gives the checksum.
        _isWhole = at == 0;
        _crc.Reset();
        return stream;
    }

    private int Copy(long at, Func<byte[]> make, Span<byte> buffer)
    {
        if (_part.Bytes is null || _part.At != at)
            _part = (at, make());
        var from = (int)(_position - at);
        var count = Math.Min(buffer.Length, _part.Bytes.Length - from);
        _part.Bytes.AsSpan(from, count).CopyTo(buffer);
        return count;
    }

    private ZipItem ItemAt(long position)
    {
        var (low, high) = (0, layout.Items.Count - 1);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (layout.Items[middle].Offset <= position)
                low = middle;
            else
                high = middle - 1;
        }

        return layout.Items[low];
    }
}
