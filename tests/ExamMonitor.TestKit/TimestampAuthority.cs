using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ExamMonitor.TestKit;

/// <summary>A time stamp authority of RFC 3161 on loopback: <c>openssl ts -reply</c> behind a small HTTP listener.</summary>
public sealed class TimestampAuthority : IDisposable
{
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    private readonly TempFolder _folder = new();
    private readonly HttpListener _listener;
    private readonly Task _serving;

    private TimestampAuthority(HttpListener listener, Uri address)
    {
        (_listener, Address) = (listener, address);
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>PEM file of its root certificate.</summary>
    public string RootFile => _folder["ca.pem"];

    /// <summary>Makes of a request the one that is really stamped; null for the same.</summary>
    public Func<byte[], byte[]>? Exchange { get; set; }

    /// <summary>Answers instead of the authority: status and body; null for the authority itself.</summary>
    public Func<byte[], (int Status, byte[] Body)>? Instead { get; set; }

    /// <summary>Digests that it takes, as openssl names them.</summary>
    public string Digests { get; set; } = "sha256";

    /// <summary>Requests that came.</summary>
    public int Requests { get; private set; }

    /// <summary>Starts one with a root and a certificate of its own.</summary>
    /// <param name="validFrom">Start of its certificate.</param>
    /// <param name="validTo">End of its certificate.</param>
    public static TimestampAuthority Start(DateTimeOffset? validFrom = null, DateTimeOffset? validTo = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var attempt = 0; ; attempt++)
        {
            var address = new Uri($"http://127.0.0.1:{Loopback.FreePort()}/tsa/");
            var listener = new HttpListener { Prefixes = { address.ToString() } };
            try
            {
                listener.Start();
            }
            catch (HttpListenerException) when (attempt < 5)
            {
                continue;
            }

            var authority = new TimestampAuthority(listener, address);
            authority.Certify(validFrom ?? now.AddDays(-1), validTo ?? now.AddDays(30));
            return authority;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Close();
        _serving.GetAwaiter().GetResult();
        _folder.Dispose();
    }

    /// <summary>The answer of <c>openssl ts -reply</c>.</summary>
    public async Task<byte[]> ReplyAsync(byte[] request)
    {
        var query = _folder["query.tsq"];
        await File.WriteAllBytesAsync(query, request).ConfigureAwait(false);
        await File.WriteAllTextAsync(
                _folder["tsa.cnf"],
                $"""
                [tsa]
                default_tsa = one
                [one]
                serial = {_folder["serial"]}
                signer_cert = {_folder["tsa.pem"]}
                certs = {RootFile}
                signer_key = {_folder["tsa.key"]}
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = {Digests}
                accuracy = secs:1
                ess_cert_id_alg = sha256
                """
            )
            .ConfigureAwait(false);
        await OpenSslAsync("ts", "-reply", "-config", _folder["tsa.cnf"], "-queryfile", query, "-out", _folder["reply.tsr"])
            .ConfigureAwait(false);
        return await File.ReadAllBytesAsync(_folder["reply.tsr"]).ConfigureAwait(false);
    }

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
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException(await errors.ConfigureAwait(false));
    }

    private void Certify(DateTimeOffset from, DateTimeOffset to)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Test time authority root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-400), now.AddDays(400));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test time authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(TimeStamping)], critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        using var certificate = request.Create(root, from, to, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(RootFile, root.ExportCertificatePem() + "\n");
        File.WriteAllText(_folder["tsa.pem"], certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(_folder["tsa.key"], key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(_folder["serial"], "01\n");
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Requests++;
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body).ConfigureAwait(false);
            var request = body.ToArray();
            var (status, answer) = Instead is { } instead
                ? instead(request)
                : (200, await ReplyAsync(Exchange?.Invoke(request) ?? request).ConfigureAwait(false));
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/timestamp-reply";
            try
            {
                await context.Response.OutputStream.WriteAsync(answer).ConfigureAwait(false);
                context.Response.Close();
            }
            catch (HttpListenerException)
            {
                // The client heard enough.
            }
        }
    }
}
