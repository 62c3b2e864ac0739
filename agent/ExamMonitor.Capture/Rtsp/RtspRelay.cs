using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>Stands between one ffmpeg and one camera, on the loopback: one session, then it is over. Dispose to end it.</summary>
/// <remarks>
/// ffmpeg never learns the password, and no other program of this machine learns the stream: the address holds a number that cannot be
/// guessed, and goes
/// to ffmpeg by its standard input. What the camera does wrong is mended or noted on the way (<see cref="MediaFlow"/>); why a session
/// ends is told from
/// what was seen here, which is more certain than ffmpeg's last words.
/// </remarks>
internal sealed class RtspRelay : IAsyncDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private readonly CameraConnection _camera;
    private readonly TimeProvider _time;
    private readonly RtspTransport _transport;
    private readonly MediaTick? _tick;
    private readonly bool _keyFramesOnly;
    private readonly AtomicReference<RelayView> _view = new(new());
    private readonly RelayListener _listener;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _toCamera = new(1);
    private readonly SemaphoreSlim _toClient = new(1);
    private readonly Dictionary<string, PendingRequest> _pending = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _owned = [];
    private readonly Task _run;
    private volatile bool _tornDown;
    private MediaFlow? _flow;
    private UdpMedia? _udp;

    private RtspRelay(CameraConnection camera, RtspTransport transport, TimeProvider time, MediaTick? tick, bool keyFramesOnly)
    {
        (_camera, _transport, _time, _tick, _keyFramesOnly, _listener) = (camera, transport, time, tick, keyFramesOnly, new(time));
        _listener.Start();
        Target = new(_listener.Base + camera.Address.PathAndQuery);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Address for ffmpeg.</summary>
    public Uri Target { get; }

    /// <summary>What was seen so far.</summary>
    public RelayView View => _view.Value;

    /// <summary>Tracks that the camera describes.</summary>
    public IReadOnlyList<SessionTrack> Tracks => _camera.Tracks;

    /// <summary>Connects to the camera, and waits for ffmpeg.</summary>
    /// <param name="source">Camera.</param>
    /// <param name="address">Of the stream.</param>
    /// <param name="time">Clock.</param>
    /// <param name="tick">When media is read from the first key frame on; null: as soon as it comes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="keyFramesOnly">Whether ffmpeg wants key frames alone: what lies between is left out once it knows the stream.</param>
    /// <returns>The relay, or why the camera gives no stream.</returns>
    public static async Task<(RtspRelay? Relay, StreamFailure? Failure)> OpenAsync(
        CameraSource source,
        Uri address,
        TimeProvider time,
        MediaTick? tick,
        CancellationToken cancellationToken,
        bool keyFramesOnly = false
    )
    {
        var (camera, failure) = await CameraConnection.OpenAsync(source, address, time, cancellationToken).ConfigureAwait(false);
        return camera is null ? (null, failure) : (new(camera, source.Transport, time, tick, keyFramesOnly), null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _camera.Dispose();
        foreach (var one in _owned)
            one.Dispose();
        _listener.Dispose();
        _ending.Dispose();
        _toCamera.Dispose();
        _toClient.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var (client, reader, first) = await _listener.AcceptAsync(_ending.Token).ConfigureAwait(false);
            var fromClient = FromClientAsync(client, reader, first);
            var fromCamera = FromCameraAsync(client);
            var idle = IdleAsync(client);
            await Task.WhenAny(fromClient, fromCamera).ConfigureAwait(false);
            await _ending.CancelAsync().ConfigureAwait(false);
            await client.DisposeAsync().ConfigureAwait(false);
            await Task.WhenAll(fromClient, fromCamera, idle).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e)
            when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or InvalidDataException)
        {
            // The session is over; what was seen stands in the view.
        }
    }

    private async Task FromClientAsync(NetworkStream client, RtspReader reader, RtspMessage? first)
    {
        while (true)
        {
            var item = first is null ? reader.TryNext() : new RtspItem(first, default);
            first = null;
            if (item is { Message: { } request })
                await AskAsync(client, request).ConfigureAwait(false);
            else if (item is { } packet)
                await ReportBackAsync(packet.Packet).ConfigureAwait(false);
            else if (!await reader.FillAsync(_ending.Token).ConfigureAwait(false))
                return;
        }
    }

    // Receiver reports keep some cameras alive.
    private async Task ReportBackAsync(Memory<byte> packet)
    {
        if (_udp is { } udp)
            udp.SendReport(packet.Span);
        else
            await WriteAsync(_toCamera, _camera.Stream, packet).ConfigureAwait(false);
    }

    private async Task AskAsync(NetworkStream client, RtspMessage request)
    {
        var sequence = request.Header("CSeq") ?? "0";
        if (request.Method == "DESCRIBE")
        {
            await WriteAsync(_toClient, client, _camera.Description.With("CSeq", sequence).Format()).ConfigureAwait(false);
            return;
        }

        var target = request.Target.StartsWith(_listener.Base, StringComparison.Ordinal)
            ? Origin(_camera.Address) + request.Target[_listener.Base.Length..]
            : request.Target;
        var asked = new PendingRequest(request.To(target).Without("Authorization"), sequence);
        if (request.Method == "SETUP")
            asked = SetUp(asked);
        if (request.Method == "TEARDOWN")
            _tornDown = true;
        await SendAsync(asked).ConfigureAwait(false);
    }

    private static string Origin(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private PendingRequest SetUp(PendingRequest asked)
    {
        var track = TrackOf(asked.Request.Target);
        var transport = asked.Request.Header("Transport") ?? string.Empty;
        var channel = TransportField.Channel(transport) ?? 0;
        if (_transport != RtspTransport.Udp)
            return asked with { Track = track, Channel = channel };
        _udp ??= Own(new UdpMedia(_camera.Local, _camera.Remote, _time));
        var port = _udp.Open(channel);
        var ports = FormattableString.Invariant($"RTP/AVP;unicast;client_port={port}-{port + 1}");
        return asked with { Track = track, Channel = channel, Request = asked.Request.With("Transport", ports) };
    }

    private T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }

    // The control attribute ends the address (RFC 2326 C.1.1); of several that do, the longest.
    private SessionTrack? TrackOf(string target) =>
        _camera.Tracks.Where(t => t.Control.Length > 0 && target.EndsWith(t.Control, StringComparison.Ordinal)).MaxBy(t => t.Control.Length)
        ?? _camera.Tracks.FirstOrDefault(t => t.IsVideo);

    private async Task SendAsync(PendingRequest asked)
    {
        await _toCamera.WaitAsync(_ending.Token).ConfigureAwait(false);
        try
        {
            var number = (_camera.NextSequence++).ToString(CultureInfo.InvariantCulture);
            var request = asked.Request.With("CSeq", number);
            if (_camera.Authorization?.For(request.Method, request.Target) is { } authorization)
                request = request.With("Authorization", authorization);
            lock (_pending)
                _pending[number] = asked;
            await _camera.Stream.WriteAsync(request.Format(), _ending.Token).ConfigureAwait(false);
        }
        finally
        {
            _toCamera.Release();
        }
    }

    private async Task FromCameraAsync(NetworkStream client)
    {
        var (packets, output) = (new List<Memory<byte>>(), new ArrayBufferWriter<byte>(64 << 10));
        try
        {
            do
            {
                while (_camera.Reader.TryNext() is { } item)
                {
                    if (item.Message is { } message)
                        await AnswerAsync(client, message).ConfigureAwait(false);
                    else
                        packets.Add(item.Packet);
                }

                await PassAsync(client, packets, output).ConfigureAwait(false);
                // The first key frame dates the recording, and is read as soon as it comes.
                if (_tick is { } tick && _view.Value.SawKeyFrame)
                    _camera.ReadAt(tick);
            } while (await FillAsync().ConfigureAwait(false));
            NoteClosed();
        }
        catch (InvalidDataException)
        {
            _view.Change(static v => v with { Garbage = true });
        }
        catch (Exception e) when ((e is IOException or SocketException) && !_ending.IsCancellationRequested)
        {
            NoteClosed();
        }
    }

    // A camera that was asked to end the session may close the connection before ffmpeg does.
    private void NoteClosed()
    {
        if (!_tornDown)
            _view.Change(static v => v with { Closed = true });
    }

    private async Task PassAsync(NetworkStream client, List<Memory<byte>> packets, ArrayBufferWriter<byte> output)
    {
        if (_flow is { } flow && packets.Count > 0)
        {
            lock (flow)
                flow.Take(packets, output);
            await FlushAsync(client, output).ConfigureAwait(false);
        }

        packets.Clear();
    }

    private async Task FlushAsync(NetworkStream client, ArrayBufferWriter<byte> output)
    {
        if (output.WrittenCount == 0)
            return;
        await WriteAsync(_toClient, client, output.WrittenMemory).ConfigureAwait(false);
        output.ResetWrittenCount();
    }

    /// <summary>
    /// Waits for more. After a silence it waits a moment longer, so that a burst, which makes up for the silence, can be told from a
    /// pause.
    /// </summary>
    private async ValueTask<bool> FillAsync()
    {
        var since = _time.GetTimestamp();
        if (!await _camera.Reader.FillAsync(_ending.Token).ConfigureAwait(false))
            return false;
        if (_flow is not { HasPicture: true } || _time.GetElapsedTime(since) < LongestSilence)
            return true;
        await Task.Delay(Look, _time, _ending.Token).ConfigureAwait(false);
        while (_camera.Available > 0 && await _camera.Reader.FillAsync(_ending.Token).ConfigureAwait(false))
            continue;
        return true;
    }

    /// <summary>What ffmpeg is told by the clock.</summary>
    private async Task IdleAsync(NetworkStream client)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using var timer = new PeriodicTimer(IdleEvery, _time);
        while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
        {
            if (_flow is not { } flow)
                continue;
            lock (flow)
                flow.Idle(output);
            await FlushAsync(client, output).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(NetworkStream client, RtspMessage answer)
    {
        PendingRequest? asked = null;
        if (answer.Status is not null && answer.Header("CSeq") is { } number)
        {
            // Some cameras answer by the number of the request before: what was asked last is meant.
            lock (_pending)
            {
                if (!_pending.Remove(number, out asked) && _pending.Count > 0)
                    _pending.Remove(_pending.Keys.MaxBy(static k => int.Parse(k, CultureInfo.InvariantCulture))!, out asked);
            }
        }

        if (asked is null)
            return;
        if (answer.Status == 401 && !asked.Retried && _camera.Authorization?.Take(answer.All("WWW-Authenticate")) == true)
        {
            await SendAsync(asked with { Retried = true }).ConfigureAwait(false);
            return;
        }

        // Some cameras refuse a question that only keeps a session alive, and play on.
        if (answer.Status >= 400 && asked.Request.Method is "OPTIONS" or "GET_PARAMETER" or "SET_PARAMETER")
            answer = answer with { StartLine = "RTSP/1.0 200 OK", Headers = [], Body = default };
        if (answer.Status >= 400 && asked.Request.Method is "SETUP" or "PLAY" or "DESCRIBE")
            _view.Change(v => v with { Refused = answer.Status });
        var reply = answer.Without("WWW-Authenticate").With("CSeq", asked.Sequence);
        if (answer.Status == 200 && asked.Request.Method == "SETUP")
            reply = Accepted(client, asked, reply);
        // Their times are the camera's; ours are the arrivals'.
        if (asked.Request.Method == "PLAY")
            reply = reply.Without("RTP-Info").Without("Range");
        await WriteAsync(_toClient, client, reply.Format()).ConfigureAwait(false);
        if (answer.Status != 200 || asked.Request.Method != "PLAY")
            return;
        _camera.Reader.Resynchronizes = true;
        _view.Change(v => v with { Playing = true, PlayingSince = _time.GetTimestamp() });
    }

    private RtspMessage Accepted(NetworkStream client, PendingRequest asked, RtspMessage reply)
    {
        if (asked.Track is not { } track)
            return reply;
        _flow ??= new(_view, _time, _keyFramesOnly);
        var transport = reply.Header("Transport") ?? string.Empty;
        var channel = asked.Channel;
        if (_udp is { } udp)
        {
            lock (_flow)
                _flow.Add(track, channel, channel);
            udp.Begin(channel, TransportField.ServerPort(transport), (framed, ct) => TakeDatagramAsync(client, framed, ct), _ending.Token);
            return reply.With("Transport", FormattableString.Invariant($"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"));
        }

        var from = TransportField.Channel(transport) ?? channel;
        lock (_flow)
            _flow.Add(track, from, from);
        return reply;
    }

    private async Task TakeDatagramAsync(NetworkStream client, IReadOnlyList<Memory<byte>> framed, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>(2048);
        var flow = _flow!;
        lock (flow)
        {
            if (framed.Count == 0)
                flow.Idle(output);
            else
                flow.Take(framed, output);
        }

        if (output.WrittenCount > 0)
            await WriteAsync(_toClient, client, output.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    private Task WriteAsync(SemaphoreSlim gate, Stream stream, ReadOnlyMemory<byte> bytes) =>
        WriteAsync(gate, stream, bytes, _ending.Token);

    private static async Task WriteAsync(SemaphoreSlim gate, Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private sealed record PendingRequest(RtspMessage Request, string Sequence)
    {
        public SessionTrack? Track { get; init; }

        public byte Channel { get; init; }

        public bool Retried { get; init; }
    }
}
