using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>What a guard says of a request.</summary>
internal enum GuardAnswer
{
    Right,
    Wrong,

    /// <summary>Right, but for a nonce that is too old: the client may try again without asking a person.</summary>
    Stale,
}

/// <summary>
/// Digest authentication of RFC 2617 (MD5) and RFC 7616 (SHA-256). A nonce is its own time of issue with a keyed hash, so nothing is
/// kept per client. Thread-safe.
/// </summary>
internal sealed partial class DigestGuard(SimulatedCamera camera, TimeSpan nonceLife, TimeProvider time)
{
    private const int MaxFields = 32;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    private string Realm => camera.Id;

    public bool IsOpen => camera.UserName is null;

    /// <summary>The values of WWW-Authenticate, the strongest first.</summary>
    public IEnumerable<string> Challenges(bool stale)
    {
        var rest = $"realm=\"{Realm}\", nonce=\"{NewNonce()}\"" + (stale ? ", stale=true" : string.Empty);
        if (camera.OfferSha256)
        {
            yield return $"Digest {rest}, qop=\"auth\", algorithm=SHA-256";
        }

        yield return $"Digest {rest}";
    }

    public GuardAnswer Check(string method, string? authorization)
    {
        if (IsOpen)
        {
            return GuardAnswer.Right;
        }

        if (authorization is null || !authorization.StartsWith("Digest ", StringComparison.OrdinalIgnoreCase))
        {
            return GuardAnswer.Wrong;
        }

        var fields = FieldPattern()
            .Matches(authorization)
            .Take(MaxFields)
            .GroupBy(m => m.Groups["name"].Value, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(
                g => g.Key,
                g => g.First().Groups["quoted"].Success ? g.First().Groups["quoted"].Value : g.First().Groups["bare"].Value,
                StringComparer.OrdinalIgnoreCase
            );
        string Field(string name) => fields.GetValueOrDefault(name, string.Empty);
        var sha = Field("algorithm") is "SHA-256";
        if (sha && !camera.OfferSha256)
        {
            return GuardAnswer.Wrong;
        }

        var first = Hash(sha, $"{camera.UserName}:{Realm}:{camera.Password}");
        var second = Hash(sha, $"{method}:{Field("uri")}");
        var middle = Field("qop") == "auth" ? $"{Field("nonce")}:{Field("nc")}:{Field("cnonce")}:auth" : Field("nonce");
        var expected = Hash(sha, $"{first}:{middle}:{second}");
        var matches =
            Field("username") == camera.UserName
            && CryptographicOperations.FixedTimeEquals(
                Encoding.Latin1.GetBytes(expected),
                Encoding.Latin1.GetBytes(Field("response").ToLowerInvariant())
            );
        return !matches ? GuardAnswer.Wrong
            : IsFresh(Field("nonce")) ? GuardAnswer.Right
            : GuardAnswer.Stale;
    }

    /// <summary>Whether the header is user and password in clear, and right (RFC 7617).</summary>
    public bool IsBasic(string? authorization) =>
        authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{camera.UserName}:{camera.Password}"));

    private string NewNonce()
    {
        var nonce = new byte[8 + 16];
        BinaryPrimitives.WriteInt64BigEndian(nonce, time.GetTimestamp());
        HMACSHA256.HashData(_key, nonce.AsSpan(0, 8)).AsSpan(0, 16).CopyTo(nonce.AsSpan(8));
        return Convert.ToHexStringLower(nonce);
    }

    private bool IsFresh(string nonce)
    {
        if (nonce.Length != 48 || !nonce.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        var bytes = Convert.FromHexString(nonce);
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes.AsSpan(0, 8)).AsSpan(0, 16), bytes.AsSpan(8))
            && time.GetElapsedTime(BinaryPrimitives.ReadInt64BigEndian(bytes)) <= nonceLife;
    }

    [SuppressMessage(
        "Security",
        "CA5351:Do Not Use Broken Cryptographic Algorithms",
        Justification = "RFC 2617 names MD5, and cameras speak it."
    )]
    private static string Hash(bool sha, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(sha ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    [GeneratedRegex(
        """(?<name>[a-z]{1,16})\s*=\s*(?:"(?<quoted>[^"]*)"|(?<bare>[^\s,"]+))""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FieldPattern();
}
