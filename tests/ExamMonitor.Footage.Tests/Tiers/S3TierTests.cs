using Amazon.S3;
using Amazon.S3.Model;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>A real S3 server with Object Lock.</summary>
public sealed class S3TierTests(S3Server server) : TierConformance
{
    private S3Options? _options;

    [Fact]
    public async Task Open_BucketWithoutObjectLock_IsRefusedWithASentence()
    {
        using var tier = Over(await server.BucketAsync(locked: false));
        var refusal = await Assert.ThrowsAsync<TierRefusedException>(() => tier.OpenAsync(Expected(), CancellationToken.None));
        Assert.Contains("no Object Lock", refusal.Message, StringComparison.Ordinal);
        using var client = await server.ClientAsync();
        Assert.Empty((await client.ListVersionsAsync(refusal.Subject[3..])).Versions ?? []);
    }

    [Fact]
    public async Task Put_SmallAndLarge_AreLockedInComplianceMode_SoThatNobodyDeletesThem()
    {
        using var client = await server.ClientAsync();
        foreach (var size in new[] { 1000, 11 << 20 })
        {
            var key = TierKey.Of($"{size}.mp4");
            var put = await Tier.PutAsync(key, Content(size), Until, CancellationToken.None);
            Assert.True(put.Proof == TierProof.Checksum, $"{size}");
            var at = new DeleteObjectRequest
            {
                BucketName = _options!.Bucket,
                Key = $"{_options.Prefix}/{key}",
                VersionId = put.Version,
            };
            Assert.Equal(
                System.Net.HttpStatusCode.Forbidden,
                (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.DeleteObjectAsync(at))).StatusCode
            );
            at.BypassGovernanceRetention = true;
            Assert.Equal(
                System.Net.HttpStatusCode.Forbidden,
                (await Assert.ThrowsAsync<AmazonS3Exception>(() => client.DeleteObjectAsync(at))).StatusCode
            );
            // Our clock says that the window has ended; the server's decides.
            Assert.False(await Tier.DeleteAsync(key, put.Version, Until.AddYears(1), CancellationToken.None));
            Assert.True((await Tier.ProveAsync(put, TierProof.Reread, CancellationToken.None)).IsProved);
        }
    }

    [Fact]
    public async Task Open_ByWhoDoesNotCopy_LeavesTheUploadsOfTheCopierAlone()
    {
        using var client = await server.ClientAsync();
        var begun = await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = _options!.Bucket, Key = $"{_options.Prefix}/{Key}" }
        );
        // Somebody wants to see footage, or checks it, while the copier sends a large segment.
        using (var viewer = Over(_options))
            await viewer.OpenAsync(Expected(), CancellationToken.None);
        Assert.Contains(await UploadsAsync(), u => u.UploadId == begun.UploadId);
        using (var copier = Over(_options))
            await copier.OpenAsync(Expected() with { IsCopier = true }, CancellationToken.None);
        Assert.DoesNotContain(await UploadsAsync(), u => u.UploadId == begun.UploadId);

        async Task<List<MultipartUpload>> UploadsAsync() =>
            (await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _options.Bucket })).MultipartUploads
            ?? [];
    }

    [Fact]
    public async Task Find_BehindADeleteMarkerAndAStrangersVersion_TheProvedVersionIsStillThere()
    {
        var put = await Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None);
        using var client = await server.ClientAsync();
        var name = $"{_options!.Prefix}/{Key}";
        await client.DeleteObjectAsync(_options.Bucket, name);
        Assert.Equal(put.Version, (await Tier.FindAsync(Key, "", CancellationToken.None))!.Version);
        Assert.Equal(Key, (await ListAsync("2026")).Single().Key);
        await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = _options.Bucket,
                Key = name,
                ContentBody = "something else",
            }
        );
        Assert.True((await Tier.ProveAsync(put, TierProof.Reread, CancellationToken.None)).IsProved);
        await Assert.ThrowsAsync<TierMismatchException>(() => Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None));
    }

    [Fact]
    public async Task Open_WrongSecretOrKey_IsRefused_AndNoSecretIsSaid()
    {
        foreach (var options in new[] { _options!, _options! with { AccessKey = "nobody" } })
        {
            using var tier = new S3Tier(options, "wrong-" + CephS3.SecretKey, new(null, TimeProvider.System));
            var refusal = await Assert.ThrowsAsync<TierRefusedException>(() => tier.OpenAsync(Expected(), CancellationToken.None));
            Assert.Contains("access key", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(CephS3.SecretKey, refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_NoSuchBucketOrNoServer_SaysWhich()
    {
        using var other = Over(_options! with { Bucket = "no-such-bucket" });
        Assert.Contains(
            "no such bucket",
            (await Assert.ThrowsAsync<TierRefusedException>(() => other.OpenAsync(Expected(), CancellationToken.None))).Message,
            StringComparison.Ordinal
        );
        using var nowhere = Over(_options! with { Endpoint = new($"http://127.0.0.1:{Loopback.FreePort()}") });
        Assert.Contains(
            "does not answer",
            (await Assert.ThrowsAsync<TierUnavailableException>(() => nowhere.OpenAsync(Expected(), CancellationToken.None))).Message,
            StringComparison.Ordinal
        );
    }

    private protected override async Task<IArchiveTier> MakeAsync() => Over(_options ??= await server.BucketAsync());

    private protected override async Task<IReadOnlyList<string>> OlderStatesAsync(TierKey key)
    {
        using var client = await server.ClientAsync();
        var found = new List<string>();
        foreach (var version in (await client.ListVersionsAsync(_options!.Bucket, $"{_options.Prefix}/{key}")).Versions.Skip(1))
            found.Add((await Tier.FindAsync(key, version.VersionId, CancellationToken.None))!.Sha256);
        return found;
    }

    private static S3Tier Over(S3Options options) => new(options, CephS3.SecretKey, new(null, TimeProvider.System));
}
