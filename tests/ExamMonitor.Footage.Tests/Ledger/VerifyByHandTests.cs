using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Anchoring;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Xunit;

namespace ExamMonitor.Footage.Tests.Ledger;

/// <summary>Runs the commands of docs/protocol/verify-by-hand.md as they stand there.</summary>
public sealed class VerifyByHandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("by-hand-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 6)]
    [InlineData(8, 3)]
    [InlineData(100, 96)]
    public async Task Commands_OnATrueSet_ProveAllThree(int size, int entry)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The guide needs a POSIX shell.");
        Prepare(size, entry);
        Assert.Equal(["content: intact", "Verified OK", "inclusion: proved"], await RunGuideAsync());
    }

    [Theory]
    [InlineData("segment.mp4", 5, "content: CHANGED")]
    [InlineData("entry.json", 20, "inclusion: NOT PROVED")]
    public async Task Commands_AfterOneByteChanged_SaySo(string file, int at, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The guide needs a POSIX shell.");
        Prepare(100, 42);
        var path = Path.Combine(_root, file);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[at] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        Assert.Contains(expected, await RunGuideAsync());
    }

    [Fact]
    public async Task Commands_WithAnotherKey_DoNotVerify()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The guide needs a POSIX shell.");
        Prepare(10, 3);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(
            Path.Combine(_root, "public.pem"),
            other.ExportSubjectPublicKeyInfoPem(),
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain("Verified OK", await RunGuideAsync());
    }

    [Fact]
    public async Task Commands_WithATimeStamp_ShowWhenTheHeadExisted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The guide needs a POSIX shell.");
        Prepare(10, 3);
        using var authority = TimestampAuthority.Start();
        var note = await File.ReadAllBytesAsync(Path.Combine(_root, "ledger", "checkpoint"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(_root, "head.note"), note, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(
            Path.Combine(_root, "head.tsr"),
            await authority.ReplyAsync(Timestamp.Request(note).Encode()),
            TestContext.Current.CancellationToken
        );
        File.Copy(authority.RootFile, Path.Combine(_root, "tsa.pem"));
        var said = await RunGuideAsync();
        Assert.Contains("Verification: OK", said);
        Assert.Contains(said, l => l.StartsWith("Time stamp: ", StringComparison.Ordinal));
        note[5] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(_root, "head.note"), note, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Verification: OK", await RunGuideAsync());
    }

    [Fact]
    public async Task Commands_WithAWitness_ShowNotLaterThanWhenTheHeadWasSeen()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The guide needs a POSIX shell.");
        Prepare(10, 3);
        using var witness = NoteSigner.Import("example.com/w1", NoteSigner.CreatePem());
        using var other = NoteSigner.Import("example.com/w2", NoteSigner.CreatePem());
        var path = Path.Combine(_root, "inclusion.txt");
        Assert.True(InclusionFile.TryParse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), out var inclusion));
        Assert.True(SignedNote.TryParse(inclusion.Note, out var note));
        var at = new DateTimeOffset(2026, 3, 1, 9, 0, 7, TimeSpan.Zero);
        var cosigned = note with { Signatures = [.. note.Signatures, other.Cosign(note.Text, at), witness.Cosign(note.Text, at)] };
        await File.WriteAllTextAsync(path, (inclusion with { Note = cosigned.Format() }).Format(), TestContext.Current.CancellationToken);
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410): a fixed head, then the 32 bytes.
        byte[] spki = [.. Convert.FromHexString("302a300506032b6570032100"), .. witness.WitnessKey.PublicKeyBytes];
        await File.WriteAllTextAsync(
            Path.Combine(_root, "witness.pem"),
            PemEncoding.WriteString("PUBLIC KEY", spki),
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(
            Path.Combine(_root, "witness.id"),
            Convert.ToHexStringLower(witness.WitnessKey.KeyId),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            [
                "content: intact",
                "Verified OK",
                "inclusion: proved",
                "Signature Verified Successfully",
                "witnessed: not later than 2026-03-01 09:00:07 UTC",
            ],
            await RunGuideAsync()
        );
        await File.WriteAllTextAsync(
            path,
            (
                inclusion with
                {
                    Note = (cosigned with { Signatures = [.. note.Signatures, witness.Cosign("other\n", at)] }).Format(),
                }
            ).Format(),
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain(await RunGuideAsync(), l => l.StartsWith("witnessed", StringComparison.Ordinal));
    }

    private static string Guide()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Monitor.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, "docs", "protocol", "verify-by-hand.md");
    }

    private void Prepare(int size, int entry)
    {
        const string origin = "exam-monitor/zz/agent-1";
        using var log = LedgerLog.Open(Path.Combine(_root, "ledger"), Path.Combine(_root, "ledger.key"), origin);
        var footage = RandomNumberGenerator.GetBytes(5000);
        for (var i = 0; i < size; i++)
        {
            var sha256 = i == entry ? Convert.ToHexStringLower(SHA256.HashData(footage)) : new string('0', 64);
            log.Append(
                Encoding.UTF8.GetBytes($$"""{"kind":"segment","at":"2026-03-01T08:00:00.000Z","number":{{i}},"sha256":"{{sha256}}"}""")
            );
        }

        File.WriteAllBytes(Path.Combine(_root, "segment.mp4"), footage);
        File.WriteAllBytes(Path.Combine(_root, "entry.json"), [.. log.Read(entry), (byte)'\n']);
        File.WriteAllText(Path.Combine(_root, "public.pem"), log.ExportPublicKey());
        var note = log.Sign(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        File.WriteAllText(Path.Combine(_root, "inclusion.txt"), new InclusionFile(entry, log.ProveInclusion(entry, size), note).Format());
    }

    private async Task<string[]> RunGuideAsync()
    {
        var script = new StringBuilder();
        var inside = false;
        foreach (var line in await File.ReadAllLinesAsync(Guide()))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = !inside;
            else if (inside)
                script.AppendLine(line);
        }

        using var shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", script.ToString()])
            {
                WorkingDirectory = _root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
