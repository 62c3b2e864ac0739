using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>Why a device did not answer as it should.</summary>
/// <param name="code">Code of the finding.</param>
/// <param name="message">For the log; holds no secret.</param>
public sealed class OnvifException(string code, string message) : Exception(message)
{
    /// <summary><c>unreachable</c>, <c>authentication</c>, <c>onvif-answer</c>.</summary>
    public string Code => code;

    /// <summary>
    /// Whether the device sends without end: nothing more is asked of it. One operation that it answers badly ends nothing.
    /// </summary>
    public bool IsFlood { get; init; }
}

/// <summary>
/// Calls one device: SOAP 1.2 over HTTP, digest and UsernameToken. One device's password never goes to another host, and redirects are not
/// followed.
/// </summary>
internal sealed class OnvifConnection : IDisposable
{
    /// <summary>Largest answer, bytes.</summary>
    private const int Largest = 1 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    private static readonly XNamespace Soap = "http://www.w3.org/2003/05/soap-envelope";

    private readonly Uri _device;
    private readonly OnvifAccess _access;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>Makes a connection; nothing is sent yet.</summary>
    /// <param name="device">Address of the device service.</param>
    /// <param name="access">User and password.</param>
    /// <param name="time">Clock.</param>
    public OnvifConnection(Uri device, OnvifAccess access, TimeProvider time)
    {
        (_device, _access, _time) = (device, access, time);
        var credentials = new CredentialCache();

        // Digest alone: Basic would send the password in clear.
        if (!string.IsNullOrEmpty(access.User))
            credentials.Add(
                new Uri(device.GetLeftPart(UriPartial.Authority)),
                "Digest",
                new NetworkCredential(access.User, access.Password ?? string.Empty)
            );
        _http = new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                Credentials = credentials,
                UseCookies = false,
                UseProxy = false,
                MaxResponseHeadersLength = 64,
                ConnectTimeout = TimeSpan.FromSeconds(4),
            }
        )
        {
            Timeout = Longest,
        };
    }

    /// <summary>Device's clock less ours; zero until it was asked.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>
    /// An address of the same device: on another host or port only the path counts, since a device behind a router names an inner address
    /// of its own.
    /// </summary>
    public Uri Own(Uri given) =>
        string.Equals(given.Authority, _device.Authority, StringComparison.OrdinalIgnoreCase) && given.Scheme == _device.Scheme
            ? given
            : new Uri(new Uri(_device.GetLeftPart(UriPartial.Authority)), given.PathAndQuery);

    /// <summary>Calls an operation, and gives its answer's body.</summary>
    /// <param name="service">Address of the service; brought to the device's own host.</param>
    /// <param name="request">The request's element.</param>
    /// <param name="withUser">Whether user and password belong to it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OnvifException">It did not answer, or refused.</exception>
    public async Task<XElement> CallAsync(Uri service, XElement request, bool withUser, CancellationToken cancellationToken)
    {
        var header =
            withUser && !string.IsNullOrEmpty(_access.User)
                ? new XElement(
                    Soap + "Header",
                    OnvifSecurity.Header(
                        _access.User,
                        _access.Password ?? string.Empty,
                        _time.GetUtcNow() + ClockOffset,
                        RandomNumberGenerator.GetBytes(16)
                    )
                )
                : null;
        var envelope = new XElement(
            Soap + "Envelope",
            new XAttribute(XNamespace.Xmlns + "s", Soap),
            header,
            new XElement(Soap + "Body", request)
        );
        var (status, bytes) = await SendAsync(
                Own(service),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + envelope.ToString(SaveOptions.DisableFormatting),
                cancellationToken
            )
            .ConfigureAwait(false);
        var root = OnvifXml.Read(bytes, Largest);
        if (root.First("Fault") is { } fault)
        {
            var refused =
                fault.Value.Contains("NotAuthorized", StringComparison.OrdinalIgnoreCase)
                || fault.Value.Contains("FailedAuthentication", StringComparison.OrdinalIgnoreCase)
                || fault.Value.Contains("not authorized", StringComparison.OrdinalIgnoreCase);
            throw new OnvifException(refused ? "authentication" : "onvif-answer", $"{request.Name.LocalName} was refused.");
        }

        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new OnvifException("authentication", $"{request.Name.LocalName} asks for another user or password.");
        if (status != HttpStatusCode.OK || root.First("Body")?.Elements().FirstOrDefault() is not { } body)
            throw new OnvifException("onvif-answer", $"{request.Name.LocalName} was answered with HTTP {(int)status} and no SOAP.");
        return body;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static OnvifException TooLarge() => new("onvif-answer", "The answer is larger than 1 MiB.") { IsFlood = true };

    private async Task<(HttpStatusCode Status, ReadOnlyMemory<byte> Bytes)> SendAsync(
        Uri service,
        string envelope,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(Longest, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, service) { Content = new StringContent(envelope, Encoding.UTF8) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/soap+xml") { CharSet = "utf-8" };
            using var response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            // Said to be too large: nothing of it is waited for, so that it does not matter whether the rest arrives or breaks off.
            if (response.Content.Headers.ContentLength > Largest)
                throw TooLarge();
            var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var buffer = new byte[Largest + 1];
                var length = await stream
                    .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token)
                    .ConfigureAwait(false);
                return length > Largest ? throw TooLarge() : (response.StatusCode, buffer.AsMemory(0, length));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OnvifException("unreachable", "It did not answer in time.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new OnvifException("unreachable", e.Message);
        }
    }
}
