using System.Globalization;
using System.Text;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>
/// The address of a stream, with its credentials, as a script of ffmpeg's concat demuxer: read from standard input, so that neither the
/// command line nor a file ever holds a password.
/// </summary>
internal static class ConcatScript
{
    /// <summary>Options of the input that reads the script; <c>-i pipe:0</c> follows them.</summary>
    public static IReadOnlyList<string> InputOptions { get; } =
    [
        "-protocol_whitelist",
        "pipe,rtsp,rtp,udp,tcp,tls,crypto",
        "-f",
        "concat",
        "-safe",
        "0",
        "-analyzeduration",
        "15M",
        "-probesize",
        "20M",
        "-fpsprobesize",
        "0",
    ];

    /// <summary>Writes the script.</summary>
    /// <param name="address">Without user information.</param>
    /// <param name="credentials">Null for none.</param>
    /// <param name="transport">How RTP travels.</param>
    /// <param name="socketTimeout">Silence after which ffmpeg itself gives up.</param>
    public static byte[] Format(Uri address, CameraCredentials? credentials, RtspTransport transport, TimeSpan socketTimeout)
    {
        var text = new StringBuilder("ffconcat version 1.0\n");
        text.Append("file '").Append(WithCredentials(address, credentials).Replace("'", "%27", StringComparison.Ordinal)).Append("'\n");
        Option("rtsp_transport", transport == RtspTransport.Udp ? "udp" : "tcp");
        Option("timeout", ((long)socketTimeout.TotalMicroseconds).ToString(CultureInfo.InvariantCulture));
        // Without this an ONVIF metadata track would be set up too; some cameras then interleave XML that costs a core to scan.
        Option("allowed_media_types", "video+audio");
        // A key frame burst of a 4K camera overruns the default of 384 KiB.
        if (transport == RtspTransport.Udp)
            Option("buffer_size", "2097152");
        // Long, because a camera without sprop-parameter-sets tells its picture size only at the next key frame; ends early when all is
        // known.
        Option("analyzeduration", "15000000");
        Option("probesize", "20000000");
        Option("fpsprobesize", "0");
        return Encoding.UTF8.GetBytes(text.ToString());

        void Option(string key, string value) => text.Append("option ").Append(key).Append(' ').Append(value).Append('\n');
    }

    private static string WithCredentials(Uri address, CameraCredentials? credentials)
    {
        if (credentials is null)
            return address.AbsoluteUri;
        var user = Uri.EscapeDataString(credentials.User) + ":" + Uri.EscapeDataString(credentials.Password);
        return $"{address.Scheme}://{user}@{address.AbsoluteUri[(address.Scheme.Length + 3)..]}";
    }
}
