using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ExamMonitor.CameraSimulator.Streaming;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>What a connection needs to know of the server around it.</summary>
internal sealed record RtspSurroundings(
    Func<string, CameraUnit?> FindCamera,
    TimeProvider Time,
    Func<TimeSpan> Elapsed,
    int SessionTimeoutSeconds
);

/// <summary>One RTSP connection (RFC 2326) and the session it may have. A session ends with its connection.</summary>
internal sealed class RtspConnection : IDisposable
{
    private static readonly TimeSpan WholeMessageLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;

    private readonly RtspSurroundings _server;

    private readonly RtspWire _wire;

    private readonly ConnectionOutput _output;

    private readonly CancellationTokenSource _closing = new();

    private ClientSession? _session;

    private CameraUnit? _camera;

    private volatile bool _reset;

    public RtspConnection(Socket socket, RtspSurroundings server)
    {
        (_socket, _server) = (socket, server);
        _wire = new RtspWire(socket);
        _output = new ConnectionOutput(socket);
    }

    /// <summary>
    /// Ends the connection soon: with BYE and close, or with a TCP reset. From any thread; a second call changes nothing.
    /// </summary>
    public void Close(bool reset)
    {
        _reset |= reset;
        try
        {
            // Not here: whoever closes may hold a stream's lock, which the end of the session takes as well.
            _ = _closing.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }

    /// <summary>Serves until the client or <see cref="Close"/> ends it, or it breaks a rule.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, _closing.Token);
        try
        {
            while (await ServeNextAsync(ending.Token).ConfigureAwait(false))
            {
                _output.Flush();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Closed by us, out of time, or broken by the client: all end it in the same way.
        }

        await EndAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _output.Dispose();
        _socket.Dispose();
        _closing.Dispose();
    }

    private async Task EndAsync()
    {
        _camera?.Left(this);
        _session?.End(sayBye: !_reset);
        if (_reset)
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(DrainLimit, _server.Time);
            await _output.DrainAsync(limit.Token).ConfigureAwait(false);
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return;
        }
    }

    private async Task<bool> ServeNextAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var timer = _server
            .Time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, ReadLimit(), Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false);
        var (kind, request) = await _wire.ReadAsync(limit.Token).ConfigureAwait(false);
        _session?.Heard(_server.Elapsed());
        switch (kind)
        {
            case Incoming.Packet:
                return true;
            case Incoming.Request:
                return await AnswerAsync(request!, cancel).ConfigureAwait(false);
            case Incoming.Broken:
                Reply(null, 400, "Bad Request");
                return false;
            default:
                return false;
        }
    }

    /// <summary>A client that plays may be silent for as long as it likes; one that began a message must end it soon.</summary>
    private TimeSpan ReadLimit() =>
        _wire.IsMidMessage ? WholeMessageLimit
        : _session is { IsPlaying: true } ? Timeout.InfiniteTimeSpan
        : IdleLimit;

    private async Task<bool> AnswerAsync(RtspRequest request, CancellationToken cancel)
    {
        if (!int.TryParse(request["CSeq"], NumberStyles.None, CultureInfo.InvariantCulture, out _) || request.Path is not { } path)
        {
            Reply(request, 400, "Bad Request");
            return true;
        }

        var camera = _server.FindCamera(path);
        if (camera is not null)
        {
            if (!Enter(camera))
            {
                Reply(request, 400, "Bad Request");
                return true;
            }

            if (!await PassFaultsAsync(camera, request, cancel).ConfigureAwait(false))
            {
                return !_reset;
            }
        }

        if (request["Require"] is { } required)
        {
            Reply(request, 551, "Option not supported", ("Unsupported", required));
        }
        else if (request.Method == "OPTIONS")
        {
            Reply(request, 200, "OK", ("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"));
        }
        else if (camera is null || StreamAt(camera, path, out var track) is not { } stream)
        {
            Reply(request, 404, "Stream Not Found");
        }
        else if (Admit(camera, request))
        {
            return Serve(camera, stream, track, request);
        }

        return true;
    }

    /// <summary>A connection belongs to the first camera that it names.</summary>
    private bool Enter(CameraUnit camera)
    {
        if (_camera is null)
        {
            _camera = camera;
            camera.Entered(this);
        }

        return _camera == camera;
    }

    private async Task<bool> PassFaultsAsync(CameraUnit camera, RtspRequest request, CancellationToken cancel)
    {
        while (camera.Faults.Has(CameraFaultKind.Hang))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), _server.Time, cancel).ConfigureAwait(false);
        }

        if (camera.Faults.Has(CameraFaultKind.Unreachable))
        {
            _reset = true;
            return false;
        }

        if (camera.Faults.Has(CameraFaultKind.Garbage))
        {
            _output.Append("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8);
            return false;
        }

        if (camera.Faults.Get(CameraFaultKind.Redirect) is { } redirect && request.Method == "DESCRIBE")
        {
            Reply(request, 302, "Moved Temporarily", ("Location", redirect.Address!.AbsoluteUri));
            return true;
        }

        if (camera.Faults.Get(CameraFaultKind.Refuse) is { } refusal)
        {
            var status = refusal.Status == 0 ? 503 : refusal.Status;
            Reply(
                request,
                status,
                status switch
                {
                    404 => "Stream Not Found",
                    453 => "Not Enough Bandwidth",
                    503 => "Service Unavailable",
                    _ => "Refused",
                }
            );
            return false;
        }

        return true;
    }

    private bool Admit(CameraUnit camera, RtspRequest request)
    {
        var answer = camera.Faults.Has(CameraFaultKind.WrongPassword)
            ? GuardAnswer.Wrong
            : camera.Guard.Check(request.Method, request["Authorization"]);
        if (answer == GuardAnswer.Right)
        {
            return true;
        }

        if (camera.Faults.Has(CameraFaultKind.Basic))
        {
            if (request["Authorization"] is { } given)
                camera.Overheard.Enqueue(given);
            if (camera.Guard.IsBasic(request["Authorization"]))
                return true;
            Reply(request, 401, "Unauthorized", ("WWW-Authenticate", $"Basic realm=\"{camera.Options.Id}\""));
            return false;
        }

        Reply(request, 401, "Unauthorized", [.. camera.Guard.Challenges(answer == GuardAnswer.Stale).Select(c => ("WWW-Authenticate", c))]);
        return false;
    }

    private static CameraStream? StreamAt(CameraUnit camera, string path, out int? track)
    {
        track = null;
        var at = path.LastIndexOf("/trackID=", StringComparison.Ordinal);
        if (at >= 0 && int.TryParse(path.AsSpan(at + 9), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            (track, path) = (number, path[..at]);
        }

        return camera.Streams.FirstOrDefault(s => s.Path == path);
    }

    private bool Serve(CameraUnit camera, CameraStream stream, int? track, RtspRequest request)
    {
        switch (request.Method)
        {
            case "DESCRIBE":
                var host = ((IPEndPoint)_socket.LocalEndPoint!).Address.ToString();
                var target = request.Target.Split('?')[0].TrimEnd('/') + "/";
                Reply(
                    request,
                    200,
                    "OK",
                    SessionDescription.Format(stream, host, camera.Faults.Get(CameraFaultKind.Declare)),
                    ("Content-Base", target),
                    ("Content-Type", "application/sdp")
                );
                return true;
            case "SETUP":
                SetUp(camera, stream, track, request);
                return true;
            case "GET_PARAMETER" or "SET_PARAMETER":
                Reply(request, 200, "OK", SessionHeader());
                return true;
            case "PLAY" or "PAUSE" or "TEARDOWN":
                return Steer(stream, request);
            default:
                Reply(request, 501, "Not Implemented");
                return true;
        }
    }

    private bool Steer(CameraStream stream, RtspRequest request)
    {
        if (_session is null || request["Session"]?.Split(';')[0].Trim() != _session.Id)
        {
            Reply(request, 454, "Session Not Found");
            return true;
        }

        if (_session.Stream != stream || !_session.HasTracks)
        {
            Reply(request, 455, "Method Not Valid in This State");
            return true;
        }

        switch (request.Method)
        {
            case "PLAY":
                // A live stream: no position, so no RTP-Info; the sender reports that go before the first packet tie the tracks together.
                Reply(request, 200, "OK", SessionHeader(), ("Range", "npt=now-"));
                _session.Play();
                return true;
            case "PAUSE":
                _session.Pause();
                Reply(request, 200, "OK", SessionHeader());
                return true;
            default:
                _session.End(sayBye: true);
                Reply(request, 200, "OK");
                _session = null;
                return true;
        }
    }

    private void SetUp(CameraUnit camera, CameraStream stream, int? index, RtspRequest request)
    {
        if (index is null && stream.Tracks.Count == 1)
        {
            index = 0;
        }

        if (index is null || index >= stream.Tracks.Count)
        {
            Reply(request, 404, "Stream Not Found");
            return;
        }

        if (_session is { IsPlaying: true } || (_session is not null && _session.Stream != stream))
        {
            Reply(request, 455, "Method Not Valid in This State");
            return;
        }

        if (TransportHeader.Choose(request["Transport"] ?? string.Empty, camera.Options.Transport, index.Value * 2) is not { } transport)
        {
            Reply(request, 461, "Unsupported Transport");
            return;
        }

        _session ??= new ClientSession(stream, _output, camera.Sent, () => Close(reset: false));
        _session.Heard(_server.Elapsed());
        var chosen = Deliver(_session, stream.Tracks[index.Value], transport);
        Reply(
            request,
            chosen is null ? 500 : 200,
            chosen is null ? "Internal Server Error" : "OK",
            SessionHeader(),
            ("Transport", chosen ?? string.Empty)
        );
    }

    private string? Deliver(ClientSession session, StreamTrack track, TransportHeader transport)
    {
        var ssrc = track.Rtp.Ssrc.ToString("X8", CultureInfo.InvariantCulture);
        if (transport.IsTcp)
        {
            session.SetUp(track, (byte)transport.First, (byte)transport.Second);
            return $"RTP/AVP/TCP;unicast;interleaved={transport.First}-{transport.Second};ssrc={ssrc}";
        }

        var client = new UdpClientPorts(((IPEndPoint)_socket.RemoteEndPoint!).Address, transport.First, transport.Second);
        if (UdpPair.TryOpen(((IPEndPoint)_socket.LocalEndPoint!).Address, client, () => session.Heard(_server.Elapsed())) is not { } pair)
        {
            return null;
        }

        session.SetUp(track, pair);
        return $"RTP/AVP;unicast;client_port={transport.First}-{transport.Second};server_port={pair.RtpPort}-{pair.RtpPort + 1};ssrc={ssrc}";
    }

    private (string Name, string Value) SessionHeader() =>
        (
            "Session",
            _session is null
                ? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $"{_session.Id};timeout={_server.SessionTimeoutSeconds}")
        );

    private void Reply(RtspRequest? request, int status, string reason, params (string Name, string Value)[] headers) =>
        Reply(request, status, reason, string.Empty, headers);

    private void Reply(RtspRequest? request, int status, string reason, string body, params (string Name, string Value)[] headers)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"RTSP/1.0 {status} {reason}\r\n");
        if (request?["CSeq"] is { } sequence)
        {
            text.Append(CultureInfo.InvariantCulture, $"CSeq: {sequence}\r\n");
        }

        foreach (var (name, value) in headers.Where(h => h.Value.Length > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (body.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        }

        text.Append("\r\n").Append(body);
        _output.Append(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
