using System.Buffers;
using System.Buffers.Binary;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>The media of one session on its way from a camera to ffmpeg, batch by batch. Not thread-safe.</summary>
/// <remarks>
/// ffmpeg sees a camera that does nothing wrong: RTP time runs as the arrivals do, sender reports are our own and say so, nothing comes
/// before the
/// first key frame, and a sound that is announced begins, be it with 20 ms of silence.
/// </remarks>
/// <param name="view">Takes what is seen.</param>
/// <param name="time">Clock.</param>
/// <param name="keyFramesOnly">Whether ffmpeg sees key frames alone, once it has seen what lies between a few of them.</param>
internal sealed class MediaFlow(AtomicReference<RelayView> view, TimeProvider time, bool keyFramesOnly = false)
{
    /// <summary>Key frames after which ffmpeg knows the stream: it looks at some pictures before it begins.</summary>
    private const int KeyFramesUntilKnown = 4;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SoundPatience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LeastClockStep = TimeSpan.FromMilliseconds(700);
    private readonly Dictionary<byte, (TrackFlow Flow, bool Reports)> _channels = [];
    private readonly Dictionary<TrackFlow, byte> _targets = [];
    private readonly long _origin = time.GetTimestamp();
    private readonly DateTimeOffset _originUtc = time.GetUtcNow();
    private TimeSpan? _reported;
    private TimeSpan? _firstPicture;
    private bool _primed;
    private long _videoPackets;
    private long _soundPackets;
    private long _lost;
    private bool _sawKeyFrame;
    private bool _known;
    private bool _isBroken;
    private bool _wasBroken;
    private bool _timeStands;
    private long? _firstKeyFrameAt;
    private double? _clockOffsetMs;
    private double? _newestOffsetMs;

    /// <summary>Since the session's start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_origin);

    /// <summary>Whether media of the picture has come.</summary>
    public bool HasPicture => _firstPicture is not null;

    /// <summary>Adds a track.</summary>
    /// <param name="track">As described.</param>
    /// <param name="from">The camera's channel of its RTP; the next one is that of its RTCP.</param>
    /// <param name="to">The same towards ffmpeg.</param>
    public void Add(SessionTrack track, byte from, byte to)
    {
        var flow = new TrackFlow(track);
        _channels[from] = (flow, false);
        _channels[(byte)(from + 1)] = (flow, true);
        _targets[flow] = to;
        if (track.IsAudio)
            view.Change(v => v with { SoundAnnounced = true });
    }

    /// <summary>Takes what came together.</summary>
    /// <param name="packets">In RTSP's frames; written over.</param>
    /// <param name="into">Takes what ffmpeg is to see.</param>
    public void Take(IReadOnlyList<Memory<byte>> packets, IBufferWriter<byte> into)
    {
        var arrived = Elapsed;
        Report(arrived, into);
        var (videoBefore, soundBefore) = (_videoPackets, _soundPackets);
        var spans = Spans(packets);
        foreach (var packet in packets)
        {
            if (!_channels.TryGetValue(packet.Span[1], out var channel))
                continue;
            if (channel.Reports)
                MeasureClock(packet.Span[4..], arrived);
            else if (
                channel.Flow.IsRtp(packet.Span[4..])
                && channel.Flow.IsOwn(packet.Span[4..], arrived.Ticks)
                && Pass(channel.Flow, packet, arrived, spans.GetValueOrDefault(channel.Flow))
            )
                into.Write(packet.Span);
        }

        Note(videoBefore, soundBefore);
        Prime(arrived, into);
    }

    /// <summary>
    /// What ffmpeg is told when nothing came: without it, it would take the connection for dead while it waits for a key frame.
    /// </summary>
    public void Idle(IBufferWriter<byte> into)
    {
        var now = Elapsed;
        if (!_sawKeyFrame && _videoPackets > 0)
            Report(now, into);
        Prime(now, into);
    }

    private Dictionary<TrackFlow, long> Spans(IReadOnlyList<Memory<byte>> packets)
    {
        var spans = new Dictionary<TrackFlow, long>();
        for (var i = packets.Count - 1; i >= 0; i--)
        {
            if (_channels.TryGetValue(packets[i].Span[1], out var channel) && !channel.Reports && !spans.ContainsKey(channel.Flow))
                spans[channel.Flow] = channel.Flow.SpanTo(packets[i].Span[4..]);
        }

        return spans;
    }

    private bool Pass(TrackFlow flow, Memory<byte> framed, TimeSpan arrived, long follows)
    {
        var packet = framed.Span[4..];
        var (missing, step) = flow.Take(packet, arrived.Ticks, follows);
        framed.Span[1] = _targets[flow];
        if (!flow.Track.IsVideo)
        {
            _soundPackets++;
            return _sawKeyFrame && !_known;
        }

        if (step is { } seconds)
            Stepped(seconds * 1000);
        _firstPicture ??= arrived;
        if (flow.SawKeyFrame)
            _firstKeyFrameAt ??= _origin + (long)(flow.Media.TotalSeconds * time.TimestampFrequency);
        _videoPackets++;
        _wasBroken |= missing > 0 || flow.IsBroken;
        (_sawKeyFrame, _isBroken, _lost, _timeStands) = (flow.SawKeyFrame, flow.IsBroken, flow.Packets.Lost, flow.TimeStands);
        _known = keyFramesOnly && flow.KeyFramesBegun >= KeyFramesUntilKnown;
        return (_known ? flow.IsKeyFrame : flow.SawKeyFrame) || KeyFrames.IsParameterSet(flow.Track.Codec, TrackFlow.Payload(packet));
    }

    // Once for what came together: a camera sends hundreds of packets a second.
    private void Note(long videoBefore, long soundBefore)
    {
        if (_videoPackets == videoBefore && _soundPackets == soundBefore)
            return;
        var (stamp, now) = (time.GetTimestamp(), time.GetUtcNow());
        view.Change(v =>
            v with
            {
                VideoPackets = _videoPackets,
                LastVideo = _videoPackets > videoBefore ? stamp : v.LastVideo,
                SoundPackets = _soundPackets,
                LastSound = _soundPackets > soundBefore ? stamp : v.LastSound,
                SawKeyFrame = _sawKeyFrame,
                FirstKeyFrameAt = _firstKeyFrameAt,
                VideoLost = _lost,
                TimeStands = _timeStands,
                BrokenSinceUtc = _isBroken ? v.BrokenSinceUtc ?? now : null,
                LastBrokenUtc = _wasBroken ? now : v.LastBrokenUtc,
            }
        );
        _wasBroken = false;
    }

    private void MeasureClock(ReadOnlySpan<byte> report, TimeSpan arrived)
    {
        if (SenderReports.ClockOf(report) is not { } clock)
            return;
        // By the clock of the session: a step of this computer's own clock is none of the camera's.
        var offset = (clock - (_originUtc + arrived)).TotalMilliseconds;
        // A report that the network held back looks like a clock that is behind: what two reports agree on is the clock.
        var agrees = _newestOffsetMs is not { } newest || Math.Abs(offset - newest) < LeastClockStep.TotalMilliseconds / 2;
        _newestOffsetMs = offset;
        if (!agrees)
            return;
        if (_clockOffsetMs is { } before && Math.Abs(offset - before) >= LeastClockStep.TotalMilliseconds)
            Stepped(offset - before);
        _clockOffsetMs = offset;
        view.Change(v => v with { ClockOffsetMs = Math.Round((clock - time.GetUtcNow()).TotalMilliseconds) });
    }

    private void Stepped(double milliseconds) =>
        view.Change(v => v with { Steps = v.Steps + 1, Step = new(time.GetUtcNow(), Math.Round(milliseconds)) });

    private void Report(TimeSpan now, IBufferWriter<byte> into)
    {
        if (now - _reported < ReportEvery)
            return;
        _reported = now;
        foreach (var (flow, target) in _targets)
        {
            var media = (long)((Int128)now.Ticks * flow.Track.ClockRate / TimeSpan.TicksPerSecond);
            into.Write(SenderReports.Format((byte)(target + 1), flow.Source, _originUtc + now, unchecked(TrackFlow.Origin + (uint)media)));
        }
    }

    private void Prime(TimeSpan now, IBufferWriter<byte> into)
    {
        if (_primed || _firstPicture is not { } first || !_sawKeyFrame || now - first < SoundPatience)
            return;
        _primed = true;
        foreach (var (flow, target) in _targets.Where(t => t.Key.Track.IsAudio && t.Key.Packets.Received == 0))
        {
            if (SilentSound.Of(flow.Track) is not { } silence)
                continue;
            for (var i = 0; i < 2; i++)
                into.Write(Packet(flow.Track, target, i, now + TimeSpan.FromMilliseconds(20 * i), silence));
        }
    }

    private static byte[] Packet(SessionTrack track, byte target, int number, TimeSpan at, byte[] payload)
    {
        var packet = new byte[4 + TrackFlow.HeaderBytes + payload.Length];
        (packet[0], packet[1]) = ((byte)'$', target);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(packet.Length - 4));
        (packet[4], packet[5]) = (0x80, (byte)track.PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)number);
        var media = (long)((Int128)at.Ticks * track.ClockRate / TimeSpan.TicksPerSecond);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), unchecked(TrackFlow.Origin + (uint)media));
        payload.CopyTo(packet.AsSpan(4 + TrackFlow.HeaderBytes));
        return packet;
    }
}
