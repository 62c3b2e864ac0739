using Amazon.Runtime;
using Amazon.S3;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Where an S3 tier is.</summary>
/// <param name="Endpoint">Address of the server.</param>
/// <param name="Region">Region, for the signature.</param>
/// <param name="Bucket">Bucket with Object Lock.</param>
/// <param name="Prefix">What stands before each key, without the last <c>/</c>; may be empty.</param>
/// <param name="AccessKey">Id of the access key.</param>
internal sealed record S3Options(Uri Endpoint, string Region, string Bucket, string Prefix, string AccessKey)
{
    /// <summary>PEM file of the authority that signed the server's certificate; null for the system's.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>Bytes of a part, and of what is held in memory. 5 MiB is the least that S3 takes.</summary>
    public int PartBytes { get; init; } = 8 << 20;

    /// <summary>Longest time for one request without an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);
}

/// <summary>How the S3 client is set up, so that it works with servers that are not Amazon's, and trusts none of them.</summary>
internal static class S3Client
{
    public static AmazonS3Config Configure(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = options.Endpoint.ToString(),
            AuthenticationRegion = options.Region,
            ForcePathStyle = true,
            // Other servers know neither the checksums that Amazon's newest client adds by itself, nor answer with them; Content-MD5 is
            // sent in their place.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // Another host must not be handed what was meant for this one.
            AllowAutoRedirect = false,
            MaxErrorRetry = 2,
            Timeout = options.Timeout,
        };
        if (options.CertificateAuthority is { } file)
            config.HttpClientFactory = new OneAuthority(file, options.Timeout);
        return config;
    }

    /// <summary>Trusts the certificates of one authority alone.</summary>
    private sealed class OneAuthority(string file, TimeSpan timeout) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
#pragma warning disable CA2000 // The HTTP client owns its handler.
            var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
#pragma warning restore CA2000
            handler.SslOptions.CertificateChainPolicy = PrivateAuthority.PolicyOf(file);
            return new HttpClient(handler) { Timeout = timeout };
        }

        public override string GetConfigUniqueString(IClientConfig clientConfig) => file;
    }
}
