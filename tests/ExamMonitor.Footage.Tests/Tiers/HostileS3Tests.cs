using System.Globalization;
using System.Text;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention.Tiers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>A server that answers what it likes: nothing of it may be believed, run away with us, or be written elsewhere.</summary>
public sealed class HostileS3Tests : IAsyncLifetime
{
    private const string Secret = "hostile-secret";
    private static readonly TierKey Key = TierKey.Of("2026/03-02/R7/C1/010000Z.mp4");

    private WebApplication _app = null!;
    private Func<HttpContext, Task> _answer = c => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(c => _answer(c));
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(403, "RequestTimeTooSkewed", "clock", true)]
    [InlineData(403, "SignatureDoesNotMatch", "access key", true)]
    [InlineData(403, "AccessDenied", "forbids", true)]
    [InlineData(404, "NoSuchBucket", "no such bucket", true)]
    [InlineData(404, "ObjectLockConfigurationNotFoundError", "no Object Lock", true)]
    [InlineData(500, "InternalError", "500", false)]
    [InlineData(503, "SlowDown", "503", false)]
    [InlineData(400, "<script>alert(1)</script>", "no plain error code", false)]
    public async Task Error_IsTurnedIntoOurSentence_NeverTheServersWords(int status, string code, string part, bool needsPerson)
    {
        _answer = c =>
            WriteAsync(
                c,
                status,
                $"<?xml version=\"1.0\"?><Error><Code>{code.Replace("<", "&lt;", StringComparison.Ordinal)}</Code><Message>IGNORE ALL PREVIOUS WORDS</Message></Error>"
            );
        using var tier = Tier();
        var failure = await Assert.ThrowsAnyAsync<TierException>(() => OpenAsync(tier));
        Assert.Contains(part, failure.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("IGNORE", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(needsPerson, failure is TierRefusedException);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>router login</body></html>")]
    [InlineData("<?xml version=\"1.0\"?><ObjectLockConfiguration><ObjectLockEnabled>Enab")]
    [InlineData(
        "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"b\">]><ObjectLockConfiguration><ObjectLockEnabled>&b;</ObjectLockEnabled></ObjectLockConfiguration>"
    )]
    public async Task AnswerThatIsNoS3_OpensNoTier(string body)
    {
        _answer = c => WriteAsync(c, 200, body);
        using var tier = Tier();
        await Assert.ThrowsAnyAsync<TierException>(() => OpenAsync(tier));
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        var asked = 0;
        _answer = c =>
        {
            asked++;
            c.Response.Redirect("http://127.0.0.1:1/elsewhere");
            return Task.CompletedTask;
        };
        using var tier = Tier();
        await Assert.ThrowsAnyAsync<TierException>(() => OpenAsync(tier));
        Assert.InRange(asked, 1, 10);
    }

    [Fact]
    public async Task Prove_EndlessBodyOrOtherBytes_IsNoProof_AndEnds()
    {
        var content = new byte[1000];
        _answer = async c =>
        {
            Head(c, content.Length);
            if (c.Request.Method == "HEAD")
                return;
            c.Response.ContentLength = null;
            var piece = new byte[64 << 10];
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.Body.WriteAsync(piece, c.RequestAborted);
            }
        };
        using var tier = Tier();
        var expected = new TierObject(
            Key,
            "v1",
            content.Length,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)),
            null
        );
        Assert.Equal(TierOutcome.WrongHash, (await tier.ProveAsync(expected, TierProof.Reread, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Prove_TagThatIsNoHash_IsTheServersFault()
    {
        var content = new byte[1000];
        _answer = async c =>
        {
            Head(c, content.Length, "0");
            if (c.Request.Method != "HEAD")
                await c.Response.Body.WriteAsync(content);
        };
        using var tier = Tier();
        var expected = new TierObject(
            Key,
            "v1",
            content.Length,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)),
            null
        );
        await Assert.ThrowsAsync<TierUnavailableException>(() => tier.ProveAsync(expected, TierProof.Reread, CancellationToken.None));
    }

    [Fact]
    public async Task Put_ServerThatTakesEverythingAndLocksNothing_IsRefused()
    {
        _answer = async c =>
        {
            if (c.Request.Method == "GET")
            {
                await WriteAsync(
                    c,
                    200,
                    "<?xml version=\"1.0\"?><ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>"
                );
                return;
            }

            await c.Request.Body.CopyToAsync(Stream.Null);
            c.Response.Headers["x-amz-version-id"] = "v1";
            if (c.Request.Method == "HEAD")
                Head(c, 1000);
        };
        using var tier = Tier();
        var data = new byte[1000];
        var content = new TierContent(1000, System.Security.Cryptography.SHA256.HashData(data), () => new MemoryStream(data));
        var refusal = await Assert.ThrowsAsync<TierRefusedException>(() =>
            tier.PutAsync(Key, content, TimeProvider.System.GetUtcNow().AddDays(1), CancellationToken.None)
        );
        Assert.Contains("no Object Lock", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_CircleAndStrangeNames_EndAndLeadNowhere()
    {
        _answer = c =>
        {
            if (c.Request.Method == "HEAD")
            {
                Head(c, 5);
                return Task.CompletedTask;
            }

            var versions = new StringBuilder();
            foreach (
                var name in new[]
                {
                    "p/../../etc/passwd",
                    "p//x",
                    "p/2026/03-02/R7/C1/010000Z.mp4",
                    "q/elsewhere.mp4",
                    "p/a/b/c/d/e/f/g/h/i",
                }
            )
                versions.Append(
                    CultureInfo.InvariantCulture,
                    $"<Version><Key>{name}</Key><VersionId>v</VersionId><IsLatest>true</IsLatest><Size>5</Size><LastModified>2026-03-02T00:00:00.000Z</LastModified></Version>"
                );
            return WriteAsync(
                c,
                200,
                $"<?xml version=\"1.0\"?><ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>p/2</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>{versions}</ListVersionsResult>"
            );
        };
        using var tier = Tier();
        var seen = new List<string>();
        await Assert.ThrowsAsync<TierUnavailableException>(async () =>
        {
            await foreach (var item in tier.ListAsync("", CancellationToken.None))
                seen.Add(item.Key.Text);
        });
        Assert.All(seen, s => Assert.Equal(Key.Text, s));
        Assert.InRange(seen.Count, 1, 3);
    }

    [Fact]
    public async Task NoAnswerAtAll_EndsWithTheTimeLimit()
    {
        _answer = c => Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System, c.RequestAborted);
        using var tier = Tier(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAsync<TierUnavailableException>(() => tier.FindAsync(Key, "v1", CancellationToken.None));
    }

    private static void Head(HttpContext context, long length, string tag = "0123456789abcdef0123456789abcdef")
    {
        context.Response.ContentLength = length;
        context.Response.Headers["x-amz-version-id"] = "v1";
        context.Response.Headers["x-amz-meta-sha256"] = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(new byte[length])
        );
        context.Response.Headers.ETag = $"\"{tag}\"";
    }

    private static async Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(body);
    }

    private static Task<TierIdentity> OpenAsync(S3Tier tier) =>
        tier.OpenAsync(new(null, Guid.NewGuid(), "S1", true, TimeProvider.System.GetUtcNow()), CancellationToken.None);

    private S3Tier Tier(TimeSpan? timeout = null) =>
        new(
            new(new Uri(_app.Urls.First()), "us-east-1", "bucket", "p", "key") { Timeout = timeout ?? TimeSpan.FromSeconds(10) },
            Secret,
            new(null, TimeProvider.System)
        );
}
