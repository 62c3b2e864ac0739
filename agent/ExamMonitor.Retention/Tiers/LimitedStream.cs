namespace ExamMonitor.Retention.Tiers;

/// <summary>Reads from a buffer or a stream no faster than the limit allows, and never more than a length.</summary>
/// <param name="inner">Source; disposed of with this.</param>
/// <param name="limit">Limit.</param>
/// <param name="most">Bytes after which it fails: what a hostile source sends beyond is not read.</param>
internal sealed class LimitedStream(Stream inner, BandwidthLimit limit, long most) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var piece = buffer.Length > limit.Piece ? buffer[..limit.Piece] : buffer;
        var read = await inner.ReadAsync(piece, cancellationToken).ConfigureAwait(false);
        if (!inner.CanSeek && (_read += read) > most)
            throw new InvalidDataException("more bytes came than were committed");
        await limit.TakeAsync(read, cancellationToken).ConfigureAwait(false);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // The S3 client reads twice: once for its signature, synchronously and without sending, then to send.
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
