using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>A SHA-256 value: a leaf, a node or a root of the ledger's Merkle tree.</summary>
/// <remarks>32 bytes held by value; the default is 32 zero bytes, which is no hash of anything known.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct TreeHash : IEquatable<TreeHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Size = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Equality of all bytes.</summary>
    public static bool operator ==(TreeHash left, TreeHash right) => left.Equals(right);

    /// <summary>Difference in any byte.</summary>
    public static bool operator !=(TreeHash left, TreeHash right) => !left.Equals(right);

    /// <summary>Reads base64 of exactly 32 bytes in its one canonical spelling.</summary>
    public static bool TryParseBase64([NotNullWhen(true)] string? text, out TreeHash hash)
    {
        Span<byte> bytes = stackalloc byte[Size + 1];
        hash = default;
        if (text is not { Length: 44 } || !Convert.TryFromBase64String(text, bytes, out var written) || written != Size)
            return false;
        hash = new TreeHash(bytes[..Size]);
        return string.Equals(hash.ToBase64(), text, StringComparison.Ordinal);
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Base64, 44 characters.</summary>
    public string ToBase64() => Convert.ToBase64String(ToArray());

    /// <inheritdoc/>
    public bool Equals(TreeHash other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is TreeHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_a, _b, _c, _d);

    /// <summary>Lower-case hexadecimal, 64 characters.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
