using System.Buffers.Binary;

namespace ExamMonitor.Capture;

/// <summary>Measures 16-bit samples second by second. Pure but for its own sums; not thread-safe.</summary>
/// <param name="rate">Samples per second and channel, ≥ 1.</param>
/// <param name="channels">Interleaved channels, ≥ 1.</param>
internal sealed class SoundMeter(int rate, int channels)
{
    /// <summary>What G.711 can reach at most is 0.98 of full scale (ITU-T G.711, table 1); a little below counts as full.</summary>
    private const int Full = 31_900;
    private const int LeastRun = 3;
    private const double Silence = -120;
    private readonly Channel[] _channels = new Channel[channels];
    private int _frames;

    /// <summary>Takes samples and hands over each second that they complete.</summary>
    /// <param name="samples">Little endian, interleaved, whole frames.</param>
    /// <param name="into">Takes the seconds.</param>
    public void Add(ReadOnlySpan<byte> samples, ICollection<SoundSecond> into)
    {
        for (var at = 0; at + (2 * channels) <= samples.Length; at += 2 * channels)
        {
            for (var c = 0; c < channels; c++)
                _channels[c].Add(BinaryPrimitives.ReadInt16LittleEndian(samples[(at + (2 * c))..]));
            if (++_frames < rate)
                continue;
            into.Add(Second());
            _frames = 0;
            Array.Clear(_channels);
        }
    }

    private SoundSecond Second()
    {
        double level = Silence,
            peak = Silence,
            clipped = 0;
        foreach (ref var channel in _channels.AsSpan())
        {
            var mean = (double)channel.Sum / _frames;
            level = Math.Max(level, Db(Math.Sqrt(Math.Max(0, ((double)channel.Squares / _frames) - (mean * mean)))));
            peak = Math.Max(peak, Db(channel.Peak));
            clipped = Math.Max(clipped, (double)channel.Clipped / _frames);
        }

        return new(level, peak, clipped);
    }

    private static double Db(double amplitude) => amplitude <= 0 ? Silence : Math.Clamp(20 * Math.Log10(amplitude / 32_768), Silence, 0);

    private struct Channel
    {
        public long Sum;
        public long Squares;
        public int Peak;
        public int Clipped;
        private int _run;
        private int _sign;

        public void Add(short sample)
        {
            var size = Math.Abs((int)sample);
            Sum += sample;
            Squares += (long)size * size;
            Peak = Math.Max(Peak, size);
            var sign = size >= Full ? Math.Sign(sample) : 0;
            _run =
                sign != 0 && sign == _sign ? _run + 1
                : sign != 0 ? 1
                : 0;
            _sign = sign;
            if (_run >= LeastRun)
                Clipped += _run == LeastRun ? LeastRun : 1;
        }
    }
}
