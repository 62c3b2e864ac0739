using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Contracts.Draws;

/// <summary>
/// The order in which the units of one stratum are drawn: the shuffle of Fisher and Yates in Durstenfeld's form, fed by SHA-256 in counter
/// mode
/// with rejection, so that every order is equally likely. docs/protocol/draw.md.
/// </summary>
/// <remarks>Lazy: the first k places cost k steps. Not thread-safe.</remarks>
public sealed class DrawSampler
{
    private readonly Dictionary<int, int> _moved = [];
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes + sizeof(ulong)];
    private readonly int _count;
    private ulong _counter;
    private int _next;

    /// <summary>Begins the order of a stratum.</summary>
    /// <param name="seed">Seed, 32 bytes.</param>
    /// <param name="stratum">Name of the stratum.</param>
    /// <param name="count">Its units, ≥ 0.</param>
    public DrawSampler(ReadOnlySpan<byte> seed, string stratum, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _count = count;
        SHA256.HashData([.. seed, .. Encoding.UTF8.GetBytes(stratum)], _block);
    }

    /// <summary>Index of the unit at the next place, of the stratum's units in the order of their ids; null when all were drawn.</summary>
    public int? Next()
    {
        if (_next == _count)
            return null;
        var place = _next++;
        var from = place + (int)Below((ulong)(_count - place));
        var drawn = _moved.GetValueOrDefault(from, from);
        // What stood at this place takes the place of what was drawn; the list itself is never made.
        _moved[from] = _moved.GetValueOrDefault(place, place);
        _moved.Remove(place);
        return drawn;
    }

    /// <summary>A number from 0 to <paramref name="bound"/> − 1, each equally likely.</summary>
    private ulong Below(ulong bound)
    {
        // Numbers at or above the largest multiple of the bound would favour the small remainders.
        var surplus = ((ulong.MaxValue % bound) + 1) % bound;
        ulong value;
        do
        {
            value = Draw();
        } while (value > ulong.MaxValue - surplus);
        return value % bound;
    }

    private ulong Draw()
    {
        BinaryPrimitives.WriteUInt64BigEndian(_block.AsSpan(SHA256.HashSizeInBytes), _counter++);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_block, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
