using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>Makes the archive tier's options from the configuration.</summary>
internal static class TierSetup
{
    /// <summary>Options; null for no archive tier.</summary>
    /// <exception cref="InvalidDataException">The secret's file cannot be read.</exception>
    public static TierOptions? Of(AgentOptions options, AgentFolder folder)
    {
        var tier = options.Tier;
        if (string.Equals(tier.Kind, "none", StringComparison.Ordinal))
            return null;
        var isFolder = string.Equals(tier.Kind, "folder", StringComparison.Ordinal);
        return new()
        {
            Kind = isFolder ? TierKind.Folder : TierKind.S3,
            Path = tier.Path is { } path ? folder.Resolve(path) : null,
            Endpoint = tier.Endpoint is { } endpoint ? new Uri(endpoint) : null,
            Region = tier.Region,
            Bucket = tier.Bucket,
            Prefix = tier.Prefix ?? $"{options.Site}/{options.Agent}",
            AccessKey = tier.AccessKey,
            SecretKey = Secrets.Read(tier.SecretKeyFile, tier.SecretKeyEnvironment, folder.Configuration),
            CertificateAuthority = tier.CertificateAuthority is { } authority ? folder.Resolve(authority) : null,
            Create = tier.Create,
            BytesPerSecond = tier.MegabitsPerSecond > 0 ? tier.MegabitsPerSecond * 125_000L : null,
            KeepLocal = tier.KeepLocalDays is { } days ? TimeSpan.FromDays(days) : null,
        };
    }
}
