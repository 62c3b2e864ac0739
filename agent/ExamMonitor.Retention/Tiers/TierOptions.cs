using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Retention.Tiers;

/// <summary>What an archive tier is made of.</summary>
public enum TierKind
{
    /// <summary>A folder, best the mount point of another disk.</summary>
    Folder,

    /// <summary>A bucket of an S3 server, with Object Lock.</summary>
    S3,
}

/// <summary>Where exam footage is copied to, how fast, and how long it stays on the volume beside.</summary>
public sealed class TierOptions
{
    /// <summary>Kind.</summary>
    public required TierKind Kind { get; init; }

    /// <summary>Folder, absolute; for <see cref="TierKind.Folder"/>.</summary>
    public string? Path { get; init; }

    /// <summary>Address of the server, http or https; for <see cref="TierKind.S3"/>.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Region, as the server's signatures want it. Default <c>us-east-1</c>, which servers without regions take.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Bucket; it must have Object Lock.</summary>
    public string? Bucket { get; init; }

    /// <summary>What stands before each key; one per agent.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Id of the access key.</summary>
    public string? AccessKey { get; init; }

    /// <summary>Its secret.</summary>
    public string? SecretKey { get; init; }

    /// <summary>PEM file of the authority that signed the server's certificate, absolute; null for the system's.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>Whether an empty place may become the tier.</summary>
    public bool Create { get; init; }

    /// <summary>Most bytes a second, copying and reading back together; null for no limit.</summary>
    [Range(1024, long.MaxValue)]
    public long? BytesPerSecond { get; init; }

    /// <summary>How long after its end footage stays on the volume, too; null keeps it there until it is lawfully destroyed.</summary>
    public TimeSpan? KeepLocal { get; init; }

    /// <summary>Never shows the secret.</summary>
    public override string ToString() => Kind == TierKind.Folder ? $"folder:{Path}" : $"s3:{Bucket}";
}
