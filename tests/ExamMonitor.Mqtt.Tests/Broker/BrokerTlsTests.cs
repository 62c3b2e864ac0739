using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Broker;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

/// <summary>The agent's own broker for other machines: TLS, and nothing in the clear at that port.</summary>
public sealed class BrokerTlsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Broker_WithCertificate_SpeaksTlsAndServesItsUsers()
    {
        var (authority, certificate, key) = MakeCertificate();
        var port = Loopback.FreePort();
        var endPoint = new BrokerEndPoint("127.0.0.1", port) { CertificateFile = certificate, KeyFile = key };
        var user = new BrokerLogin(OwnBroker.Writer, PasswordHash.Of(OwnBroker.Password), [], [OwnBroker.Root + "/#"], "agent-");
        await using var broker = await EmbeddedBroker.StartAsync(new(_folder["broker"], [endPoint], [user]), _ => { }, TimeProvider.System);
        await using var secure = new MqttConnection(Options(port, new() { CertificateAuthorityFile = authority }), TimeProvider.System);
        secure.Start();
        await Client.ConnectedAsync(secure);
        Assert.Equal(PublishOutcome.Acknowledged, await secure.PublishAsync(Client.Message(OwnBroker.Root + "/t", "{}")));
        Assert.NotNull(await BrokerProbe.AskAsync(Options(port, null), TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Contains(
            "TLS with the broker",
            (await BrokerProbe.AskAsync(Options(port, new()), TimeProvider.System, TestContext.Current.CancellationToken))!.En,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Settings_ThroughOneLine_AreTheSameAndShowNoPassword()
    {
        var settings = new BrokerSettings(
            "/x",
            [new("127.0.0.1", 1883)],
            [new("agent", PasswordHash.Of("the password"), [], ["a/#"], "agent-")]
        );
        var line = settings.Format();
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("the password", line, StringComparison.Ordinal);
        var read = BrokerSettings.Parse(line);
        Assert.Equal(line, read.Format());
        Assert.True(read.Users[0].Password.Accepts("the password"u8));
        Assert.False(read.Users[0].Password.Accepts("another"u8));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"folder\":\"/x\",\"endPoints\":[],\"users\":[]}")]
    [InlineData("{\"folder\":\"/x\",\"endPoints\":[{\"address\":\"127.0.0.1\",\"port\":1}],\"users\":[],\"anonymous\":true}")]
    public void Settings_Wrong_AreRefused(string line) => Assert.Throws<InvalidDataException>(() => BrokerSettings.Parse(line));

    public void Dispose() => _folder.Dispose();

    private static MqttOptions Options(int port, MqttTls? tls) =>
        new()
        {
            Host = "127.0.0.1",
            Port = port,
            ClientId = "agent-a1",
            User = OwnBroker.Writer,
            Password = OwnBroker.Password,
            Tls = tls,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };

    private (string Authority, string Certificate, string Key) MakeCertificate()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=authority for tests", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true)
        );
        using var authority = root.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);
        var files = (_folder["ca.pem"], _folder["broker.pem"], _folder["broker.key"]);
        File.WriteAllText(files.Item1, authority.ExportCertificatePem());
        File.WriteAllText(files.Item2, certificate.ExportCertificatePem());
        File.WriteAllText(files.Item3, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
