namespace ExamMonitor.Media;

/// <summary>Reads <c>moof</c>. Nothing is allocated by a count that the box merely claims.</summary>
internal static class MovieFragmentParser
{
    // No camera's run lasts 272 years; beyond it 90 kHz ticks would overflow.
    private const ulong MaxSeconds = 1UL << 33;

    private const uint NonSync = 0x10000;

    /// <summary>Samples per track of the fragment in <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The fragment up to and including <c>moof</c>.</param>
    /// <param name="moofAt">Where <c>moof</c> begins in it.</param>
    /// <param name="origin">Where <paramref name="bytes"/> begin in the stream.</param>
    /// <param name="initialization">Tracks and defaults.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="reach">Bytes from the start of <c>moof</c> to the end of its last sample.</param>
    public static List<TrackRun> Parse(
        ReadOnlySpan<byte> bytes,
        int moofAt,
        long origin,
        InitializationSegment initialization,
        FragmentReaderOptions options,
        out long reach
    )
    {
        var buffer = new BoxBuffer(bytes, origin);
        var moof = buffer.BoxAt(moofAt, bytes.Length);
        var state = new RunState { SamplesLeft = options.MaxSamples };
        var runs = new List<TrackRun>();
        foreach (var box in buffer.Children(moof.BodyOffset, moof.End))
        {
            if (box.Type != FourCc.Traf)
                continue;
            if (runs.Count == options.MaxTracks)
                throw buffer.Bad(box.Offset, $"More than {options.MaxTracks} \"traf\" boxes");
            runs.Add(ParseTrack(buffer, box, initialization, ref state));
        }

        if (runs.Count == 0)
            throw buffer.Bad(moof.Offset, "A fragment holds no track");
        if (state.DataStart < moof.End - moofAt)
            throw buffer.Bad(moof.Offset, "Samples of the fragment begin inside its \"moof\"");
        reach = state.Reach;
        return runs;
    }

    private static TrackRun ParseTrack(BoxBuffer buffer, Box traf, InitializationSegment initialization, ref RunState state)
    {
        var header = ReadHeader(buffer, buffer.Required(traf, FourCc.Tfhd), initialization);
        var time =
            buffer.Child(traf, FourCc.Tfdt)
            ?? throw buffer.Bad(traf.Offset, $"Track {header.Track.Id} of a fragment has no \"tfdt\": its time is not known");
        var wide = buffer.Version(time) == 1;
        var timeAt = time.BodyOffset + 4;
        var start = wide ? buffer.UInt64(timeAt, time) : buffer.UInt32(timeAt, time);
        if (start / header.Track.Timescale > MaxSeconds)
            throw buffer.Bad(timeAt, $"Track {header.Track.Id} begins at an impossible time");
        if (!header.BaseIsMoof && state.HasTrack)
            state.Cursor = state.Reach;
        else
            state.Cursor = 0;
        state.HasTrack = true;
        var sums = new Sums();
        foreach (var box in buffer.Children(traf.BodyOffset, traf.End))
        {
            if (box.Type == FourCc.Trun)
                ReadRun(buffer, box, header.Defaults, ref state, ref sums);
        }

        if (sums.Duration / header.Track.Timescale > MaxSeconds)
            throw buffer.Bad(traf.Offset, $"Track {header.Track.Id} lasts an impossible time");
        var sync = header.Track.Kind != TrackKind.Video || (sums.Samples > 0 && (sums.FirstFlags & NonSync) == 0);
        return new TrackRun(header.Track.Id, start, sums.Duration, sums.Samples, sync, timeAt, wide ? 8 : 4)
        {
            LongestSample = sums.Longest,
            LongestSampleAt = sums.LongestAt,
        };
    }

    private static TrackHeader ReadHeader(BoxBuffer buffer, Box box, InitializationSegment initialization)
    {
        var flags = buffer.Flags(box);
        var at = box.BodyOffset + 4;
        var id = buffer.UInt32(at, box);
        at += 4;
        var track =
            initialization.Tracks.FirstOrDefault(t => t.Id == id)
            ?? throw buffer.Bad(box.Offset, $"A fragment names track {id}, which the movie does not have");
        if ((flags & 1) != 0)
            throw buffer.Bad(
                box.Offset,
                "A fragment counts its samples from the start of the file; it cannot be moved (ffmpeg: -movflags +default_base_moof)"
            );
        if ((flags & 2) != 0)
            at += 4;
        var defaults = initialization.Defaults.GetValueOrDefault(id);
        if ((flags & 8) != 0)
            (defaults, at) = (defaults with { Duration = buffer.UInt32(at, box) }, at + 4);
        if ((flags & 0x10) != 0)
            (defaults, at) = (defaults with { Size = buffer.UInt32(at, box) }, at + 4);
        if ((flags & 0x20) != 0)
            defaults = defaults with { Flags = buffer.UInt32(at, box) };
        return new(track, defaults, (flags & 0x20000) != 0);
    }

    private static void ReadRun(BoxBuffer buffer, Box box, SampleDefaults defaults, ref RunState state, ref Sums sums)
    {
        var flags = buffer.Flags(box);
        var at = box.BodyOffset + 4;
        var count = buffer.UInt32(at, box);
        at += 4;
        if ((flags & 1) != 0)
            (state.Cursor, at) = (buffer.Int32(at, box), at + 4);
        uint? first = null;
        if ((flags & 4) != 0)
            (first, at) = (buffer.UInt32(at, box), at + 4);
        var stride = 4 * int.PopCount((int)(flags & 0xf00));
        if ((long)count * stride > box.End - at)
            throw buffer.Bad(box.Offset, $"\"trun\" says it has {count} samples; its size does not hold them");
        if (count > state.SamplesLeft)
            throw buffer.Bad(box.Offset, "More samples in one fragment than are accepted");
        state.SamplesLeft -= (int)count;
        state.DataStart = count > 0 ? Math.Min(state.DataStart, state.Cursor) : state.DataStart;
        for (var i = 0; i < count; i++)
        {
            var sample = (defaults.Duration, defaults.Size, Flags: i == 0 && first is { } f ? f : defaults.Flags);
            if ((flags & 0x100) != 0)
                (sample.Duration, at) = (buffer.UInt32(at, box), at + 4);
            if ((flags & 0x200) != 0)
                (sample.Size, at) = (buffer.UInt32(at, box), at + 4);
            if ((flags & 0x400) != 0)
                (sample.Flags, at) = (i == 0 && first is { } own ? own : buffer.UInt32(at, box), at + 4);
            if ((flags & 0x800) != 0)
                at += 4;
            sums.Add(sample.Duration, sample.Flags);
            state.Cursor += sample.Size;
        }

        state.Reach = Math.Max(state.Reach, state.Cursor);
    }

    private sealed record TrackHeader(Track Track, SampleDefaults Defaults, bool BaseIsMoof);

    private struct RunState()
    {
        public int SamplesLeft;
        public long Cursor;
        public long Reach;
        public long DataStart = long.MaxValue;
        public bool HasTrack;
    }

    private struct Sums
    {
        public ulong Duration;
        public int Samples;
        public uint FirstFlags;
        public ulong Longest;
        public ulong LongestAt;

        public void Add(uint duration, uint flags)
        {
            if (Samples++ == 0)
                FirstFlags = flags;
            if (duration > Longest)
                (Longest, LongestAt) = (duration, Duration);
            Duration += duration;
        }
    }
}
