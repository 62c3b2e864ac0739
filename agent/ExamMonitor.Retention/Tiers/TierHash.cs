using System.Buffers;
using System.Security.Cryptography;

namespace ExamMonitor.Retention.Tiers;

/// <summary>SHA-256 of streams.</summary>
internal static class TierHash
{
    /// <summary>Bytes read and their SHA-256.</summary>
    /// <param name="stream">Source.</param>
    /// <param name="most">Stops after one byte more: whoever sends more than was committed does not keep us busy.</param>
    /// <param name="limit">Limit of the speed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<(long Bytes, byte[] Sha256)> ReadAsync(
        Stream stream,
        long most,
        BandwidthLimit limit,
        CancellationToken cancellationToken
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(limit.Piece);
        try
        {
            var total = 0L;
            while (total <= most)
            {
                var read = await stream
                    .ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, limit.Piece)), cancellationToken)
                    .ConfigureAwait(false);
                if (read == 0)
                    break;
                total += read;
                hash.AppendData(buffer, 0, read);
                await limit.TakeAsync(read, cancellationToken).ConfigureAwait(false);
            }

            return (total, hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>SHA-256 of the first bytes of a stream; null when it has fewer.</summary>
    public static async Task<byte[]?> OfStartAsync(Stream stream, long bytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 << 10];
        for (var left = bytes; left > 0; )
        {
            var read = await stream
                .ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken)
                .ConfigureAwait(false);
            if (read == 0)
                return null;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }
}
