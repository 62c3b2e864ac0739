using System.Buffers;
using System.Buffers.Binary;
using ExamMonitor.Capture.Rtsp;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>A sub-stream of which ffmpeg wants key frames alone: what lies between stays at the relay.</summary>
public sealed class KeyFramesOnlyTests
{
    private const byte Sps = 7;
    private const byte Pps = 8;
    private const byte Idr = 5;
    private const byte Other = 1;
    private static readonly SessionTrack s_video = new("video", 96, "H264", 90_000, "track=0");
    private static readonly SessionTrack s_sound = new("audio", 97, "PCMU", 8_000, "track=1");
    private readonly AtomicReference<RelayView> _view = new(new());
    private ushort _number;

    [Fact]
    public void StreamThatIsKnown_PassesKeyFramesAndTheirParameterSets_AndCountsTheRest()
    {
        var flow = new MediaFlow(_view, TimeProvider.System, keyFramesOnly: true);
        flow.Add(s_video, 0, 0);
        flow.Add(s_sound, 2, 2);
        for (var group = 0; group < 10; group++)
        {
            var passed = Take(flow, [.. Group(group), Packet(2, 97, 8000u * (uint)group, [0xFF])]);
            byte[] keyFrame = [Sps, Pps, 28, 28, 28];
            byte[] everything = [Sps, Pps, 28, 28, 28, Other, Other, Other, 0xFF & 31];
            // ffmpeg looks at what lies between the first three.
            Assert.Equal(group < 3 ? everything : keyFrame, passed);
        }

        Assert.Equal((80, 10, 0L), (_view.Value.VideoPackets, _view.Value.SoundPackets, _view.Value.VideoLost));
    }

    [Fact]
    public void RecordedStream_PassesEverything()
    {
        var flow = new MediaFlow(_view, TimeProvider.System);
        flow.Add(s_video, 0, 0);
        for (var group = 0; group < 6; group++)
            Assert.Equal(8, Take(flow, [.. Group(group)]).Length);
    }

    /// <summary>Parameter sets and a key frame in three fragments (FU-A, RFC 6184 5.8), then three other pictures.</summary>
    private IEnumerable<byte[]> Group(int group)
    {
        var at = 90_000u * (uint)group;
        yield return Packet(0, 96, at, [Sps, 1]);
        yield return Packet(0, 96, at, [Pps, 1]);
        yield return Packet(0, 96, at, [28, 0x80 | Idr, 1]);
        yield return Packet(0, 96, at, [28, Idr, 1]);
        yield return Packet(0, 96, at, [28, 0x40 | Idr, 1]);
        for (var i = 1u; i < 4; i++)
            yield return Packet(0, 96, at + (i * 22_500), [Other, 1]);
    }

    private byte[] Packet(byte channel, byte type, uint time, byte[] payload)
    {
        var packet = new byte[16 + payload.Length];
        (packet[0], packet[1], packet[4], packet[5]) = ((byte)'$', channel, 0x80, type);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(packet.Length - 4));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), channel == 0 ? _number++ : (ushort)(time / 8000));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), time);
        payload.CopyTo(packet, 16);
        return packet;
    }

    /// <summary>The kind of unit of each packet of media that ffmpeg is given.</summary>
    private static byte[] Take(MediaFlow flow, IEnumerable<byte[]> packets)
    {
        var output = new ArrayBufferWriter<byte>();
        flow.Take([.. packets.Select(p => p.AsMemory())], output);
        var units = new List<byte>();
        for (var rest = output.WrittenSpan; rest.Length > 0; rest = rest[(4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))..])
        {
            // Odd channels carry reports.
            if (rest[1] % 2 == 0)
                units.Add((byte)(rest[16] & 31));
        }

        return [.. units];
    }
}
