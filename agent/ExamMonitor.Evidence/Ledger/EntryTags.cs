using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Puts a keyed tag on every entry as it is written, and tells whether one is right: docs/protocol/ledger.md, "Tag".</summary>
/// <remarks>
/// The tag stands in the entry's own line. So the disk takes both or neither, and a crash leaves no entry whose tag is somewhere else.
/// The tag covers the number and the hash of the entry before, which has a tag of its own: an entry that was changed, moved, or taken from
/// another history fails. The key is made from the signing key by HKDF (RFC 5869). Not thread-safe.
/// </remarks>
internal sealed class EntryTags : IDisposable
{
    /// <summary>Bytes that a tag adds to an entry.</summary>
    public const int Size = EndSize - 1;

    // ,"tag":" with 22 characters and "} — the last of which the entry had before.
    private const int EndSize = 8 + 22 + 2;

    // HMAC-SHA256, its first half (RFC 2104 §5).
    private const int TagBytes = 16;
    private static readonly byte[] Purpose = "exam-monitor/ledger/entry-tag/1"u8.ToArray();

    private readonly IncrementalHash _hmac;

    /// <summary>For the ledger of an agent.</summary>
    /// <param name="key">Signing key.</param>
    /// <param name="origin">Origin of its heads.</param>
    public EntryTags(ECDsa key, string origin)
    {
        var secret = key.ExportParameters(includePrivateParameters: true).D!;
        var derived = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            secret,
            SHA256.HashSizeInBytes,
            System.Text.Encoding.UTF8.GetBytes(origin),
            Purpose
        );
        CryptographicOperations.ZeroMemory(secret);
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, derived);
        CryptographicOperations.ZeroMemory(derived);
    }

    private static ReadOnlySpan<byte> Head => ",\"tag\":\""u8;

    private static ReadOnlySpan<byte> Foot => "\"}"u8;

    /// <summary>Whether an entry ends with a tag, right or wrong. What was written before there were tags has none.</summary>
    public static bool IsTagged(ReadOnlySpan<byte> entry) =>
        entry.Length > EndSize && entry[^EndSize..].StartsWith(Head) && entry.EndsWith(Foot);

    /// <summary>The entry with its tag as its last member.</summary>
    /// <param name="number">Number of the entry.</param>
    /// <param name="before">Leaf hash of the entry before; of the first entry, <see cref="MerkleTree.EmptyRoot"/>.</param>
    /// <param name="entry">A JSON object without a tag of this place.</param>
    public byte[] Seal(long number, TreeHash before, ReadOnlySpan<byte> entry)
    {
        var sealedEntry = new byte[entry.Length + Size];
        entry[..^1].CopyTo(sealedEntry);
        Head.CopyTo(sealedEntry.AsSpan(entry.Length - 1));
        Compute(number, before, entry[..^1], sealedEntry.AsSpan(entry.Length - 1 + Head.Length));
        Foot.CopyTo(sealedEntry.AsSpan(sealedEntry.Length - Foot.Length));
        return sealedEntry;
    }

    /// <summary>Whether this agent wrote the entry at this place.</summary>
    public bool Check(long number, TreeHash before, ReadOnlySpan<byte> entry)
    {
        if (!IsTagged(entry))
            return false;
        Span<byte> expected = stackalloc byte[EndSize - Head.Length - Foot.Length];
        Compute(number, before, entry[..^EndSize], expected);
        return CryptographicOperations.FixedTimeEquals(expected, entry[^(EndSize - Head.Length)..^Foot.Length]);
    }

    /// <inheritdoc/>
    public void Dispose() => _hmac.Dispose();

    private void Compute(long number, TreeHash before, ReadOnlySpan<byte> content, Span<byte> text)
    {
        Span<byte> place = stackalloc byte[sizeof(long) + TreeHash.Size];
        BinaryPrimitives.WriteInt64BigEndian(place, number);
        before.CopyTo(place[sizeof(long)..]);
        _hmac.AppendData(place);
        _hmac.AppendData(content);
        Span<byte> mac = stackalloc byte[SHA256.HashSizeInBytes];
        _hmac.GetHashAndReset(mac);
        Base64Url.EncodeToUtf8(mac[..TagBytes], text);
    }
}
