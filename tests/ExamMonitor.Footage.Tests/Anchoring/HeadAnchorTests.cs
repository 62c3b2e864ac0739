using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using ExamMonitor.Evidence.Anchoring;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Anchoring;

/// <summary>Time stamps of a local authority: <c>openssl ts</c>.</summary>
public sealed class HeadAnchorTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly string _note;

    public HeadAnchorTests()
    {
        using var log = Open();
        log.Append("""{"kind":"view","at":"2026-03-01T08:00:00.000Z","room":null,"camera":null,"facts":{}}"""u8);
        _note = log.Sign(TimeProvider.System.GetUtcNow());
        File.WriteAllText(_folder["public.pem"], log.ExportPublicKey());
    }

    private string LedgerFolder => Path.Combine(_folder["volume"], "ledger");

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Stamp_OfAHead_IsKeptEnteredVerifiedAndTakenByOpenssl()
    {
        using var authority = TimestampAuthority.Start();
        await StampAndEnterAsync(authority);
        var report = Verify(authority.RootFile);
        Assert.Empty(report.Findings);
        var anchor = Assert.Single(report.Anchors);
        Assert.Equal(("CN=Test time authority", 1L, true), (anchor.Authority, anchor.Size, anchor.Trusted));
        Assert.InRange(anchor.Time, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Null(Assert.Single(Verify(null).Anchors).Trusted);
        var file = Assert.Single(AnchorFolder.List(LedgerFolder));
        using var openssl = Process.Start(
            new ProcessStartInfo(
                "openssl",
                ["ts", "-verify", "-data", Path.ChangeExtension(file, ".note"), "-in", file, "-CAfile", authority.RootFile]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, openssl.ExitCode);
    }

    [Fact]
    public async Task Stamp_OfOtherBytes_IsRefused()
    {
        using var authority = TimestampAuthority.Start();
        authority.Exchange = r => Rebuild(r, (_, nonce) => (SHA256.HashData("other"u8), nonce));
        await AssertRefusedAsync(authority, AnchorFault.OtherImprint);
    }

    [Fact]
    public async Task Stamp_ForAnotherNonce_IsRefused()
    {
        using var authority = TimestampAuthority.Start();
        authority.Exchange = r => Rebuild(r, (imprint, _) => (imprint, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
        await AssertRefusedAsync(authority, AnchorFault.OtherNonce);
        authority.Exchange = r => Rebuild(r, (imprint, _) => (imprint, null));
        await AssertRefusedAsync(authority, AnchorFault.OtherNonce);
    }

    [Fact]
    public async Task Stamp_OfAnAuthorityThatIsNotTrusted_IsRefused()
    {
        using var authority = TimestampAuthority.Start();
        using var other = TimestampAuthority.Start();
        await AssertRefusedAsync(authority, AnchorFault.Untrusted, other.RootFile);
    }

    [Fact]
    public async Task Stamp_WithAnExpiredCertificate_IsRefused()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authority = TimestampAuthority.Start(now.AddDays(-20), now.AddDays(-1));
        await AssertRefusedAsync(authority, AnchorFault.Expired);
    }

    [Fact]
    public async Task Stamp_WithABitOfTheSignatureFlipped_IsRefused()
    {
        using var authority = TimestampAuthority.Start();
        authority.Instead = r =>
        {
            var reply = authority.ReplyAsync(r).GetAwaiter().GetResult();
            reply[^4] ^= 1;
            return (200, reply);
        };
        await AssertRefusedAsync(authority, AnchorFault.BadSignature);
    }

    [Fact]
    public async Task Answer_ThatIsNoStamp_IsRefused()
    {
        using var authority = TimestampAuthority.Start();
        foreach (
            var (status, body, fault) in ((int, byte[], AnchorFault)[])
                [
                    (200, [], AnchorFault.Malformed),
                    (200, Encoding.UTF8.GetBytes("<html>welcome</html>"), AnchorFault.Malformed),
                    (200, RandomNumberGenerator.GetBytes(4000), AnchorFault.Malformed),
                    (200, new byte[3 << 20], AnchorFault.Malformed),
                    (200, [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00], AnchorFault.Malformed),
                    (500, [1], AnchorFault.Unreachable),
                    (404, [], AnchorFault.Unreachable),
                ]
        )
        {
            authority.Instead = _ => (status, body);
            await AssertRefusedAsync(authority, fault);
        }

        authority.Instead = null;
        authority.Digests = "sha512";
        await AssertRefusedAsync(authority, AnchorFault.Refused);
    }

    [Fact]
    public async Task Authority_ThatIsGoneOrSilent_IsUnreachable()
    {
        var authority = TimestampAuthority.Start();
        var root = await File.ReadAllTextAsync(authority.RootFile, TestContext.Current.CancellationToken);
        authority.Dispose();
        await File.WriteAllTextAsync(_folder["ca.pem"], root, TestContext.Current.CancellationToken);
        await AssertRefusedAsync(authority, AnchorFault.Unreachable, _folder["ca.pem"]);
    }

    [Fact]
    public async Task Clocks_FarApart_AreRefused()
    {
        using var authority = TimestampAuthority.Start();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow().AddHours(2));
        var refused = await Assert.ThrowsAsync<AnchorException>(() =>
            Anchor(authority, authority.RootFile, clock).StampAsync(LedgerFolder, _note, TestContext.Current.CancellationToken)
        );
        Assert.Equal(AnchorFault.ClocksApart, refused.Fault);
    }

    [Fact]
    public async Task StoredStamp_EachWayOfTampering_IsItsOwnFinding()
    {
        using var authority = TimestampAuthority.Start();
        using var other = TimestampAuthority.Start();
        await StampAndEnterAsync(authority);
        var file = Assert.Single(AnchorFolder.List(LedgerFolder));
        var whole = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal([FindingKind.AnchorUntrusted], Kinds(other.RootFile));

        var flipped = whole.ToArray();
        flipped[^4] ^= 1;
        await File.WriteAllBytesAsync(file, flipped, TestContext.Current.CancellationToken);
        Assert.All(Kinds(authority.RootFile), k => Assert.Equal(FindingKind.AnchorInvalid, k));
        Assert.Empty(Verify(authority.RootFile).Anchors);

        // Another stamp over the same head holds, and is not the one that the ledger speaks of.
        await File.WriteAllBytesAsync(
            file,
            await authority.ReplyAsync(Timestamp.Request(Encoding.UTF8.GetBytes(_note)).Encode()),
            TestContext.Current.CancellationToken
        );
        Assert.Equal([FindingKind.AnchorInvalid], Kinds(authority.RootFile));

        // A line that no head signs makes it no other.
        var entries = Directory.GetFiles(Path.Combine(LedgerFolder, "entries")).Single();
        var before = await File.ReadAllTextAsync(entries, TestContext.Current.CancellationToken);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        await File.AppendAllTextAsync(
            entries,
            $$$"""{"kind":"anchor","at":"2026-03-02T01:00:00.000Z","room":null,"camera":null,"facts":{"file":"{{{Path.GetFileName(file)}}}","sha256":"{{{hash}}}"}}"""
                + "\n",
            TestContext.Current.CancellationToken
        );
        Assert.Equal([FindingKind.AnchorInvalid], Kinds(authority.RootFile));
        await File.WriteAllTextAsync(entries, before, TestContext.Current.CancellationToken);

        File.Delete(file);
        Assert.Equal([FindingKind.AnchorMissing], Kinds(authority.RootFile));

        await File.WriteAllBytesAsync(file, whole, TestContext.Current.CancellationToken);
        File.Delete(Path.ChangeExtension(file, ".note"));
        Assert.Equal([FindingKind.AnchorInvalid], Kinds(authority.RootFile));
    }

    private static byte[] Rebuild(byte[] request, Func<byte[], ReadOnlyMemory<byte>?, (byte[] Imprint, ReadOnlyMemory<byte>? Nonce)> change)
    {
        Assert.True(Rfc3161TimestampRequest.TryDecode(request, out var decoded, out _));
        var (imprint, nonce) = change(decoded.GetMessageHash().ToArray(), decoded.GetNonce());
        return Rfc3161TimestampRequest
            .CreateFromHash(imprint, HashAlgorithmName.SHA256, nonce: nonce, requestSignerCertificates: true)
            .Encode();
    }

    private HeadAnchor Anchor(TimestampAuthority authority, string root, TimeProvider? clock = null) =>
        new(new(_http), authority.Address, VerificationFiles.ReadAuthorities(root), clock ?? TimeProvider.System);

    private async Task StampAndEnterAsync(TimestampAuthority authority)
    {
        var facts = await Anchor(authority, authority.RootFile).StampAsync(LedgerFolder, _note, TestContext.Current.CancellationToken);
        using var log = Open();
        new FootageLedger(log, TimeProvider.System).Append(LedgerEntry.Anchor, null, null, facts);
        log.Sign(TimeProvider.System.GetUtcNow());
    }

    private async Task AssertRefusedAsync(TimestampAuthority authority, AnchorFault fault, string? root = null)
    {
        var refused = await Assert.ThrowsAsync<AnchorException>(() =>
            Anchor(authority, root ?? authority.RootFile).StampAsync(LedgerFolder, _note, TestContext.Current.CancellationToken)
        );
        Assert.Equal(fault, refused.Fault);
        Assert.False(Directory.Exists(Path.Combine(LedgerFolder, AnchorFolder.Name)));
    }

    private IEnumerable<FindingKind> Kinds(string root) => Verify(root).Findings.Select(f => f.Kind);

    private VerificationReport Verify(string? root)
    {
        using var key = VerificationFiles.ReadKey(new(_folder["public.pem"]));
        return ArchiveVerifier.Run(
            _folder["volume"],
            new(key, Origin, root is null ? null : VerificationFiles.ReadAuthorities(root)),
            null,
            TestContext.Current.CancellationToken
        );
    }

    private LedgerLog Open() => LedgerLog.Open(LedgerFolder, _folder["ledger.key"], Origin);
}
