using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Evidence.Witnessing;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Witnessing;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExamMonitor.Agent.Tests.Witnessing;

/// <summary>
/// A witness behind https whose certificate is signed by an authority of the office: it is believed where the configuration names that
/// authority.
/// </summary>
public sealed class WitnessAuthorityTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly NoteSigner _witness = NoteSigner.Import("example.com/w1", NoteSigner.CreatePem());
    private readonly int _port = Loopback.FreePort();
    private WebApplication _server = null!;

    private string Address => $"https://127.0.0.1:{_port}";

    public async ValueTask InitializeAsync()
    {
        var certificate = Sign("office", "127.0.0.1");
        Sign("stranger", "127.0.0.1").Dispose();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, _port, l => l.UseHttps(certificate)));
        _server = builder.Build();
        _server.MapPost("/add-checkpoint", () => Results.Text("12\n", "text/x.tlog.size", statusCode: 409));
        await _server.StartAsync();
    }

    [Theory]
    [InlineData("office", HttpStatusCode.Conflict)]
    [InlineData("stranger", null)]
    [InlineData(null, null)]
    public async Task Witness_OfAPrivateAuthority_IsAskedOnlyWhereThatAuthorityIsNamed(string? authority, HttpStatusCode? status)
    {
        using var http = WitnessStart.Http(authority is null ? null : _folder[authority + ".pem"]);
        var reply = await new WitnessClient(http).AskAsync(
            new(new(Address), _witness.WitnessKey),
            new(0, [], Note()),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(status, reply.Status);
        if (status is not null)
            Assert.Equal(12, WitnessClient.SizeIn(reply.Body));
    }

    [Theory]
    [InlineData("office.pem", "https", null)]
    [InlineData("office.pem", "http", "not https")]
    [InlineData("nowhere.pem", "https", "no file")]
    [InlineData("empty.pem", "https", "certificate")]
    public void Configuration_OfAnAuthority_IsCheckedAtTheStart(string file, string scheme, string? says)
    {
        File.WriteAllText(_folder["empty.pem"], "nothing");
        WitnessSection section = new()
        {
            Address = $"{scheme}://127.0.0.1:{_port}",
            Key = _witness.WitnessKey.ToString(),
            CaFile = file,
        };
        var found = WitnessRules
            .Check([section], _folder.Path, (place, text, mend) => new(FindingLevel.Error, "agent.yaml", null, place, text, mend))
            .ToList();
        if (says is null)
            Assert.Empty(found);
        else
            Assert.True(
                Assert.Single(found) is { } one
                    && one.ToString().Contains(says, StringComparison.Ordinal)
                    && one.ToString().Contains("caFile", StringComparison.Ordinal),
                $"{found[0]}"
            );
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _witness.Dispose();
        _folder.Dispose();
    }

    private static SignedNote Note()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SignedNote.Sign("example.com/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "example.com/log", key);
    }

    /// <summary>An authority, whose certificate is written into a file, and a certificate that it signed.</summary>
    private X509Certificate2 Sign(string authority, string address)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest($"CN={authority}", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = root.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(_folder[authority + ".pem"], issuer.ExportCertificatePem());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=witness", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(issuer, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }
}
