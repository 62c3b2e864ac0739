using System.Buffers;
using System.Buffers.Binary;
using ExamMonitor.Capture.Rtsp;

namespace ExamMonitor.Footage.Tests.Field;

/// <summary>A packet on its way.</summary>
/// <param name="Sent">When it was taken, seconds.</param>
/// <param name="Arrives">When it arrives, seconds.</param>
/// <param name="Bytes">In RTSP's frame.</param>
/// <param name="Lost">Whether the network loses it.</param>
internal sealed record FieldPacket(double Sent, double Arrives, byte[] Bytes, bool Lost);

/// <summary>What the camera of a time line sends, packet by packet. Pure.</summary>
internal static class FieldCamera
{
    public static SessionTrack Video { get; } = new("video", 96, "H264", 90_000, "trackID=0");

    public static SessionTrack Sound { get; } = new("audio", 0, "PCMU", 8000, "trackID=1");

    /// <summary>The sessions of a time line: from when to when, and what comes in each.</summary>
    public static IEnumerable<(double From, double To, bool OtherSize, List<FieldPacket> Packets)> Sessions(FieldTimeLine line)
    {
        var from = 0.0;
        var size = false;
        foreach (
            var cut in line
                .Events.Where(e => e.Kind is FieldKind.Reconnect or FieldKind.OtherSize)
                .Append(new(FieldKind.Reconnect, line.Seconds, 0))
        )
        {
            yield return (from, cut.At, size, Packets(line, from, cut.At));
            from = cut.At + cut.Value;
            if (cut.Kind == FieldKind.OtherSize)
                size = !size;
        }
    }

    private static List<FieldPacket> Packets(FieldTimeLine line, double from, double to)
    {
        var (random, packets) = (new Random(line.Seconds + (int)(from * 1000)), new List<FieldPacket>());
        var (sequence, soundSequence, reported) = ((ushort)random.Next(65_536), (ushort)random.Next(65_536), double.MinValue);
        var first = (int)Math.Ceiling(from * line.Fps);
        for (var picture = first; picture < to * line.Fps; picture++)
        {
            var at = (double)picture / line.Fps;
            FieldEvent? In(FieldKind kind) => line.Events.FirstOrDefault(e => e.Kind == kind && at >= e.At && at < e.At + e.Value);
            if (In(FieldKind.PauseTold) is not null || In(FieldKind.PauseUntold) is not null)
                continue;
            var arrives = at + 0.01 + (random.NextDouble() * line.Jitter);
            if (In(FieldKind.Delay) is { } delay)
                arrives = Math.Max(arrives, delay.At + delay.Value);
            if (packets.Count > 0)
                arrives = Math.Max(arrives, packets[^1].Arrives);
            if (at - reported >= 5)
            {
                reported = at;
                var step = line.Events.Where(e => e.Kind == FieldKind.ReportStep && at >= e.At).Sum(e => e.Value);
                packets.Add(
                    new(at, arrives, SenderReports.Format(1, 7, ArchiveBench.Start.AddSeconds(at + step), TimeOf(line, at)), false)
                );
            }

            var key = picture % line.Gop == 0;
            if (key && In(FieldKind.NoKeyFrame) is not null)
                continue;
            for (var part = 0; part < 3; part++)
            {
                var lost = In(FieldKind.Loss) is not null && random.Next(20) == 0;
                packets.Add(
                    new(
                        at,
                        arrives,
                        Rtp(
                            0,
                            96,
                            sequence++,
                            TimeOf(line, at),
                            part == 2,
                            [
                                0x7C,
                                (byte)(
                                    (key ? 5 : 1)
                                    | (
                                        part == 0 ? 0x80
                                        : part == 2 ? 0x40
                                        : 0
                                    )
                                ),
                                1,
                            ]
                        ),
                        lost
                    )
                );
            }

            if (!line.Sound || In(FieldKind.SoundOff) is not null)
                continue;
            packets.Add(new(at, arrives, Rtp(2, 0, soundSequence++, (uint)(at * 8000), false, new byte[8000 / line.Fps]), false));
        }

        return packets;
    }

    // Steps and pauses add up; a time that stood goes on from where it stood.
    private static uint TimeOf(FieldTimeLine line, double at)
    {
        var time = at;
        foreach (var e in line.Events)
        {
            if (e.Kind == FieldKind.TimeStep && at >= e.At)
                time += e.Value;
            if (e.Kind == FieldKind.OtherRate)
                time += (e.Value - 1) * Math.Clamp(at - e.At, 0, 8);
            if (e.Kind is FieldKind.TimeStands or FieldKind.PauseUntold && at >= e.At)
                time -= Math.Min(e.Value, at - e.At);
        }

        return unchecked(line.RtpStart + (uint)(long)Math.Round(time * 90_000));
    }

    private static byte[] Rtp(byte channel, byte type, ushort sequence, uint time, bool marker, byte[] payload)
    {
        var packet = new byte[4 + TrackFlow.HeaderBytes + payload.Length];
        (packet[0], packet[1]) = ((byte)'$', channel);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(packet.Length - 4));
        (packet[4], packet[5]) = (0x80, (byte)(type | (marker ? 0x80 : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), time);
        payload.CopyTo(packet.AsSpan(4 + TrackFlow.HeaderBytes));
        return packet;
    }
}
