using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>A connection to a camera that has described its stream. Disposing closes it.</summary>
/// <remarks>
/// Passwords: digest alone; Basic where the connection is encrypted and its certificate is trusted, or where
/// <see cref="CameraSource.AllowPasswordInClear"/> says so. They go to the host and port that are configured, and nowhere else: a redirect
/// to another address is followed without them.
/// </remarks>
internal sealed class CameraConnection : IDisposable
{
    /// <summary>Redirects that are followed.</summary>
    internal const int MostRedirects = 3;
    private const int DefaultPort = 554;
    private const int DefaultTlsPort = 322;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(8);
    private readonly CameraSocket _socket;

    private CameraConnection(CameraSocket socket, Stream stream, Uri address)
    {
        (_socket, Stream, Address) = (socket, stream, address);
        Reader = new(stream);
    }

    /// <summary>Both directions.</summary>
    public Stream Stream { get; }

    /// <summary>Reads what the camera sends.</summary>
    public RtspReader Reader { get; }

    /// <summary>Where it was found in the end.</summary>
    public Uri Address { get; }

    /// <summary>Answer to DESCRIBE.</summary>
    public RtspMessage Description { get; private set; } = RtspMessage.Request("DESCRIBE", "*");

    /// <summary>Tracks that it describes.</summary>
    public IReadOnlyList<SessionTrack> Tracks { get; private set; } = [];

    /// <summary>Answers challenges; null without a password for this address.</summary>
    public RtspAuthorization? Authorization { get; private set; }

    /// <summary>Number of the next request.</summary>
    public int NextSequence { get; set; } = 1;

    /// <summary>The camera's end.</summary>
    public IPAddress Remote => _socket.Remote;

    /// <summary>Our end.</summary>
    public IPAddress Local => _socket.Local;

    /// <summary>Bytes that can be read without waiting, as far as is known.</summary>
    public int Available => _socket.Available;

    /// <summary>From now on it is read at these ticks.</summary>
    public void ReadAt(MediaTick tick) => _socket.Tick = tick;

    /// <inheritdoc cref="StreamFailure.HostOf"/>
    public string Host => StreamFailure.HostOf(Address);

    /// <summary>Connects, and asks what there is.</summary>
    /// <returns>The connection, or why there is none.</returns>
    public static async Task<(CameraConnection? Connection, StreamFailure? Failure)> OpenAsync(
        CameraSource source,
        Uri address,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var at = address;
        for (var redirects = 0; ; redirects++)
        {
            if (redirects > MostRedirects)
                return (null, StreamFailure.RedirectsForEver(StreamFailure.HostOf(address), MostRedirects));
            var (connection, failure) = await ConnectAsync(at, source, mayGivePassword: IsSameOrigin(at, address), time, cancellationToken)
                .ConfigureAwait(false);
            if (connection is null)
                return (null, failure);
            try
            {
                (failure, var next) = await connection.DescribeAsync(address, cancellationToken).ConfigureAwait(false);
                if (failure is null && next is null)
                {
                    var kept = connection;
                    connection = null;
                    return (kept, null);
                }

                if (failure is not null)
                    return (null, failure);
                at = next!;
            }
            finally
            {
                connection?.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        _socket.Dispose();
    }

    /// <summary>Whether a password for one address may be given at the other: same scheme, host and port.</summary>
    internal static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase) && PortOf(one) == PortOf(other);

    private static int PortOf(Uri address) =>
        address.Port > 0 ? address.Port
        : address.Scheme == "rtsps" ? DefaultTlsPort
        : DefaultPort;

    private static async Task<(CameraConnection? Connection, StreamFailure? Failure)> ConnectAsync(
        Uri address,
        CameraSource source,
        bool mayGivePassword,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var host = StreamFailure.HostOf(address);
        using var limit = new CancellationTokenSource(ConnectLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        CameraSocket? socket = null;
        try
        {
            socket = await CameraSocket.ConnectAsync(address.IdnHost, PortOf(address), time, either.Token).ConfigureAwait(false);
            var (stream, trusted) = await SecureAsync(socket, address, either.Token).ConfigureAwait(false);
            var authorization =
                mayGivePassword && source.Credentials is { } credentials
                    ? new RtspAuthorization(credentials, source.AllowPasswordInClear || trusted)
                    : null;
            return (new CameraConnection(socket, stream, address) { Authorization = authorization }, null);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            if (socket is not null)
                await socket.DisposeAsync().ConfigureAwait(false);
            return (null, WhyNot(e, address, host));
        }
        catch
        {
            if (socket is not null)
                await socket.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static StreamFailure WhyNot(Exception error, Uri address, string host) =>
        error switch
        {
            SocketException
            {
                SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery
            } => StreamFailure.UnknownName(address.Host),
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => StreamFailure.NotListening(host),
            SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted } => StreamFailure.Closed(host),
            AuthenticationException or IOException => StreamFailure.NoTls(host),
            _ => StreamFailure.Unreachable(host),
        };

    // Cameras sign their own certificates: the connection is kept from listeners, and is trusted with a password in clear only when the
    // certificate is.
    private static async Task<(Stream Stream, bool Trusted)> SecureAsync(
        CameraSocket stream,
        Uri address,
        CancellationToken cancellationToken
    )
    {
        if (address.Scheme != "rtsps")
            return (stream, false);
        var trusted = false;
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.IdnHost,
#pragma warning disable CA5359 // A camera's own certificate keeps listeners away; nothing secret is sent because of it.
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                trusted = errors == SslPolicyErrors.None;
                return true;
            },
#pragma warning restore CA5359
        };
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return (secure, trusted);
    }

    private async Task<(StreamFailure? Failure, Uri? Next)> DescribeAsync(Uri configured, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                if (await AskAsync(cancellationToken).ConfigureAwait(false) is not { } answer)
                    return (StreamFailure.Closed(Host), null);
                if (answer.Status == 401 && attempt < 2 && TakeChallenge(answer) is { } may)
                {
                    if (may)
                        continue;
                    return (RefusalOf(configured), null);
                }

                return Judge(answer, configured);
            }
        }
        catch (Exception e) when (e is InvalidDataException)
        {
            return (StreamFailure.NoRtsp(Host), null);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return (StreamFailure.Closed(Host), null);
        }
        catch (OperationCanceledException)
        {
            return (StreamFailure.NoAnswer(Host), null);
        }
    }

    /// <summary>Whether there is an answer to a challenge; null when it has been given before and was wrong.</summary>
    private bool? TakeChallenge(RtspMessage answer)
    {
        var before = Authorization?.For("DESCRIBE", Address.AbsoluteUri) is not null;
        var stale = answer
            .All("WWW-Authenticate")
            .Any(c =>
                c.Contains("stale=true", StringComparison.OrdinalIgnoreCase)
                || c.Contains("stale=\"true\"", StringComparison.OrdinalIgnoreCase)
            );
        if (before && !stale)
            return null;
        return Authorization?.Take(answer.All("WWW-Authenticate")) ?? false;
    }

    private StreamFailure RefusalOf(Uri configured) =>
        Authorization is { OnlyInClear: true } ? StreamFailure.OnlyInClear(Host)
        : !IsSameOrigin(Address, configured) ? StreamFailure.RedirectedElsewhere(StreamFailure.HostOf(configured), Host)
        : StreamFailure.Refused(Host);

    private async Task<RtspMessage?> AskAsync(CancellationToken cancellationToken)
    {
        var target = Address.AbsoluteUri;
        var sequence = (NextSequence++).ToString(CultureInfo.InvariantCulture);
        var request = RtspMessage.Request(
            "DESCRIBE",
            target,
            ("CSeq", sequence),
            ("User-Agent", "ExamMonitor"),
            ("Accept", "application/sdp")
        );
        if (Authorization?.For("DESCRIBE", target) is { } authorization)
            request = request.With("Authorization", authorization);
        await Stream.WriteAsync(request.Format(), cancellationToken).ConfigureAwait(false);
        RtspMessage? answer;
        do answer = await Reader.NextMessageAsync(cancellationToken).ConfigureAwait(false);
        while (answer is { Status: null or < 200 });
        return answer;
    }

    private (StreamFailure? Failure, Uri? Next) Judge(RtspMessage answer, Uri configured)
    {
        if (answer.Status is >= 300 and < 400 && answer.Header("Location") is { } location)
        {
            return
                Uri.TryCreate(location.Trim(), UriKind.Absolute, out var next) && next.Scheme is "rtsp" or "rtsps" && next.Host.Length > 0
                ? (null, new UriBuilder(next) { UserName = string.Empty, Password = string.Empty }.Uri)
                : (StreamFailure.NoRtsp(Host), null);
        }

        if (answer.Status == 401)
            return (RefusalOf(configured), null);
        if (answer.Status != 200)
            return (StreamFailure.OfStatus(answer.Status ?? 0, Address), null);
        (Description, Tracks) = (answer, SessionTracks.Of(answer.Body.Span));
        if (Tracks.FirstOrDefault(t => t.IsVideo) is not { } video)
            return (StreamFailure.NoVideo(Host), null);
        return (video.Codec is "H264" or "H265" ? null : StreamFailure.Unsupported(Host, SessionFacts.VideoName(video.Codec)), null);
    }
}
