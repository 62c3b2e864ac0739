using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Channel;

namespace ExamMonitor.Mqtt;

/// <summary>
/// The bytes between us and a broker: TCP, TLS where asked for, and a bound on what the broker sends. One connection per instance.
/// </summary>
/// <param name="options">Where, and with which certificates.</param>
internal sealed class BrokerLine(MqttOptions options) : IMqttClientStreamProvider
{
    /// <summary>Room for topic and properties beside the payload in a packet, bytes.</summary>
    public const int PacketOverhead = 4096;

    private PacketBoundStream? _stream;

    /// <summary>Bytes that the broker has sent so far; any thread.</summary>
    public long BytesRead => Volatile.Read(ref _stream)?.BytesRead ?? 0;

    /// <summary>Whether the broker closed the connection in order, and no line broke; any thread.</summary>
    public bool ClosedByBroker => Volatile.Read(ref _stream)?.Ended ?? false;

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } tls)
                stream = await SecureAsync(stream, tls, cancellationToken).ConfigureAwait(false);
            var bound = options.MaxPayloadBytes + PacketOverhead;
            Volatile.Write(ref _stream, new(stream, bound, bound));
            return _stream;
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(Stream plain, MqttTls tls, CancellationToken cancellationToken)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(TlsFiles.Read(options.Host, tls), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (IOException e)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw new AuthenticationException(e.Message, e);
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// What the files of <see cref="MqttTls"/> say; read at every connect, so that a renewed certificate needs no restart.
    /// </summary>
    private static class TlsFiles
    {
        public static SslClientAuthenticationOptions Read(string host, MqttTls tls) =>
            new()
            {
                TargetHost = host,
                ClientCertificates = tls.ClientCertificateFile is { } client ? [ReadCertificate(client, tls.ClientKeyFile!)] : null,
                CertificateChainPolicy = (tls.CertificateAuthorityPem, tls.CertificateAuthorityFile) switch
                {
                    ({ } pem, _) => OnlyTrusting(store => store.ImportFromPem(pem)),
                    (null, { } file) => OnlyTrusting(store => store.ImportFromPemFile(file)),
                    _ => null,
                },
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, _, _, errors) =>
                    (tls.SkipHostNameCheck ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors) == SslPolicyErrors.None,
            };

        private static X509ChainPolicy OnlyTrusting(Action<X509Certificate2Collection> fill)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            fill(policy.CustomTrustStore);
            return policy;
        }

        /// <summary>Windows takes no key for TLS that lives in memory alone: there it goes through a PKCS#12 copy.</summary>
        private static X509Certificate2 ReadCertificate(string file, string key)
        {
            var certificate = X509Certificate2.CreateFromPemFile(file, key);
            if (!OperatingSystem.IsWindows())
                return certificate;
            using (certificate)
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
        }
    }
}
