using System.Diagnostics;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Tls_KnownAuthority_ConnectsAndPublishes()
    {
        await using var broker = await StartAsync("127.0.0.1");
        await using var connection = Connect(broker, new() { CertificateAuthorityFile = _folder["ca.pem"] });
        await Client.ConnectedAsync(connection);
        Assert.Equal(PublishOutcome.Acknowledged, await connection.PublishAsync(Client.Message("t", "{}")));
    }

    [Fact]
    public async Task Tls_AuthorityAsText_TrustsThatOneAlone()
    {
        await using var broker = await StartAsync("127.0.0.1");
        await MakeAuthorityAsync("other");
        await using var connection = Connect(broker, new() { CertificateAuthorityPem = await File.ReadAllTextAsync(_folder["ca.pem"]) });
        await Client.ConnectedAsync(connection);
        await using var wrong = Connect(broker, new() { CertificateAuthorityPem = await File.ReadAllTextAsync(_folder["other.pem"]) });
        await RefusedAsync(wrong);
    }

    [Fact]
    public async Task Tls_OtherAuthority_IsRefusedWithASentence()
    {
        await using var broker = await StartAsync("127.0.0.1");
        await MakeAuthorityAsync("other");
        await using var connection = Connect(broker, new() { CertificateAuthorityFile = _folder["other.pem"] });
        await RefusedAsync(connection);
    }

    [Fact]
    public async Task Tls_CertificateOfAnotherHost_IsRefusedUnlessToldOtherwise()
    {
        await using var broker = await StartAsync("10.9.8.7");
        await using var strict = Connect(broker, new() { CertificateAuthorityFile = _folder["ca.pem"] });
        await RefusedAsync(strict);
        await using var lax = Connect(broker, new() { CertificateAuthorityFile = _folder["ca.pem"], SkipHostNameCheck = true });
        await Client.ConnectedAsync(lax);
    }

    [Fact]
    public async Task Tls_SystemAuthorities_DoNotKnowTheTestAuthority()
    {
        await using var broker = await StartAsync("127.0.0.1");
        await using var connection = Connect(broker, new());
        await RefusedAsync(connection);
    }

    [Fact]
    public async Task Tls_ClientCertificateAsked_IsPresented()
    {
        await using var broker = await StartAsync("127.0.0.1", "require_certificate true");
        await using var without = Connect(broker, new() { CertificateAuthorityFile = _folder["ca.pem"] });
        await Eventually.TrueAsync(() => without.State.Reason is not null);
        Assert.False(without.State.Connected);
        await using var with = Connect(
            broker,
            new()
            {
                CertificateAuthorityFile = _folder["ca.pem"],
                ClientCertificateFile = _folder["server.pem"],
                ClientKeyFile = _folder["server.key"],
            }
        );
        await Client.ConnectedAsync(with);
    }

    [Fact]
    public void Tls_MissingFile_IsRefusedBeforeAnyConnection()
    {
        var refused = Assert.Throws<ArgumentException>(() =>
            new MqttConnection(
                new()
                {
                    Host = "h",
                    ClientId = "x",
                    Tls = new() { CertificateAuthorityFile = _folder["none.pem"] },
                },
                TimeProvider.System
            )
        );
        Assert.Contains("none.pem does not exist", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static MqttConnection Connect(MosquittoBroker broker, MqttTls tls)
    {
        var options = new MqttOptions
        {
            Host = "127.0.0.1",
            Port = broker.Port,
            ClientId = $"tls-{Guid.NewGuid():N}",
            User = MosquittoBroker.User,
            Password = MosquittoBroker.Password,
            Tls = tls,
        };
        var connection = new MqttConnection(options, TimeProvider.System);
        connection.Start();
        return connection;
    }

    private static async Task RefusedAsync(MqttConnection connection)
    {
        await Eventually.TrueAsync(() => connection.State.Reason is not null);
        Assert.False(connection.State.Connected);
        Assert.Contains("TLS with the broker at mqtts://127.0.0.1:", connection.State.Reason!.En, StringComparison.Ordinal);
        Assert.Contains("certificate", connection.State.Reason.En, StringComparison.Ordinal);
    }

    private async Task<MosquittoBroker> StartAsync(string address, string extra = "")
    {
        await MakeAuthorityAsync("ca");
        await File.WriteAllTextAsync(_folder["san"], $"subjectAltName=IP:{address}\n");
        await OpenSslAsync(
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            _folder["server.key"],
            "-out",
            _folder["server.csr"],
            "-subj",
            "/CN=broker"
        );
        await OpenSslAsync(
            "x509",
            "-req",
            "-in",
            _folder["server.csr"],
            "-CA",
            _folder["ca.pem"],
            "-CAkey",
            _folder["ca.key"],
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            _folder["san"],
            "-out",
            _folder["server.pem"]
        );
        return await MosquittoBroker.StartAsync(
            $"cafile {_folder["ca.pem"]}\ncertfile {_folder["server.pem"]}\nkeyfile {_folder["server.key"]}\n{extra}"
        );
    }

    private Task MakeAuthorityAsync(string name) =>
        OpenSslAsync(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            _folder[name + ".key"],
            "-out",
            _folder[name + ".pem"],
            "-days",
            "2",
            "-subj",
            $"/CN={name} for tests"
        );

    private static async Task OpenSslAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("openssl", arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + errors);
    }
}
