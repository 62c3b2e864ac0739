using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Agent.Api;

/// <summary>The bearer token of the API.</summary>
/// <param name="Text">The token.</param>
internal sealed record ApiToken(string Text)
{
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>
    /// Whether an <c>Authorization</c> header carries the token; the time taken does not depend on how much of it is right.
    /// </summary>
    public bool Accepts(string? header)
    {
        const string scheme = "Bearer ";
        if (header is null || header.Length > 4096 || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[scheme.Length..].Trim())), _hash);
    }

    /// <summary>Never the token itself.</summary>
    public override string ToString() => "ApiToken";
}
