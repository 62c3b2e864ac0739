namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Twenty milliseconds of silence in the codecs that are turned into AAC: an encoder that never sees sound never begins, and nothing is
/// recorded. Pure.
/// </summary>
internal static class SilentSound
{
    /// <summary>RTP payload; null for a codec that needs none or is not known.</summary>
    public static byte[]? Of(SessionTrack track)
    {
        var samples = Math.Max(1, track.ClockRate / 50);
        return track.Codec switch
        {
            "PCMU" => Filled(samples, 0xFF),
            "PCMA" => Filled(samples, 0xD5),
            "G722" => Filled(samples, 0xFA),
            "G726-16" => Filled(samples / 4, 0xFF),
            "G726-24" => Filled(samples * 3 / 8, 0xFF),
            "G726-32" or "AAL2-G726-32" => Filled(samples / 2, 0xFF),
            "G726-40" => Filled(samples * 5 / 8, 0xFF),
            "L16" => Filled(samples * 2, 0),
            "OPUS" => [0xF8, 0xFF, 0xFE],
            _ => null,
        };

        static byte[] Filled(int length, byte value)
        {
            var bytes = new byte[length];
            Array.Fill(bytes, value);
            return bytes;
        }
    }
}
