using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Answers a camera's challenge: digest (RFC 7616, RFC 2617) by its strongest algorithm; Basic only where the password may go in clear.
/// Not thread-safe.
/// </summary>
/// <param name="credentials">User and password.</param>
/// <param name="mayBeInClear">Whether Basic is allowed here.</param>
internal sealed partial class RtspAuthorization(CameraCredentials credentials, bool mayBeInClear)
{
    private IReadOnlyDictionary<string, string>? _digest;
    private bool _basic;
    private int _count;

    /// <summary>Whether the camera would take the password in clear alone, and it is not given.</summary>
    public bool OnlyInClear { get; private set; }

    /// <summary>Takes the challenges of a 401.</summary>
    /// <returns>Whether there is an answer to one of them.</returns>
    public bool Take(IEnumerable<string> challenges)
    {
        var all = challenges.SelectMany(Split).ToList();
        var digests = all.Where(c => c.Scheme.Equals("Digest", StringComparison.OrdinalIgnoreCase) && Knows(c.Fields)).ToList();
        _digest = digests.OrderByDescending(c => IsSha256(c.Fields)).Select(c => c.Fields).FirstOrDefault();
        _count = 0;
        var basic = all.Any(c => c.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase));
        _basic = _digest is null && basic && mayBeInClear;
        OnlyInClear = _digest is null && basic && !mayBeInClear;
        return _digest is not null || _basic;
    }

    /// <summary>Value of the Authorization header for a request; null before a challenge.</summary>
    public string? For(string method, string target) =>
        _digest is { } digest ? Digest(digest, method, target)
        : _basic ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.User}:{credentials.Password}"))
        : null;

    /// <summary>Digest with a client nonce that is given: what the vectors of RFC 7616 need.</summary>
    internal string Digest(IReadOnlyDictionary<string, string> challenge, string method, string target, string? clientNonce = null)
    {
        string Field(string name) => challenge.GetValueOrDefault(name, string.Empty);
        var (sha, session) = (IsSha256(challenge), Field("algorithm").EndsWith("-sess", StringComparison.OrdinalIgnoreCase));
        var (realm, nonce) = (Field("realm"), Field("nonce"));
        var count = (++_count).ToString("x8", CultureInfo.InvariantCulture);
        clientNonce ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var first = Hash(sha, $"{credentials.User}:{realm}:{credentials.Password}");
        if (session)
            first = Hash(sha, $"{first}:{nonce}:{clientNonce}");
        var second = Hash(sha, $"{method}:{target}");
        var quality = Field("qop").Split(',', StringSplitOptions.TrimEntries).Contains("auth", StringComparer.OrdinalIgnoreCase);
        var response = Hash(sha, quality ? $"{first}:{nonce}:{count}:{clientNonce}:auth:{second}" : $"{first}:{nonce}:{second}");
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Digest username=\"{Quoted(credentials.User)}\", realm=\"{Quoted(realm)}\", nonce=\"{Quoted(nonce)}\", uri=\"{target}\", response=\"{response}\""
        );
        if (Field("algorithm") is { Length: > 0 } algorithm)
            text.Append(CultureInfo.InvariantCulture, $", algorithm={algorithm}");
        if (Field("opaque") is { Length: > 0 } opaque)
            text.Append(CultureInfo.InvariantCulture, $", opaque=\"{Quoted(opaque)}\"");
        if (quality)
            text.Append(CultureInfo.InvariantCulture, $", qop=auth, nc={count}, cnonce=\"{clientNonce}\"");
        else if (session)
            text.Append(CultureInfo.InvariantCulture, $", cnonce=\"{clientNonce}\"");
        return text.ToString();
    }

    /// <summary>The challenges of one header, which may hold several (RFC 7235 4.1).</summary>
    internal static IEnumerable<(string Scheme, IReadOnlyDictionary<string, string> Fields)> Split(string header)
    {
        var schemes = Scheme().Matches(header);
        for (var i = 0; i < schemes.Count; i++)
        {
            var end = i + 1 < schemes.Count ? schemes[i + 1].Index : header.Length;
            var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var field in FieldPattern().Matches(header[(schemes[i].Index + schemes[i].Length)..end]).Take(32))
                fields.TryAdd(
                    field.Groups["name"].Value,
                    field.Groups["quoted"].Success
                        ? field.Groups["quoted"].Value.Replace("\\", string.Empty, StringComparison.Ordinal)
                        : field.Groups["bare"].Value
                );
            yield return (schemes[i].Groups["scheme"].Value, fields);
        }
    }

    private static bool Knows(IReadOnlyDictionary<string, string> fields) =>
        fields.GetValueOrDefault("algorithm", "MD5").ToUpperInvariant() is "MD5" or "MD5-SESS" or "SHA-256" or "SHA-256-SESS"
        && fields.ContainsKey("nonce")
        && fields.GetValueOrDefault("qop", "auth").Contains("auth", StringComparison.OrdinalIgnoreCase)
        && !fields.Values.Any(v => v.AsSpan().IndexOfAny('\r', '\n') >= 0);

    private static bool IsSha256(IReadOnlyDictionary<string, string> fields) =>
        fields.GetValueOrDefault("algorithm", string.Empty).StartsWith("SHA-256", StringComparison.OrdinalIgnoreCase);

    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    [SuppressMessage(
        "Security",
        "CA5351:Do Not Use Broken Cryptographic Algorithms",
        Justification = "RFC 2617 names MD5, and most cameras speak nothing else."
    )]
    private static string Hash(bool sha, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(sha ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    [GeneratedRegex(
        @"(?:^|,)\s*(?<scheme>Digest|Basic)\s+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Scheme();

    [GeneratedRegex(
        """(?<name>[a-z]{1,16})\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,"]+))""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex FieldPattern();
}
