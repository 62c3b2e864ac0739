namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>G.711 sound: from a file, or synthesised.</summary>
internal static class G711
{
    private const int PacketsPerSecond = 50;

    /// <summary>Joins the one-byte samples of a file into packets of 20 ms.</summary>
    public static ClipTrack Regroup(SampleDescription description, byte[] file, Sample[] samples)
    {
        var media = new byte[samples.Sum(s => (long)s.Size)];
        var at = 0;
        foreach (var sample in samples)
        {
            file.AsSpan(sample.Offset, sample.Size).CopyTo(media.AsSpan(at));
            at += sample.Size;
        }

        return Packets(description.Codec, media, description.Clock, samples.Length > 0 ? samples[0].Pts : 0);
    }

    /// <summary>A quiet 1 kHz tone and a click of 5 ms on each whole second, as long as the clip.</summary>
    public static ClipTrack Synthesise(Codec codec, long length)
    {
        const int rate = 8000;
        var media = new byte[(int)(Flicks.ToSeconds(length) * rate)];
        for (var i = 0; i < media.Length; i++)
        {
            var tone = 0.02 * Math.Sin(2 * Math.PI * 1000 * i / rate);
            var click = i % rate < rate / 200 ? 0.7 * Math.Sin(2 * Math.PI * 3000 * i / rate) : 0;
            var level = (int)((tone + click) * 32767);
            media[i] = codec == Codec.Pcma ? ALaw(level) : MuLaw(level);
        }

        return Packets(codec, media, rate, 0);
    }

    private static ClipTrack Packets(Codec codec, byte[] media, int rate, long start)
    {
        var size = Math.Max(rate / PacketsPerSecond, 1);
        var samples = new Sample[media.Length / size];
        for (var i = 0; i < samples.Length; i++)
        {
            var time = start + Flicks.From((long)i * size, rate);
            samples[i] = new Sample(time, time, i * size, size, IsSync: true);
        }

        return new ClipTrack
        {
            Codec = codec,
            Media = media,
            Samples = samples,
            SampleLength = Flicks.From(size, rate),
            Clock = rate,
        };
    }

    /// <summary>ITU-T G.711 table 1: 13 bits signed to 8, even bits inverted.</summary>
    private static byte ALaw(int level)
    {
        var sign = level >= 0 ? 0x80 : 0;
        var magnitude = Math.Min(level >= 0 ? level >> 3 : ~(level >> 3), 4095);
        var segment = Math.Max(System.Numerics.BitOperations.Log2((uint)Math.Max(magnitude, 1)) - 4, 0);
        var code = segment == 0 ? magnitude >> 1 : ((segment) << 4) | ((magnitude >> segment) & 15);
        return (byte)((sign | code) ^ 0x55);
    }

    /// <summary>ITU-T G.711 table 2: 14 bits signed to 8, all bits inverted.</summary>
    private static byte MuLaw(int level)
    {
        var sign = level < 0 ? 0x80 : 0;
        var magnitude = Math.Min(Math.Abs(level >> 2), 8158) + 33;
        var segment = System.Numerics.BitOperations.Log2((uint)magnitude) - 5;
        return (byte)~(sign | (segment << 4) | ((magnitude >> (segment + 1)) & 15));
    }
}
