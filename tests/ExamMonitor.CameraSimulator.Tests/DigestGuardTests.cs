using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.CameraSimulator.Rtsp;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

public sealed class DigestGuardTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Check_RightPassword_IsRightUntilTheNonceIsStale()
    {
        var guard = Guard();
        var answer = Answer(guard.Challenges(stale: false).Last(), "secret", "DESCRIBE");
        Assert.Equal(GuardAnswer.Right, guard.Check("DESCRIBE", answer));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(GuardAnswer.Stale, guard.Check("DESCRIBE", answer));
        Assert.Contains("stale=true", guard.Challenges(stale: true).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Sha256WithQop_IsRight()
    {
        var guard = Guard(sha256: true);
        var challenges = guard.Challenges(stale: false).ToArray();
        Assert.Equal(2, challenges.Length);
        Assert.Equal(GuardAnswer.Right, guard.Check("PLAY", Answer(challenges[0], "secret", "PLAY", sha256: true)));
        Assert.Equal(GuardAnswer.Wrong, Guard().Check("PLAY", Answer(challenges[0], "secret", "PLAY", sha256: true)));
    }

    [Fact]
    public void Check_WrongPasswordMethodOrForgedNonce_IsNotRight()
    {
        var guard = Guard();
        var challenge = guard.Challenges(stale: false).Last();
        Assert.Equal(GuardAnswer.Wrong, guard.Check("DESCRIBE", Answer(challenge, "wrong", "DESCRIBE")));
        Assert.Equal(GuardAnswer.Wrong, guard.Check("SETUP", Answer(challenge, "secret", "DESCRIBE")));
        Assert.Equal(GuardAnswer.Wrong, guard.Check("SETUP", null));
        Assert.Equal(GuardAnswer.Wrong, guard.Check("SETUP", "Basic dmlld2VyOnNlY3JldA=="));
        var forged = Regex.Replace(challenge, "nonce=\"[^\"]*\"", $"nonce=\"{new string('0', 48)}\"");
        Assert.Equal(GuardAnswer.Stale, guard.Check("DESCRIBE", Answer(forged, "secret", "DESCRIBE")));
    }

    private static string Answer(string challenge, string password, string method, bool sha256 = false)
    {
        var realm = Regex.Match(challenge, "realm=\"([^\"]*)\"").Groups[1].Value;
        var nonce = Regex.Match(challenge, "nonce=\"([^\"]*)\"").Groups[1].Value;
        var middle = sha256 ? $"{nonce}:00000001:abc:auth" : nonce;
        var response = Hash($"{Hash($"viewer:{realm}:{password}")}:{middle}:{Hash($"{method}:rtsp://x/C1/main")}");
        return $"Digest username=\"viewer\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"rtsp://x/C1/main\", response=\"{response}\""
            + (sha256 ? ", algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"abc\"" : string.Empty);

        string Hash(string text) => Convert.ToHexStringLower(sha256 ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : Md5(text));
    }

#pragma warning disable CA5351 // RFC 2617 names MD5.
    private static byte[] Md5(string text) => MD5.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5351

    private DigestGuard Guard(bool sha256 = false) =>
        new(
            new SimulatedCamera
            {
                Id = "C1",
                Clips = ["x"],
                UserName = "viewer",
                Password = "secret",
                OfferSha256 = sha256,
            },
            TimeSpan.FromSeconds(60),
            _time
        );
}
