using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// A bucket with Object Lock. Every version is put in compliance mode: until its date nobody, the account's owner included, can delete it.
/// </summary>
/// <remarks>
/// Each put makes a version, so nothing is ever overwritten; a delete marker hides an object from others and not from this. What proves
/// what: <see cref="TierProof"/>.
/// The secret is handed to the client alone, and signs requests; it is never sent, and stands in no message.
/// </remarks>
internal sealed class S3Tier : IArchiveTier
{
    private const int MaxVersionsOfKey = 1000;

    private readonly AmazonS3Client _client;
    private readonly S3Options _options;
    private readonly S3Upload _upload;
    private readonly BandwidthLimit _limit;
    private readonly string _prefix;

    public S3Tier(S3Options options, string secretKey, BandwidthLimit limit)
    {
        (_options, _limit, _prefix) = (options, limit, options.Prefix.Length == 0 ? "" : options.Prefix + "/");
        _client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, secretKey), S3Client.Configure(options));
        _upload = new S3Upload(_client, options, limit);
    }

    public string Name => $"s3:{_options.Bucket}";

    public Task<TierIdentity> OpenAsync(TierExpectation expected, CancellationToken cancellationToken) =>
        GuardAsync(
            "open the archive tier",
            "",
            async () =>
            {
                await RequireLockAsync(cancellationToken).ConfigureAwait(false);
                if (expected.IsCopier)
                    await _upload.AbortUnfinishedAsync(_prefix, cancellationToken).ConfigureAwait(false);
                var key = new TierKey(TierIdentity.FileName);
                if (await ReadIdentityAsync(key, cancellationToken).ConfigureAwait(false) is { } known)
                    return expected.Require(known, Name);
                var identity = expected.New(Name);
                var bytes = JsonSerializer.SerializeToUtf8Bytes(identity, ContractJson.Options);
                await _upload
                    .PutAsync(
                        _prefix + key.Text,
                        new(bytes.Length, System.Security.Cryptography.SHA256.HashData(bytes), () => new MemoryStream(bytes)),
                        null,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return expected.Require(await ReadIdentityAsync(key, cancellationToken).ConfigureAwait(false) ?? identity, Name);
            },
            cancellationToken
        );

    public Task<TierObject> PutAsync(TierKey key, TierContent content, DateTimeOffset retainUntil, CancellationToken cancellationToken) =>
        GuardAsync(
            "copy to the archive tier",
            key.Text,
            async () =>
            {
                var until = WholeSecond(retainUntil);
                if (await FindCoreAsync(key, "", cancellationToken).ConfigureAwait(false) is { } known)
                {
                    if (known.SizeBytes == content.SizeBytes && known.Sha256 == content.Sha256Hex)
                        return known.RetainUntil >= until
                            ? known
                            : await ExtendCoreAsync(key, known.Version, until, cancellationToken).ConfigureAwait(false);
                    if (!content.MayReplace)
                        throw new TierMismatchException(
                            "copy to the archive tier",
                            $"{Name}/{key}",
                            "Something else lies there under this name. Nothing was overwritten; have both looked at."
                        );
                }

                var (version, tag) = await _upload.PutAsync(_prefix + key.Text, content, until, cancellationToken).ConfigureAwait(false);
                var held = await ExtendCoreAsync(key, version, until, cancellationToken).ConfigureAwait(false);
                return held with
                {
                    Proof =
                        held.SizeBytes == content.SizeBytes && string.Equals(held.Tag, tag, StringComparison.OrdinalIgnoreCase)
                            ? TierProof.Checksum
                            : TierProof.None,
                };
            },
            cancellationToken
        );

    public Task<TierObject?> FindAsync(TierKey key, string version, CancellationToken cancellationToken) =>
        GuardAsync("look at the archive tier", key.Text, () => FindCoreAsync(key, version, cancellationToken), cancellationToken);

    public Task<TierVerdict> ProveAsync(TierObject expected, TierProof depth, CancellationToken cancellationToken) =>
        GuardAsync(
            "check the archive tier",
            expected.Key.Text,
            async () =>
            {
                var found = await FindCoreAsync(expected.Key, expected.Version, cancellationToken).ConfigureAwait(false);
                if (found is null)
                    return new(TierOutcome.Missing, TierProof.Presence, "The object is not there.");
                if (found.SizeBytes != expected.SizeBytes)
                    return new(
                        TierOutcome.WrongSize,
                        TierProof.Presence,
                        FormattableString.Invariant($"The object has {found.SizeBytes} bytes; {expected.SizeBytes} were committed.")
                    );
                if (found.Sha256 != expected.Sha256)
                    return new(TierOutcome.WrongHash, TierProof.Presence, "The hash noted beside the object is not the committed one.");
                if (
                    expected.RetainUntil is { } until
                    && (found.RetainUntil is null || found.RetainUntil < WholeSecond(until).AddSeconds(-1))
                )
                    return new(
                        TierOutcome.NotLocked,
                        TierProof.Presence,
                        found.RetainUntil is null ? "The object is not locked." : $"The object is locked until {found.RetainUntil:O} only."
                    );
                if (depth == TierProof.Presence)
                    return new(TierOutcome.Proved, TierProof.Presence, "There, with the size and hash that were committed, and locked.");
                using var response = await _client
                    .GetObjectAsync(Get(expected.Key, found.Version), cancellationToken)
                    .ConfigureAwait(false);
                var (bytes, sha256) = await TierHash
                    .ReadAsync(response.ResponseStream, expected.SizeBytes, _limit, cancellationToken)
                    .ConfigureAwait(false);
                return bytes == expected.SizeBytes && Convert.ToHexStringLower(sha256) == expected.Sha256
                    ? new(TierOutcome.Proved, TierProof.Reread, "Read back whole; its hash is the committed one.")
                    : new TierVerdict(
                        TierOutcome.WrongHash,
                        TierProof.Reread,
                        FormattableString.Invariant(
                            $"{bytes} bytes were read back, with the SHA-256 {Convert.ToHexStringLower(sha256)}; {expected.Sha256} was committed."
                        )
                    );
            },
            cancellationToken
        );

    public Task<DateTimeOffset> ExtendAsync(TierKey key, string version, DateTimeOffset retainUntil, CancellationToken cancellationToken) =>
        GuardAsync(
            "keep a copy for longer",
            key.Text,
            async () =>
                (await ExtendCoreAsync(key, version, WholeSecond(retainUntil), cancellationToken).ConfigureAwait(false)).RetainUntil!.Value,
            cancellationToken
        );

    public Task<Stream?> OpenReadAsync(TierKey key, string version, CancellationToken cancellationToken) =>
        GuardAsync(
            "read the archive tier",
            key.Text,
            async () =>
            {
                if (await FindCoreAsync(key, version, cancellationToken).ConfigureAwait(false) is not { } found)
                    return null;
                var response = await _client.GetObjectAsync(Get(key, found.Version), cancellationToken).ConfigureAwait(false);
                return (Stream?)new LimitedStream(response.ResponseStream, _limit, found.SizeBytes);
            },
            cancellationToken
        );

    public async IAsyncEnumerable<TierObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = _prefix + (folder.Length == 0 ? "" : folder + "/");
        var request = new ListVersionsRequest
        {
            BucketName = _options.Bucket,
            Prefix = prefix,
            MaxKeys = 1000,
        };
        string? last = null;
        while (true)
        {
            var page = await GuardAsync(
                    "list the archive tier",
                    folder,
                    () => _client.ListVersionsAsync(request, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (var version in page.Versions ?? [])
            {
                // Versions of a key come together, the newest first. A name out of order, or one that leads elsewhere, is not taken.
                if (
                    version.IsDeleteMarker == true
                    || version.Key is not { } name
                    || string.CompareOrdinal(name, last) <= 0
                    || !name.StartsWith(_prefix, StringComparison.Ordinal)
                )
                    continue;
                if (!TierKey.TryParse(name[_prefix.Length..], out var key))
                    continue;
                last = name;
                if (await FindAsync(key.Value, version.VersionId ?? "", cancellationToken).ConfigureAwait(false) is { } found)
                    yield return found;
            }

            if (page.IsTruncated != true)
                yield break;
            // A server that leads in a circle would be listened to for ever.
            if (
                string.CompareOrdinal(page.NextKeyMarker, request.KeyMarker) < 0
                || (page.NextKeyMarker == request.KeyMarker && page.NextVersionIdMarker == request.VersionIdMarker)
            )
                throw new TierUnavailableException("list the archive tier", $"{Name}/{folder}", "The server lists in a circle.");
            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, page.NextVersionIdMarker);
        }
    }

    public Task<bool> DeleteAsync(TierKey key, string version, DateTimeOffset now, CancellationToken cancellationToken) =>
        GuardAsync(
            "delete from the archive tier",
            key.Text,
            async () =>
            {
                if (version.Length == 0)
                    throw new ArgumentException("A version is deleted, never whatever is the newest.", nameof(version));
                if (await FindCoreAsync(key, version, cancellationToken).ConfigureAwait(false) is not { } found)
                    return true;
                if (found.RetainUntil > now)
                    return false;
                try
                {
                    await _client
                        .DeleteObjectAsync(
                            new DeleteObjectRequest
                            {
                                BucketName = _options.Bucket,
                                Key = _prefix + key.Text,
                                VersionId = version,
                            },
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    return await FindCoreAsync(key, version, cancellationToken).ConfigureAwait(false) is null;
                }
                catch (AmazonS3Exception e)
                    when (e.StatusCode == HttpStatusCode.Forbidden
                        && e.ErrorCode is "AccessDenied" or "ObjectLocked" or "InvalidRetentionPeriod"
                    )
                {
                    return false;
                }
            },
            cancellationToken
        );

    public void Dispose() => _client.Dispose();

    private GetObjectRequest Get(TierKey key, string version) =>
        new()
        {
            BucketName = _options.Bucket,
            Key = _prefix + key.Text,
            VersionId = version,
        };

    private async Task RequireLockAsync(CancellationToken cancellationToken)
    {
        var found = await _client
            .GetObjectLockConfigurationAsync(new GetObjectLockConfigurationRequest { BucketName = _options.Bucket }, cancellationToken)
            .ConfigureAwait(false);
        if (found.ObjectLockConfiguration?.ObjectLockEnabled != ObjectLockEnabled.Enabled)
            throw new TierRefusedException("use the archive tier", Name, S3Failure.NoLock);
        var versioning = await _client
            .GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = _options.Bucket }, cancellationToken)
            .ConfigureAwait(false);
        if (versioning.VersioningConfig?.Status != VersionStatus.Enabled)
            throw new TierRefusedException("use the archive tier", Name, S3Failure.NoLock);
    }

    /// <summary>
    /// The identity that was written first; null when there is none. What a copier sent that was killed arrives when another has written
    /// its own: the first holds for both.
    /// </summary>
    private async Task<TierIdentity?> ReadIdentityAsync(TierKey key, CancellationToken cancellationToken)
    {
        if (await VersionsAsync(key, cancellationToken).ConfigureAwait(false) is not [.., var version])
            return null;
        using var response = await _client.GetObjectAsync(Get(key, version), cancellationToken).ConfigureAwait(false);
        using var bytes = new MemoryStream();
        await new LimitedStream(response.ResponseStream, _limit, TierIdentity.MaxBytes)
            .CopyToAsync(bytes, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return
                JsonSerializer.Deserialize<TierIdentity>(bytes.ToArray(), ContractJson.Options) is { Schema: TierIdentity.SchemaName } found
                ? found
                : throw new JsonException("another schema");
        }
        catch (JsonException e)
        {
            throw new TierRefusedException(
                "use the archive tier",
                Name,
                $"{key} cannot be read. Name another prefix, or have it looked at.",
                e
            );
        }
    }

    /// <summary>Versions of a key that are no delete markers, newest first.</summary>
    private async Task<IReadOnlyList<string>> VersionsAsync(TierKey key, CancellationToken cancellationToken)
    {
        var page = await _client
            .ListVersionsAsync(
                new ListVersionsRequest
                {
                    BucketName = _options.Bucket,
                    Prefix = _prefix + key.Text,
                    MaxKeys = MaxVersionsOfKey,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return
        [
            .. (page.Versions ?? []).Where(v => v.Key == _prefix + key.Text && v.IsDeleteMarker != true).Select(static v => v.VersionId),
        ];
    }

    private async Task<TierObject?> FindCoreAsync(TierKey key, string version, CancellationToken cancellationToken)
    {
        var id =
            version.Length > 0 ? version
            : await VersionsAsync(key, cancellationToken).ConfigureAwait(false) is [var newest, ..] ? newest
            : null;
        if (id is null)
            return null;
        try
        {
            var head = await _client
                .GetObjectMetadataAsync(
                    new GetObjectMetadataRequest
                    {
                        BucketName = _options.Bucket,
                        Key = _prefix + key.Text,
                        VersionId = id,
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            DateTimeOffset? until =
                head.ObjectLockMode == ObjectLockMode.Compliance && head.ObjectLockRetainUntilDate is { } date
                    ? new(DateTime.SpecifyKind(date.ToUniversalTime(), DateTimeKind.Utc))
                    : null;
            return new(key, id, head.ContentLength, head.Metadata[S3Upload.HashName] ?? "", until) { Tag = head.ETag?.Trim('"') ?? "" };
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Raises the date, and returns only what the server says of it afterwards.</summary>
    private async Task<TierObject> ExtendCoreAsync(TierKey key, string version, DateTimeOffset until, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var found =
                await FindCoreAsync(key, version, cancellationToken).ConfigureAwait(false)
                ?? throw new TierMismatchException("keep a copy for longer", $"{Name}/{key}", "It is not there.");
            // Servers keep the date to the second or to the millisecond.
            if (found.RetainUntil is { } held && held >= until.AddSeconds(-1))
                return found;
            if (attempt > 0)
                throw new TierRefusedException(
                    "lock a copy",
                    $"{Name}/{key}",
                    "The server took the date until which it must keep the object, and does not keep to it: this is no Object Lock."
                );
            var retention = new ObjectLockRetention { Mode = ObjectLockRetentionMode.Compliance, RetainUntilDate = until.UtcDateTime };
            await _client
                .PutObjectRetentionAsync(
                    new PutObjectRetentionRequest
                    {
                        BucketName = _options.Bucket,
                        Key = _prefix + key.Text,
                        VersionId = found.Version,
                        Retention = retention,
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds((UnixMs.Ceiling(time) + 999) / 1000);

    private async Task<T> GuardAsync<T>(string operation, string path, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (S3Failure.IsFailure(e) && !cancellationToken.IsCancellationRequested)
        {
            throw S3Failure.Of(e, operation, path.Length == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}/{path}"));
        }
    }
}
