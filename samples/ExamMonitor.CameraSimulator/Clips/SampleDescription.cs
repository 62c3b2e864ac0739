namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>What a sample entry (stsd) says: codec and its configuration record.</summary>
internal sealed record SampleDescription(
    Codec Codec,
    int Clock,
    int Channels,
    byte[] AudioConfig,
    byte[][] ParameterSets,
    int NalLengthBytes
)
{
    public static SampleDescription Read(Box entry, bool isVideo) => isVideo ? ReadVideo(entry) : ReadAudio(entry);

    private static SampleDescription ReadVideo(Box entry)
    {
        // VisualSampleEntry: 78 bytes before the boxes.
        return entry.Type switch
        {
            "avc1" or "avc3" when entry.TryFind("avcC", out var avc, 78) => Avc(avc),
            "hvc1" or "hev1" when entry.TryFind("hvcC", out var hevc, 78) => Hevc(hevc),
            _ => throw entry.Broken($"video of kind '{entry.Type}' is not served: H.264 and H.265 are"),
        };
    }

    /// <summary>AVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 5.3.3.1.</summary>
    private static SampleDescription Avc(Box box)
    {
        var sets = new List<byte[]>();
        var at = 5;
        foreach (var mask in new[] { 0x1F, 0xFF })
        {
            for (var left = box.U8(at++) & mask; left > 0; left--)
            {
                sets.Add(Unit(box, ref at));
            }
        }

        return Video(Codec.H264, box, sets, box.U8(4));
    }

    /// <summary>HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 section 8.3.3.1.</summary>
    private static SampleDescription Hevc(Box box)
    {
        var sets = new List<byte[]>();
        var at = 23;
        for (int arrays = box.U8(22); arrays > 0; arrays--)
        {
            var isParameterSet = (box.U8(at) & 0x3F) is 32 or 33 or 34;
            int left = box.U16(at + 1);
            for (at += 3; left > 0; left--)
            {
                var unit = Unit(box, ref at);
                if (isParameterSet)
                {
                    sets.Add(unit);
                }
            }
        }

        return Video(Codec.H265, box, sets, box.U8(21));
    }

    private static byte[] Unit(Box box, ref int at)
    {
        var unit = box.Slice(at + 2, box.U16(at)).ToArray();
        at += 2 + unit.Length;
        return unit.Length >= 4 ? unit : throw box.Broken("a parameter set is shorter than 4 bytes");
    }

    private static SampleDescription Video(Codec codec, Box box, List<byte[]> sets, int lengthByte)
    {
        var lengthBytes = (lengthByte & 3) + 1;
        return lengthBytes != 3 && sets.Count is >= 2 and <= 64
            ? new(codec, 90_000, 0, [], [.. sets], lengthBytes)
            : throw box.Broken("the parameter sets are missing or too many");
    }

    private static SampleDescription ReadAudio(Box entry)
    {
        int channels = entry.U16(16);
        var rate = (int)(entry.U32(24) >> 16);
        // AudioSampleEntry: 28 bytes before the boxes; QuickTime's version 1 has 16 more.
        var boxesAt = entry.U16(8) == 1 ? 44 : 28;
        switch (entry.Type)
        {
            case "alaw" or "ulaw" when rate is > 0 and <= 48_000 && channels == 1:
                return new(entry.Type == "alaw" ? Codec.Pcma : Codec.Pcmu, rate, channels, [], [], 4);
            case "mp4a":
                var boxes = entry.Children(boxesAt).ToArray();
                var esds = boxes.FirstOrDefault(b => b.Type == "esds");
                if (esds.File is null && boxes.FirstOrDefault(b => b.Type == "wave") is { File: not null } wave)
                {
                    esds = wave.Find("esds");
                }

                return esds.File is null ? throw entry.Broken("box 'esds' is missing") : Aac(esds);
            default:
                throw entry.Broken(
                    $"sound of kind '{entry.Type}' with {channels} channels is not served: AAC and one channel of G.711 are"
                );
        }
    }

    /// <summary>The DecoderSpecificInfo inside ES_Descriptor and DecoderConfigDescriptor, ISO/IEC 14496-1 section 7.2.6.</summary>
    private static SampleDescription Aac(Box esds)
    {
        var at = 4;
        while (at < esds.Length)
        {
            var tag = esds.U8(at++);
            var length = 0;
            for (var more = true; more; )
            {
                var part = esds.U8(at++);
                length = (length << 7) | (part & 0x7F);
                more = (part & 0x80) != 0 && length < 1 << 20;
            }

            switch (tag)
            {
                case 3:
                    var flags = esds.U8(at + 2);
                    at +=
                        3 + ((flags & 0x80) != 0 ? 2 : 0) + ((flags & 0x40) != 0 ? 1 + esds.U8(at + 3) : 0) + ((flags & 0x20) != 0 ? 2 : 0);
                    break;
                case 4:
                    at += 13;
                    break;
                case 5:
                    return AacConfig(esds, esds.Slice(at, length).ToArray());
                default:
                    at += length;
                    break;
            }
        }

        throw esds.Broken("the AAC configuration is missing");
    }

    /// <summary>
    /// AudioSpecificConfig, ISO/IEC 14496-3 section 1.6.2.1; explicit rates and layouts without a channel count are refused.
    /// </summary>
    private static SampleDescription AacConfig(Box esds, byte[] config)
    {
        ReadOnlySpan<int> rates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
        if (config.Length < 2)
        {
            throw esds.Broken("the AAC configuration is shorter than 2 bytes");
        }

        var rate = ((config[0] & 7) << 1) | (config[1] >> 7);
        var channels = (config[1] >> 3) & 15;
        return rate < rates.Length && channels is >= 1 and <= 7 && config[0] >> 3 == 2
            ? new(Codec.Aac, rates[rate], channels == 7 ? 8 : channels, config, [], 4)
            : throw esds.Broken("the sound is no plain AAC-LC");
    }
}
