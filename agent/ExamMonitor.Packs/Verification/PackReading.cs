using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>Reads files of a pack with bounds; what is not in form is null, and the caller says what that means. Entries are read
/// once.</summary>
internal sealed class PackReading(IPackSource source)
{
    private const long LargestDocument = 256L << 20;
    private readonly Dictionary<long, (byte[] Bytes, ParsedEntry? Parsed)?> _entries = [];

    /// <summary>Hashes that were taken, hex, by path.</summary>
    public Dictionary<string, string> Hashes { get; } = new(StringComparer.Ordinal);

    public IPackSource Source => source;

    /// <summary>Bytes of a file; null when it is not there or too large.</summary>
    public byte[]? Bytes(string path, long largest = LargestDocument)
    {
        if (!source.Files.TryGetValue(path, out var size) || size > largest)
            return null;
        using var stream = source.Open(path);
        var bytes = new byte[size];
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : null;
    }

    /// <summary>A text; null when it is not there, too large or not UTF-8.</summary>
    public string? Text(string path, long largest = LargestDocument)
    {
        try
        {
            return Bytes(path, largest) is { } bytes ? new UTF8Encoding(false, true).GetString(bytes) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>A value of JSON; null when it is none.</summary>
    public T? Json<T>(string path)
        where T : class
    {
        try
        {
            return Bytes(path) is { } bytes && !ContractJson.HasNullElement(bytes)
                ? JsonSerializer.Deserialize<T>(bytes, ContractJson.Options)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>An entry's bytes and what they say.</summary>
    public bool TryEntry(long number, [NotNullWhen(true)] out byte[]? bytes, out ParsedEntry? parsed)
    {
        if (!_entries.TryGetValue(number, out var known))
            _entries[number] = known = Bytes(PackFormat.Entry(number), 1 << 17) is { } read ? (read, LedgerEntry.Parse(read)) : null;
        (bytes, parsed) = known is { } found ? found : (null, null);
        return bytes is not null;
    }

    /// <summary>SHA-256 of a file, hex.</summary>
    public string Hash(string path, CancellationToken cancellationToken, Action<int>? read = null)
    {
        if (Hashes.TryGetValue(path, out var known))
            return known;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = source.Open(path);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            while (stream.Read(buffer) is > 0 and var count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, count);
                read?.Invoke(count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Hashes[path] = Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
