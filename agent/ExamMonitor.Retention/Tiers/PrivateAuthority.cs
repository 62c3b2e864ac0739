using System.Security.Cryptography.X509Certificates;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Trust in the certificates of one authority alone.</summary>
public static class PrivateAuthority
{
    /// <summary>Makes the policy.</summary>
    /// <param name="file">PEM file of the authority's root certificates.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds none.</exception>
    public static X509ChainPolicy PolicyOf(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
