using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Packs.Verification;

/// <summary>A part of a file. Reads only; not thread-safe, but several read the same file at once.</summary>
internal sealed class SliceStream(SafeFileHandle file, long start, long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var most = (int)Math.Clamp(length - _position, 0, buffer.Length);
        var read = most == 0 ? 0 : RandomAccess.Read(file, buffer[..most], start + _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        _position =
            offset
            + (
                origin == SeekOrigin.Begin ? 0
                : origin == SeekOrigin.Current ? _position
                : length
            );

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
