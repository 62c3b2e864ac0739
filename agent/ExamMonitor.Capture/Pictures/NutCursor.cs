using ExamMonitor.Media;

namespace ExamMonitor.Capture.Pictures;

/// <summary>Reads NUT's variable-length numbers from a header.</summary>
internal ref struct NutCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public long Number()
    {
        long value = 0;
        for (var i = 0; i < 9 && i < _rest.Length; i++)
        {
            value = (value << 7) | (long)(_rest[i] & 0x7F);
            if ((_rest[i] & 0x80) != 0)
                continue;
            _rest = _rest[(i + 1)..];
            return value;
        }

        throw Short();
    }

    public long Signed()
    {
        var value = Number() + 1;
        return (value & 1) != 0 ? -(value >> 1) : value >> 1;
    }

    public void Skip(int count) => _rest = count >= 0 && count <= _rest.Length ? _rest[count..] : throw Short();

    private static InvalidMediaException Short() => new("Picture stream: a header that ends too early", 0);
}
