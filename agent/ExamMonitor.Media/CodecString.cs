using System.Globalization;

namespace ExamMonitor.Media;

/// <summary>
/// RFC 6381 codec strings from the configuration inside a sample entry. Anything odd yields null: a playlist may do without.
/// </summary>
internal static class CodecString
{
    private const uint Mp4a = 0x6d703461;

    /// <summary>
    /// The codec string of a sample entry whose child boxes begin at <paramref name="children"/>; null when it cannot be told.
    /// </summary>
    public static string? Of(BoxBuffer buffer, Box entry, int children)
    {
        foreach (var box in buffer.Children(children, entry.End))
        {
            var body = buffer.Slice(box.BodyOffset, box.End);
            switch (box.Type)
            {
                case FourCc.AvcC:
                    return Avc(entry.Type, body);
                case FourCc.HvcC:
                    return Hevc(entry.Type, body);
                case FourCc.Esds when entry.Type == Mp4a:
                    return Mpeg4Audio(body);
            }
        }

        return FourCc.Text(entry.Type) switch
        {
            "ac-3" => "ac-3",
            "ec-3" => "ec-3",
            "Opus" => "opus",
            "fLaC" => "flac",
            _ => null,
        };
    }

    // ISO/IEC 14496-15 5.3.3.1: version, profile, compatibility, level.
    private static string? Avc(uint type, ReadOnlySpan<byte> body) =>
        body.Length < 4 ? null : string.Create(CultureInfo.InvariantCulture, $"{FourCc.Text(type)}.{body[1]:x2}{body[2]:x2}{body[3]:x2}");

    // ISO/IEC 14496-15 annex E.3.
    internal static string? Hevc(uint type, ReadOnlySpan<byte> body)
    {
        if (body.Length < 13)
            return null;
        var space = (body[1] >> 6) switch
        {
            1 => "A",
            2 => "B",
            3 => "C",
            _ => "",
        };
        var compatibility = 0u;
        for (var bit = 0; bit < 32; bit++)
        {
            if ((body[2 + (bit / 8)] & (0x80 >> (bit % 8))) != 0)
                compatibility |= 1u << bit;
        }

        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{FourCc.Text(type)}.{space}{body[1] & 0x1f}.{compatibility:X}.{((body[1] & 0x20) != 0 ? 'H' : 'L')}{body[12]}"
        );
        var last = 11;
        while (last >= 6 && body[last] == 0)
            last--;
        for (var i = 6; i <= last; i++)
            text += string.Create(CultureInfo.InvariantCulture, $".{body[i]:X}");
        return text;
    }

    // ISO/IEC 14496-1 7.2.6: ES_Descriptor (3) holds DecoderConfigDescriptor (4), which holds DecoderSpecificInfo (5).
    private static string? Mpeg4Audio(ReadOnlySpan<byte> body)
    {
        if (body.Length < 4)
            return null;
        var es = Descriptor(body[4..], 3);
        if (es.Length < 3)
            return null;
        var flags = es[2];
        var skip = 3 + ((flags & 0x80) != 0 ? 2 : 0);
        if ((flags & 0x40) != 0 && es.Length > skip)
            skip += 1 + es[skip];
        if ((flags & 0x20) != 0)
            skip += 2;
        if (es.Length <= skip)
            return null;
        var config = Descriptor(es[skip..], 4);
        if (config.Length < 13)
            return null;
        var objectType = config[0];
        var specific = Descriptor(config[13..], 5);
        if (objectType != 0x40 || specific.Length < 2)
            return string.Create(CultureInfo.InvariantCulture, $"mp4a.{objectType:x}");
        var audioObject = specific[0] >> 3;
        if (audioObject == 31)
            audioObject = 32 + (((specific[0] & 7) << 3) | (specific[1] >> 5));
        return string.Create(CultureInfo.InvariantCulture, $"mp4a.40.{audioObject}");
    }

    private static ReadOnlySpan<byte> Descriptor(ReadOnlySpan<byte> bytes, byte tag)
    {
        if (bytes.Length < 2 || bytes[0] != tag)
            return default;
        var size = 0;
        var at = 1;
        for (var i = 0; i < 4 && at < bytes.Length; i++)
        {
            var b = bytes[at++];
            size = (size << 7) | (b & 0x7f);
            if ((b & 0x80) == 0)
                break;
        }

        return size <= bytes.Length - at ? bytes.Slice(at, size) : bytes[at..];
    }
}
