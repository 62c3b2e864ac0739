namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>The sample tables of one track, ISO/IEC 14496-12 section 8.6 and 8.7, folded into samples.</summary>
internal static class SampleTable
{
    /// <summary>More samples than this (a day at 120 per second) are refused.</summary>
    private const int MaxSamples = 10_368_000;

    public static Sample[] Read(Box table, long timescale, long shift, bool isVideo)
    {
        var sizes = table.Find("stsz");
        var constantSize = sizes.U32(4);
        var count = constantSize == 0 ? sizes.Count(8, 4) : (int)Math.Min(sizes.U32(8), int.MaxValue);
        if (count > MaxSamples)
        {
            throw table.Broken($"{count} samples are more than {MaxSamples}");
        }

        if ((long)count * Math.Max(constantSize, 1) > table.File.Length)
        {
            throw table.Broken("the samples are larger than the file");
        }

        var samples = new Sample[count];
        Place(table, samples, i => constantSize == 0 ? sizes.U32(12 + (i * 4)) : constantSize);
        Time(table, samples, timescale, shift);
        Mark(table, samples, isVideo);
        return samples;
    }

    private static void Place(Box table, Sample[] samples, Func<int, uint> sizeOf)
    {
        var chunks = table.Find("stsc");
        var runs = chunks.Count(4, 12);
        var wide = !table.TryFind("stco", out var offsets);
        offsets = wide ? table.Find("co64") : offsets;
        var chunkCount = offsets.Count(4, wide ? 8 : 4);
        int sample = 0,
            run = -1;
        for (var chunk = 1; chunk <= chunkCount && sample < samples.Length; chunk++)
        {
            while (run + 1 < runs && chunks.U32(8 + ((run + 1) * 12)) <= chunk)
            {
                run++;
            }

            var inChunk = run < 0 ? throw chunks.Broken("the first chunk is described by nothing") : chunks.U32(12 + (run * 12));
            var offset = wide ? offsets.U64(8 + ((chunk - 1) * 8)) : offsets.U32(8 + ((chunk - 1) * 4));
            for (var i = 0u; i < inChunk && sample < samples.Length; i++, sample++)
            {
                var size = sizeOf(sample);
                if (size > table.File.Length || offset > (ulong)table.File.Length - size)
                {
                    throw table.Broken($"sample {sample + 1} lies outside the file");
                }

                samples[sample] = samples[sample] with { Offset = (int)offset, Size = (int)size };
                offset += size;
            }
        }

        if (sample < samples.Length)
        {
            throw table.Broken($"only {sample} of {samples.Length} samples have a place");
        }
    }

    private static void Time(Box table, Sample[] samples, long timescale, long shift)
    {
        var times = table.Find("stts");
        var runs = times.Count(4, 8);
        var sample = 0;
        var dts = 0L;
        for (var run = 0; run < runs; run++)
        {
            var length = times.U32(12 + (run * 8));
            for (var left = times.U32(8 + (run * 8)); left > 0 && sample < samples.Length; left--, sample++)
            {
                var at = Flicks.From(dts, timescale) + shift;
                samples[sample] = samples[sample] with { Dts = at, Pts = at };
                dts += length;
            }
        }

        if (sample < samples.Length)
        {
            throw times.Broken($"only {sample} of {samples.Length} samples have a time");
        }

        if (table.TryFind("ctts", out var composition))
        {
            Compose(composition, samples, timescale);
        }
    }

    /// <summary>Adds composition offsets; version 0 is read as signed too, since writers use it so.</summary>
    private static void Compose(Box composition, Sample[] samples, long timescale)
    {
        var runs = composition.Count(4, 8);
        var sample = 0;
        for (var run = 0; run < runs; run++)
        {
            var offset = Flicks.From((int)composition.U32(12 + (run * 8)), timescale);
            for (var left = composition.U32(8 + (run * 8)); left > 0 && sample < samples.Length; left--, sample++)
            {
                samples[sample] = samples[sample] with { Pts = samples[sample].Dts + offset };
            }
        }
    }

    /// <summary>Marks sync samples; a video track without the table has only such samples.</summary>
    private static void Mark(Box table, Sample[] samples, bool isVideo)
    {
        if (!isVideo || !table.TryFind("stss", out var sync))
        {
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = samples[i] with { IsSync = true };
            }

            return;
        }

        var count = sync.Count(4, 4);
        for (var i = 0; i < count; i++)
        {
            var number = sync.U32(8 + (i * 4));
            if (number == 0 || number > samples.Length)
            {
                throw sync.Broken($"key frame {number} does not exist");
            }

            samples[number - 1] = samples[number - 1] with { IsSync = true };
        }
    }
}
