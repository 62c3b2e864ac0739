using System.Globalization;
using System.Text;
using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.CameraSimulator.Streaming;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>Writes the session description (RFC 4566) of a stream.</summary>
internal static class SessionDescription
{
    public static string Format(CameraStream stream, string host, CameraFault? declared)
    {
        var clip = stream.Configured[0];
        var rate = declared?.KilobitsPerSecond ?? (int)Math.Ceiling(clip.BitsPerSecond / 1000);
        var frames = declared?.FramesPerSecond ?? clip.FramesPerSecond;
        var ip = host.Contains(':', StringComparison.Ordinal) ? $"IP6 {host}" : $"IP4 {host}";
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"v=0\r\no=- 1 1 IN {ip}\r\ns=Camera\r\nc=IN {(ip.StartsWith("IP6", StringComparison.Ordinal) ? "IP6 ::" : "IP4 0.0.0.0")}\r\n"
        );
        text.Append("t=0 0\r\na=control:*\r\na=range:npt=now-\r\n");
        foreach (var track in stream.Tracks)
        {
            var type = track.Rtp.PayloadType;
            text.Append(CultureInfo.InvariantCulture, $"m={(track.Description.IsVideo ? "video" : "audio")} 0 RTP/AVP {type}\r\n");
            if (track.Description.IsVideo)
            {
                text.Append(CultureInfo.InvariantCulture, $"b=AS:{rate}\r\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"a=rtpmap:{type} {Encoding(track.Description)}\r\n");
            text.Append(Parameters(track.Description) is { } parameters ? $"a=fmtp:{type} {parameters}\r\n" : string.Empty);
            if (track.Description.IsVideo)
            {
                text.Append(CultureInfo.InvariantCulture, $"a=framerate:{frames:0.###}\r\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"a=control:trackID={track.Index}\r\n");
        }

        return text.ToString();
    }

    private static string Encoding(ClipTrack track) =>
        track.Codec switch
        {
            Codec.H264 => "H264/90000",
            Codec.H265 => "H265/90000",
            Codec.Aac => string.Create(CultureInfo.InvariantCulture, $"mpeg4-generic/{track.Clock}/{track.Channels}"),
            Codec.Pcma => string.Create(CultureInfo.InvariantCulture, $"PCMA/{track.Clock}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"PCMU/{track.Clock}"),
        };

    private static string? Parameters(ClipTrack track) =>
        track.Codec switch
        {
            Codec.H264 =>
                $"packetization-mode=1;profile-level-id={Convert.ToHexString(track.ParameterSets[0].AsSpan(1, 3))};sprop-parameter-sets="
                    + string.Join(',', track.ParameterSets.Select(Convert.ToBase64String)),
            Codec.H265 => string.Join(
                ';',
                track
                    .ParameterSets.GroupBy(s => (s[0] >> 1) & 0x3F)
                    .Select(g =>
                        $"sprop-{(g.Key == 32 ? "vps" : g.Key == 33 ? "sps" : "pps")}={string.Join(',', g.Select(Convert.ToBase64String))}"
                    )
            ),
            Codec.Aac => "streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config="
                + Convert.ToHexString(track.AudioConfig),
            _ => null,
        };
}
