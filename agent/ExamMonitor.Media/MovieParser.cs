using System.Runtime.InteropServices;

namespace ExamMonitor.Media;

/// <summary>What <c>trex</c> says of samples that say nothing themselves.</summary>
/// <param name="Duration">Ticks.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Flags">Sample flags, ISO/IEC 14496-12 8.8.3.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SampleDefaults(uint Duration, uint Size, uint Flags);

/// <summary>Reads <c>ftyp</c> + <c>moov</c> of a fragmented file.</summary>
internal static class MovieParser
{
    public static InitializationSegment ParseInitialization(ReadOnlyMemory<byte> bytes, FragmentReaderOptions options)
    {
        if (bytes.Length > options.MaxInitializationBytes)
            throw new InvalidMediaException(
                $"The initialization segment has {bytes.Length} bytes; at most {options.MaxInitializationBytes} are accepted",
                0
            );
        var buffer = new BoxBuffer(bytes.Span, 0);
        var boxes = buffer.Children(0, bytes.Length);
        if (boxes is not [{ Type: FourCc.Ftyp }, ..])
            throw new InvalidMediaException("The stream does not begin with an \"ftyp\" box: it is no MP4", 0);
        var movies = boxes.Where(b => b.Type == FourCc.Moov).ToList();
        if (movies.Count != 1)
            throw new InvalidMediaException($"{movies.Count} \"moov\" boxes; one is needed", 0);
        return ParseMovie(bytes, buffer, movies[0], options);
    }

    private static InitializationSegment ParseMovie(ReadOnlyMemory<byte> bytes, BoxBuffer buffer, Box movie, FragmentReaderOptions options)
    {
        var tracks = new List<Track>();
        foreach (var box in buffer.Children(movie.BodyOffset, movie.End))
        {
            if (box.Type != FourCc.Trak)
                continue;
            if (tracks.Count == options.MaxTracks)
                throw buffer.Bad(box.Offset, $"More than {options.MaxTracks} tracks");
            var track = ParseTrack(buffer, box);
            if (tracks.Exists(t => t.Id == track.Id))
                throw buffer.Bad(box.Offset, $"Two tracks have the id {track.Id}");
            tracks.Add(track);
        }

        if (tracks.Count == 0)
            throw buffer.Bad(movie.Offset, "The movie has no track");
        return new InitializationSegment(bytes, tracks) { Defaults = ParseDefaults(buffer, movie) };
    }

    private static Dictionary<uint, SampleDefaults> ParseDefaults(BoxBuffer buffer, Box movie)
    {
        var extends =
            buffer.Child(movie, FourCc.Mvex)
            ?? throw buffer.Bad(
                movie.Offset,
                "The movie has no \"mvex\" box: it is not fragmented (ffmpeg: -movflags +frag_keyframe+empty_moov+default_base_moof)"
            );
        var defaults = new Dictionary<uint, SampleDefaults>();
        foreach (var box in buffer.Children(extends.BodyOffset, extends.End))
        {
            if (box.Type != FourCc.Trex)
                continue;
            var at = box.BodyOffset + 4;
            defaults[buffer.UInt32(at, box)] = new(buffer.UInt32(at + 8, box), buffer.UInt32(at + 12, box), buffer.UInt32(at + 16, box));
        }

        return defaults;
    }

    private static Track ParseTrack(BoxBuffer buffer, Box trak)
    {
        var header = buffer.Required(trak, FourCc.Tkhd);
        var id = buffer.UInt32(header.BodyOffset + (buffer.Version(header) == 1 ? 20 : 12), header);
        if (id == 0)
            throw buffer.Bad(header.Offset, "A track has the id 0");
        var media = buffer.Required(trak, FourCc.Mdia);
        var mediaHeader = buffer.Required(media, FourCc.Mdhd);
        var timescale = buffer.UInt32(mediaHeader.BodyOffset + (buffer.Version(mediaHeader) == 1 ? 20 : 12), mediaHeader);
        if (timescale == 0)
            throw buffer.Bad(mediaHeader.Offset, $"Track {id} has a timescale of 0");
        var handler = buffer.Required(media, FourCc.Hdlr);
        var kind = buffer.UInt32(handler.BodyOffset + 8, handler) switch
        {
            FourCc.Vide => TrackKind.Video,
            FourCc.Soun => TrackKind.Audio,
            _ => TrackKind.Other,
        };
        var table = buffer.Required(buffer.Required(media, FourCc.Minf), FourCc.Stbl);
        return ParseSampleEntry(buffer, buffer.Required(table, FourCc.Stsd), id, kind, timescale);
    }

    // VisualSampleEntry: 78 bytes of fields, width and height at 24; AudioSampleEntry: 28 bytes (ISO/IEC 14496-12 12.1.3, 12.2.3).
    private static Track ParseSampleEntry(BoxBuffer buffer, Box description, uint id, TrackKind kind, uint timescale)
    {
        if (buffer.UInt32(description.BodyOffset + 4, description) == 0)
            throw buffer.Bad(description.Offset, $"Track {id} has no sample entry");
        var entry = buffer.BoxAt(description.BodyOffset + 8, description.End);
        var width = kind == TrackKind.Video ? buffer.UInt16(entry.BodyOffset + 24, entry) : 0;
        var height = kind == TrackKind.Video ? buffer.UInt16(entry.BodyOffset + 26, entry) : 0;
        var fields = kind switch
        {
            TrackKind.Video => 78,
            TrackKind.Audio => 28,
            _ => -1,
        };
        var codecs = fields < 0 || entry.End - entry.BodyOffset < fields ? null : CodecString.Of(buffer, entry, entry.BodyOffset + fields);
        return new Track(id, kind, FourCc.Text(entry.Type), timescale, width, height, codecs);
    }
}
