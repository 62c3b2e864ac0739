using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(ExamMonitor.Footage.Tests.Tiers.S3Server))]

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>One real S3 server for all tests of the assembly, started when the first of them asks for it.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private readonly Lazy<Task<CephS3>> _server = new(CephS3.StartAsync);
    private int _buckets;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
    }

    /// <summary>A client of its own, for what a test does behind the tier's back.</summary>
    public async Task<AmazonS3Client> ClientAsync() =>
        new(new BasicAWSCredentials(CephS3.AccessKey, CephS3.SecretKey), S3Client.Configure(await OptionsAsync("none")));

    /// <summary>A new bucket. Skips the test where there can be no server.</summary>
    internal async Task<S3Options> BucketAsync(bool locked = true, string prefix = "S1/agent-1")
    {
        Assert.SkipWhen(CephS3.Missing is not null, CephS3.Missing ?? "");
        var name = string.Create(CultureInfo.InvariantCulture, $"tier-{Interlocked.Increment(ref _buckets)}");
        using var client = await ClientAsync();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name, ObjectLockEnabledForBucket = locked });
        return (await OptionsAsync(name)) with { Prefix = prefix };
    }

    private async Task<S3Options> OptionsAsync(string bucket) =>
        new((await _server.Value).Endpoint, "us-east-1", bucket, "S1/agent-1", CephS3.AccessKey) { PartBytes = 5 << 20 };
}
