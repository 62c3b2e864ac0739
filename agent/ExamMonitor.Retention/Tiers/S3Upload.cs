using System.Buffers;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using ExamMonitor.Recording.Copies;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Sends objects to S3, large ones in parts. Memory: one part, however large the object is.</summary>
/// <remarks>
/// Each request carries the MD5 of its body, which the server compares before it takes it; the ETag that it answers with is its own MD5
/// over what it stored.
/// </remarks>
internal sealed class S3Upload(AmazonS3Client client, S3Options options, BandwidthLimit limit)
{
    /// <summary>Name of the object's metadata that holds its SHA-256, lower-case hex (<c>x-amz-meta-sha256</c>).</summary>
    public const string HashName = "sha256";

    /// <summary>Puts an object; returns its version, and the tag that the server must give it when it stored what was sent.</summary>
    /// <exception cref="TierMismatchException">The content is not what its hash says; nothing was left on the server.</exception>
    public async Task<(string Version, string Tag)> PutAsync(
        string key,
        TierContent content,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(options.PartBytes, Math.Max(1, content.SizeBytes)));
        var source = content.Open();
        try
        {
            return content.SizeBytes <= options.PartBytes
                ? await PutWholeAsync(key, content, until, source, buffer, cancellationToken).ConfigureAwait(false)
                : await PutPartsAsync(key, content, until, source, buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await source.DisposeAsync().ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes back what a killed writer had begun to send: its parts cost space and are no object.</summary>
    public async Task AbortUnfinishedAsync(string prefix, CancellationToken cancellationToken)
    {
        var found = await client
            .ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = prefix }, cancellationToken)
            .ConfigureAwait(false);
        foreach (var upload in (found.MultipartUploads ?? []).Where(u => u.Key?.StartsWith(prefix, StringComparison.Ordinal) == true))
            await AbortAsync(upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(string, string)> PutWholeAsync(
        string key,
        TierContent content,
        DateTimeOffset? until,
        Stream source,
        byte[] buffer,
        CancellationToken cancellationToken
    )
    {
        var size = (int)content.SizeBytes;
        var read = await source
            .ReadAtLeastAsync(buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        if (read != size || !SHA256.HashData(buffer.AsSpan(0, size)).AsSpan().SequenceEqual(content.Sha256.Span))
            throw NotAsCommitted(key);
        var md5 = Md5(buffer.AsSpan(0, size));
        using var body = Body(buffer, size);
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = key,
            InputStream = body,
            AutoCloseStream = false,
            MD5Digest = Convert.ToBase64String(md5),
            ContentType = TypeOf(key),
        };
        request.Metadata[HashName] = content.Sha256Hex;
        if (until is { } date)
            (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, date.UtcDateTime);
        var answer = await client.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
        return (VersionOf(key, answer.VersionId), Convert.ToHexStringLower(md5));
    }

    private async Task<(string, string)> PutPartsAsync(
        string key,
        TierContent content,
        DateTimeOffset? until,
        Stream source,
        byte[] buffer,
        CancellationToken cancellationToken
    )
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = options.Bucket,
            Key = key,
            ContentType = TypeOf(key),
        };
        request.Metadata[HashName] = content.Sha256Hex;
        if (until is { } date)
            (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (ObjectLockMode.Compliance, date.UtcDateTime);
        var upload = (await client.InitiateMultipartUploadAsync(request, cancellationToken).ConfigureAwait(false)).UploadId;
        try
        {
            var (parts, sums) = await SendPartsAsync(key, upload, content, source, buffer, cancellationToken).ConfigureAwait(false);
            var done = await client
                .CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest
                    {
                        BucketName = options.Bucket,
                        Key = key,
                        UploadId = upload,
                        PartETags = parts,
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return (
                VersionOf(key, done.VersionId),
                FormattableString.Invariant($"{Convert.ToHexStringLower(Md5(sums.ToArray()))}-{parts.Count}")
            );
        }
        catch
        {
            // Best effort, also when we were asked to stop; what stays is taken back at the next start.
            await TryAbortAsync(key, upload).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<(List<PartETag> Parts, MemoryStream Sums)> SendPartsAsync(
        string key,
        string upload,
        TierContent content,
        Stream source,
        byte[] buffer,
        CancellationToken cancellationToken
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (parts, sums) = (new List<PartETag>(), new MemoryStream());
        for (var left = content.SizeBytes; left > 0; )
        {
            var want = (int)Math.Min(options.PartBytes, left);
            var read = await source
                .ReadAtLeastAsync(buffer.AsMemory(0, want), want, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (read != want)
                throw NotAsCommitted(key);
            hash.AppendData(buffer, 0, read);
            var md5 = Md5(buffer.AsSpan(0, read));
            sums.Write(md5);
            using var body = Body(buffer, read);
            var answer = await client
                .UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = options.Bucket,
                        Key = key,
                        UploadId = upload,
                        PartNumber = parts.Count + 1,
                        PartSize = read,
                        InputStream = body,
                        MD5Digest = Convert.ToBase64String(md5),
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            parts.Add(new PartETag(parts.Count + 1, answer.ETag));
            left -= read;
        }

        // Before the object comes to be, not after.
        return hash.GetHashAndReset().AsSpan().SequenceEqual(content.Sha256.Span) ? (parts, sums) : throw NotAsCommitted(key);
    }

    private async Task TryAbortAsync(string key, string upload)
    {
        try
        {
            using var limitOfTime = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await AbortAsync(key, upload, limitOfTime.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (S3Failure.IsFailure(e))
        {
            // Told by what failed before.
        }
    }

    private Task<AbortMultipartUploadResponse> AbortAsync(string key, string upload, CancellationToken cancellationToken) =>
        client.AbortMultipartUploadAsync(
            new AbortMultipartUploadRequest
            {
                BucketName = options.Bucket,
                Key = key,
                UploadId = upload,
            },
            cancellationToken
        );

    private LimitedStream Body(byte[] buffer, int size) => new(new MemoryStream(buffer, 0, size, writable: false), limit, size);

    private static string VersionOf(string key, string? version) =>
        version is { Length: > 0 and <= 1024 } and not "null"
            ? version
            : throw new TierRefusedException("copy to the archive tier", key, S3Failure.NoLock);

    private static TierMismatchException NotAsCommitted(string key) =>
        new("copy to the archive tier", key, "The local file is not what was committed. It was not copied; run fsck --depth hash.");

    private static string TypeOf(string key) =>
        Path.GetExtension(key) switch
        {
            ".mp4" => "video/mp4",
            ".json" => "application/json",
            ".jsonl" => "application/x-ndjson",
            _ => "application/octet-stream",
        };

#pragma warning disable CA5351 // S3's own checksum is MD5; it guards against damage on the way. What proves the content is SHA-256.
    private static byte[] Md5(ReadOnlySpan<byte> bytes) => MD5.HashData(bytes);
#pragma warning restore CA5351
}
