using System.Diagnostics.CodeAnalysis;

namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>Reads a progressive MP4 or QuickTime file (ISO/IEC 14496-12) into a <see cref="Clip"/>.</summary>
internal static class Mp4Reader
{
    /// <summary>The largest file that is taken into memory.</summary>
    public const int MaxFileBytes = 512 * 1024 * 1024;

    /// <exception cref="InvalidClipException">The file cannot be served; the message says why.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    [SuppressMessage(
        "Security",
        "CA3003:Review code for file path injection vulnerabilities",
        Justification = "The control endpoint lets only names inside the clip folder pass."
    )]
    public static async Task<Clip> ReadFileAsync(string path, CancellationToken cancel)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new InvalidClipException(path, "the file does not exist", "Name a clip of the clip folder, or give a whole path");
        }

        if (info.Length > MaxFileBytes)
        {
            throw new InvalidClipException(path, $"{info.Length} bytes are too many", $"Cut it below {MaxFileBytes} bytes");
        }

        return Read(await File.ReadAllBytesAsync(path, cancel).ConfigureAwait(false), Path.GetFileName(path));
    }

    /// <exception cref="InvalidClipException">The bytes are no clip that can be served.</exception>
    public static Clip Read(byte[] file, string name)
    {
        var root = new Box(file, name, 0, 0, file.Length);
        var movie = root.Find("moov");
        if (movie.TryFind("mvex", out _))
        {
            throw new InvalidClipException(name, "it is fragmented", "Make it progressive with: ffmpeg -i IN -c copy OUT.mp4");
        }

        var movieTimescale = HeaderTimescale(movie.Find("mvhd"));
        ClipTrack? video = null,
            audio = null;
        foreach (var track in movie.Children().Where(b => b.Type == "trak"))
        {
            switch (HandlerOf(track))
            {
                case "vide":
                    video ??= ReadTrack(track, movieTimescale, isVideo: true);
                    break;
                case "soun":
                    audio ??= ReadTrack(track, movieTimescale, isVideo: false);
                    break;
                default:
                    break;
            }
        }

        if (video is null)
        {
            throw root.Broken("there is no video track");
        }

        if (video.Samples.Length == 0 || !video.Samples[0].IsSync)
        {
            throw root.Broken("the video track does not begin with a key frame");
        }

        var length = video.Samples[^1].Dts - video.Samples[0].Dts + video.SampleLength;
        return new Clip(name, video, audio, length);
    }

    private static string HandlerOf(Box track) =>
        track.TryFind("mdia/hdlr", out var handler) ? System.Text.Encoding.Latin1.GetString(handler.Slice(8, 4)) : string.Empty;

    private static long HeaderTimescale(Box header)
    {
        var timescale = header.U32(header.U8(0) == 1 ? 20 : 12);
        return timescale > 0 ? timescale : throw header.Broken("the time scale is 0");
    }

    private static ClipTrack ReadTrack(Box track, long movieTimescale, bool isVideo)
    {
        var timescale = HeaderTimescale(track.Find("mdia/mdhd"));
        var table = track.Find("mdia/minf/stbl");
        var shift = EditShift(track, movieTimescale, timescale);
        var entry = table.Find("stsd").Children(8).FirstOrDefault();
        if (entry.File is null)
        {
            throw table.Broken("the sample description is empty");
        }

        var description = SampleDescription.Read(entry, isVideo);
        var samples = SampleTable.Read(table, timescale, shift, isVideo);
        return description.Codec is Codec.Pcma or Codec.Pcmu
            ? G711.Regroup(description, table.File, samples)
            : new ClipTrack
            {
                Codec = description.Codec,
                Media = table.File,
                Samples = samples,
                SampleLength = samples.Length > 1 ? samples[^1].Dts - samples[^2].Dts : Flicks.PerSecond / 25,
                Clock = description.Clock,
                Channels = description.Channels,
                AudioConfig = description.AudioConfig,
                ParameterSets = description.ParameterSets,
                NalLengthBytes = description.NalLengthBytes,
            };
    }

    /// <summary>
    /// Flicks to add to a composition time so that the movie's start is 0: the first edit's media time, and empty edits before it.
    /// </summary>
    private static long EditShift(Box track, long movieTimescale, long timescale)
    {
        if (!track.TryFind("edts/elst", out var list))
        {
            return 0;
        }

        var wide = list.U8(0) == 1;
        var count = list.Count(4, wide ? 20 : 12);
        var shift = 0L;
        for (var i = 0; i < count; i++)
        {
            var at = 8 + (i * (wide ? 20 : 12));
            var duration = wide ? (long)list.U64(at) : list.U32(at);
            var mediaTime = wide ? (long)list.U64(at + 8) : (int)list.U32(at + 4);
            if (mediaTime >= 0)
            {
                return shift - Flicks.From(mediaTime, timescale);
            }

            shift += Flicks.From(duration, movieTimescale);
        }

        return shift;
    }
}
