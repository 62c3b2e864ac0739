using System.Net;
using ExamMonitor.CameraSimulator.Rtp;

namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>
/// One client that has set up tracks of one stream. Media arrives from the stream's tick; the rest from the connection's thread.
/// </summary>
internal sealed class ClientSession(CameraStream stream, ConnectionOutput output, SentCounter sent, Action endConnection)
{
    private readonly TrackDelivery?[] _tracks = new TrackDelivery?[stream.Tracks.Count];

    private TimeSpan _startedAt = TimeSpan.MinValue;

    private bool _delivering;

    private long _lastHeard;

    public string Id { get; } = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    public CameraStream Stream => stream;

    public bool IsPlaying { get; private set; }

    public bool HasTracks => _tracks.Any(t => t is not null);

    private bool UsesUdp => _tracks.Any(t => t?.Udp is not null);

    /// <summary>Notes that the client is alive.</summary>
    public void Heard(TimeSpan elapsed) => Interlocked.Exchange(ref _lastHeard, elapsed.Ticks);

    /// <summary>Sets a track up over TCP; a track set up before is replaced.</summary>
    public void SetUp(StreamTrack track, byte rtpChannel, byte rtcpChannel)
    {
        _tracks[track.Index]?.Udp?.Dispose();
        _tracks[track.Index] = new TrackDelivery(track) { RtpChannel = rtpChannel, RtcpChannel = rtcpChannel };
    }

    /// <summary>Sets a track up over UDP.</summary>
    public void SetUp(StreamTrack track, UdpPair udp)
    {
        _tracks[track.Index]?.Udp?.Dispose();
        _tracks[track.Index] = new TrackDelivery(track) { Udp = udp };
    }

    public void Play()
    {
        if (!IsPlaying)
        {
            IsPlaying = true;
            _delivering = false;
            _startedAt = TimeSpan.MinValue;
            stream.Add(this);
        }
    }

    public void Pause()
    {
        stream.Remove(this);
        IsPlaying = false;
    }

    /// <summary>Ends the session; says goodbye unless the connection is to be reset.</summary>
    public void End(bool sayBye)
    {
        Pause();
        foreach (var track in _tracks)
        {
            if (track is not null && sayBye)
            {
                SendControl(track, Rtcp.Bye(track.Track.Rtp.Ssrc));
            }

            track?.Udp?.Dispose();
        }

        Array.Clear(_tracks);
    }

    public void Send(StreamTrack track, bool isSync, PacketBatch batch, TickMoment moment)
    {
        if (!_delivering)
        {
            var hasVideo = _tracks[0] is not null;
            if (hasVideo && !(track.Index == 0 && (isSync || moment.MidGroup)))
            {
                return;
            }

            // The reports go first: with them the client can put sound and picture on one clock from the first packet on.
            _delivering = true;
            Report(moment);
        }

        if (_tracks[track.Index] is not { } delivery || delivery.MustSkip(output, isSync, sent))
        {
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (delivery.Udp is { } udp)
            {
                udp.Send(batch.Datagram(i), moment);
            }
            else
            {
                output.Append(batch[i], delivery.RtpChannel);
            }
        }

        delivery.Packets += (uint)batch.Count;
        delivery.PayloadBytes += (uint)batch.PayloadBytes;
        sent.AddBytes(batch.PayloadBytes + (batch.Count * 12));
    }

    /// <summary>Reports if it is time, hands what was appended to the network, and ends the session when it is over.</summary>
    public void Flush(TickMoment moment)
    {
        if (_startedAt == TimeSpan.MinValue)
        {
            _startedAt = moment.Elapsed;
        }

        if (
            _delivering
            && !moment.IsSilent
            && moment.Elapsed - _tracks.Max(t => t?.ReportedAt ?? TimeSpan.MinValue) >= moment.ReportInterval
        )
        {
            Report(moment);
        }

        foreach (var track in _tracks)
        {
            track?.Udp?.SendHeld(moment.Elapsed);
        }

        output.Flush();
        var silentFor = moment.Elapsed - TimeSpan.FromTicks(Interlocked.Read(ref _lastHeard));
        if ((moment.RestartAfter is { } limit && moment.Elapsed - _startedAt >= limit) || (UsesUdp && silentFor > moment.SessionTimeout))
        {
            endConnection();
        }
    }

    private void Report(TickMoment moment)
    {
        foreach (var track in _tracks)
        {
            if (track is not null)
            {
                track.ReportedAt = moment.Elapsed;
                if (!moment.NoReports)
                {
                    var rtp = track.Track.Rtp;
                    SendControl(
                        track,
                        Rtcp.SenderReport(rtp.Ssrc, moment.CameraClock, rtp.Timestamp(moment.Timeline), track.Packets, track.PayloadBytes)
                    );
                }
            }
        }
    }

    private void SendControl(TrackDelivery track, byte[] framed)
    {
        if (track.Udp is { } udp)
        {
            udp.SendControl(framed.AsMemory(PacketBatch.Prefix));
        }
        else
        {
            output.Append(framed, track.RtcpChannel);
        }

        sent.AddBytes(framed.Length - PacketBatch.Prefix);
    }
}

/// <summary>How one track reaches one client, and what was sent to it.</summary>
internal sealed class TrackDelivery(StreamTrack track)
{
    private bool _skipping;

    public StreamTrack Track => track;

    public byte RtpChannel { get; init; }

    public byte RtcpChannel { get; init; }

    public UdpPair? Udp { get; init; }

    public uint Packets { get; set; }

    public uint PayloadBytes { get; set; }

    public TimeSpan ReportedAt { get; set; } = TimeSpan.MinValue;

    /// <summary>A client that does not read loses whole frames, video up to the next key frame, as it would with a camera.</summary>
    public bool MustSkip(ConnectionOutput output, bool isSync, SentCounter sent)
    {
        if (Udp is not null || (!output.IsFull && (!_skipping || isSync)))
        {
            _skipping = false;
            return false;
        }

        _skipping = true;
        sent.AddDropped();
        return true;
    }
}

/// <summary>Counters of one camera; safe from any thread.</summary>
internal sealed class SentCounter
{
    private long _bytes;

    private long _dropped;

    public long Bytes => Interlocked.Read(ref _bytes);

    public long DroppedFrames => Interlocked.Read(ref _dropped);

    public void AddBytes(int count) => Interlocked.Add(ref _bytes, count);

    public void AddDropped() => Interlocked.Increment(ref _dropped);
}

/// <summary>The client's side of a UDP transport.</summary>
/// <param name="Address">The client's address, always that of its RTSP connection: nobody can aim the stream at another.</param>
/// <param name="RtpPort">Where RTP goes.</param>
/// <param name="RtcpPort">Where RTCP goes.</param>
internal sealed record UdpClientPorts(IPAddress Address, int RtpPort, int RtcpPort);
