using System.Buffers.Binary;
using ExamMonitor.CameraSimulator.Clips;

namespace ExamMonitor.CameraSimulator.Rtp;

/// <summary>
/// Cuts a sample into RTP packets: RFC 6184 (single NAL unit, FU-A), RFC 7798 (single, FU), RFC 3640 (AAC-hbr), RFC 3551 (G.711).
/// </summary>
internal static class Packetizer
{
    /// <summary>The largest RTP payload: fits an Ethernet frame with room for tunnels.</summary>
    public const int MaxPayloadBytes = 1400;

    public static void Pack(ClipTrack track, Sample sample, RtpTrackState state, uint timestamp, PacketBatch batch)
    {
        var data = track.Media.AsSpan(sample.Offset, sample.Size);
        switch (track.Codec)
        {
            case Codec.H264 or Codec.H265:
                PackPicture(track, data, sample.IsSync, state, timestamp, batch);
                break;
            case Codec.Aac:
                PackAac(data, state, timestamp, batch);
                break;
            default:
                data.CopyTo(batch.Add(state, timestamp, marker: false, data.Length));
                break;
        }
    }

    private static void PackPicture(
        ClipTrack track,
        ReadOnlySpan<byte> data,
        bool isSync,
        RtpTrackState state,
        uint timestamp,
        PacketBatch batch
    )
    {
        if (isSync)
        {
            // A clip may follow another with other parameter sets: the ones in force go before each key frame.
            foreach (var set in track.ParameterSets)
            {
                set.CopyTo(batch.Add(state, timestamp, marker: false, set.Length));
            }
        }

        while (data.Length > track.NalLengthBytes)
        {
            var length = track.NalLengthBytes switch
            {
                1 => data[0],
                2 => BinaryPrimitives.ReadUInt16BigEndian(data),
                _ => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(data), int.MaxValue),
            };
            data = data[track.NalLengthBytes..];
            length = Math.Min(length, data.Length);
            var unit = data[..length];
            data = data[length..];
            if (unit.Length >= 3)
            {
                PackUnit(track.Codec, unit, data.Length <= track.NalLengthBytes, state, timestamp, batch);
            }
        }
    }

    private static void PackUnit(Codec codec, ReadOnlySpan<byte> unit, bool last, RtpTrackState state, uint timestamp, PacketBatch batch)
    {
        if (unit.Length <= MaxPayloadBytes)
        {
            unit.CopyTo(batch.Add(state, timestamp, last, unit.Length));
            return;
        }

        // FU-A: the NAL header becomes indicator (type 28) and FU header. H.265 FU: two header bytes (type 49) and FU header.
        var hevc = codec == Codec.H265;
        var headerBytes = hevc ? 2 : 1;
        ReadOnlySpan<byte> indicator = hevc ? [(byte)((unit[0] & 0x81) | (49 << 1)), unit[1]] : [(byte)((unit[0] & 0xE0) | 28)];
        var type = hevc ? (unit[0] >> 1) & 0x3F : unit[0] & 0x1F;
        var rest = unit[headerBytes..];
        for (var first = true; !rest.IsEmpty; first = false)
        {
            var part = rest[..Math.Min(rest.Length, MaxPayloadBytes - headerBytes - 1)];
            rest = rest[part.Length..];
            var payload = batch.Add(state, timestamp, last && rest.IsEmpty, headerBytes + 1 + part.Length);
            indicator.CopyTo(payload);
            payload[headerBytes] = (byte)(type | (first ? 0x80 : 0) | (rest.IsEmpty ? 0x40 : 0));
            part.CopyTo(payload[(headerBytes + 1)..]);
        }
    }

    /// <summary>
    /// One access unit: AU-headers-length 16 bits, then a 13-bit size and a 3-bit index. Longer units are fragmented under the same header.
    /// </summary>
    private static void PackAac(ReadOnlySpan<byte> data, RtpTrackState state, uint timestamp, PacketBatch batch)
    {
        var header = (ushort)(Math.Min(data.Length, 0x1FFF) << 3);
        for (var rest = data; !rest.IsEmpty; )
        {
            var part = rest[..Math.Min(rest.Length, MaxPayloadBytes - 4)];
            rest = rest[part.Length..];
            var payload = batch.Add(state, timestamp, rest.IsEmpty, 4 + part.Length);
            BinaryPrimitives.WriteUInt16BigEndian(payload, 16);
            BinaryPrimitives.WriteUInt16BigEndian(payload[2..], header);
            part.CopyTo(payload[4..]);
        }
    }
}
