namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>The codecs that can be served.</summary>
internal enum Codec
{
    H264,
    H265,
    Aac,
    Pcma,
    Pcmu,
}

/// <summary>One coded sample; times in flicks from the clip's presentation start.</summary>
internal readonly record struct Sample(long Dts, long Pts, int Offset, int Size, bool IsSync);

/// <summary>A track: samples in decoding order, which point into <see cref="Media"/>.</summary>
internal sealed class ClipTrack
{
    public required Codec Codec { get; init; }

    public required byte[] Media { get; init; }

    public required Sample[] Samples { get; init; }

    /// <summary>Length of a sample in the track's ordinary case, in flicks.</summary>
    public required long SampleLength { get; init; }

    /// <summary>RTP clock in Hz: 90 000 for video, the sample rate for sound.</summary>
    public required int Clock { get; init; }

    public int Channels { get; init; } = 1;

    /// <summary>AudioSpecificConfig of AAC.</summary>
    public byte[] AudioConfig { get; init; } = [];

    /// <summary>VPS, SPS and PPS, in sending order.</summary>
    public byte[][] ParameterSets { get; init; } = [];

    /// <summary>Bytes of a NAL unit's length field: 1, 2 or 4.</summary>
    public int NalLengthBytes { get; init; } = 4;

    public bool IsVideo => Codec is Codec.H264 or Codec.H265;
}

/// <summary>A clip in memory, read once and shared by every stream that plays it. Immutable.</summary>
internal sealed record Clip(string Name, ClipTrack Video, ClipTrack? Audio, long Length)
{
    /// <summary>Mean bit rate of everything in it.</summary>
    public double BitsPerSecond =>
        (Video.Samples.Sum(s => (long)s.Size) + (Audio?.Samples.Sum(s => (long)s.Size) ?? 0)) * 8 / Flicks.ToSeconds(Length);

    public double FramesPerSecond => Video.Samples.Length / Flicks.ToSeconds(Length);
}

/// <summary>Media time in units of 1/705 600 000 s, which is a whole number of units for every usual frame and sample rate.</summary>
internal static class Flicks
{
    public const long PerSecond = 705_600_000;

    public static long From(long value, long timescale) => (long)((Int128)value * PerSecond / timescale);

    public static double ToSeconds(long flicks) => (double)flicks / PerSecond;

    public static long From(TimeSpan time) => (long)((Int128)time.Ticks * PerSecond / TimeSpan.TicksPerSecond);

    /// <summary>The RTP time of a media time, modulo 2^32.</summary>
    public static uint ToRtp(long flicks, int clock) =>
        unchecked((uint)(long)Int128.Clamp((Int128)flicks * clock / PerSecond, long.MinValue, long.MaxValue));
}

/// <summary>The file is no clip that can be served; the message says what is wrong with it and how to mend it.</summary>
public sealed class InvalidClipException : Exception
{
    /// <summary>With the file's name, what is wrong and a hint.</summary>
    public InvalidClipException(string name, string what, string hint)
        : base($"{name}: {what}. {hint}.") { }

    /// <summary>With the file's name, what is wrong, a hint and the cause.</summary>
    public InvalidClipException(string name, string what, string hint, Exception inner)
        : base($"{name}: {what}. {hint}.", inner) { }
}
