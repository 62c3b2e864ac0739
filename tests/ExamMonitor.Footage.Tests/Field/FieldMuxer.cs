using System.Buffers.Binary;
using ExamMonitor.Media;

namespace ExamMonitor.Footage.Tests.Field;

/// <summary>
/// Makes fragments of pictures as ffmpeg does: a fragment for each key frame, or each two seconds; a picture lasts until the next.
/// </summary>
/// <param name="initialization">Of the stream; video in 1/90,000 s or another scale.</param>
internal sealed class FieldMuxer(InitializationSegment initialization)
{
    private readonly List<(long Media, bool Key, double Truth, byte[] Bytes)> _pictures = [];

    /// <summary>Parameter set that stands before each key frame from now on; null for none.</summary>
    public byte[]? Parameters { get; set; }

    private long? _first;
    private int _number;

    /// <summary>Takes the next picture.</summary>
    /// <param name="media">Its RTP time, 1/90,000 s.</param>
    /// <param name="key">Whether it is a key frame.</param>
    /// <param name="truth">When it was taken, seconds.</param>
    /// <returns>The fragment that it completes, with the time at which each of its pictures was taken; null when it completes
    /// none.</returns>
    public async Task<(Fragment Fragment, double[] Truths, long[] Media)?> AddAsync(long media, bool key, double truth)
    {
        _first ??= media;
        media -= _first.Value;
        // What the muxer does with times that do not grow.
        if (_pictures.Count > 0 && media <= _pictures[^1].Media)
            media = _pictures[^1].Media + 1;
        var whole =
            _pictures.Count > 0 && (key || media - _pictures[0].Media >= 2 * Pts90k.PerSecond)
                ? await CutAsync(media)
                : default((Fragment, double[], long[])?);
        _pictures.Add(
            (media, key, truth, key && Parameters is { } set ? [0, 0, 0, (byte)set.Length, .. set, 0, 0, 0, 1, 0x65] : [0, 0, 0, 1, 0x41])
        );
        return whole;
    }

    /// <summary>What is left at the end; the last picture lasts as long as the one before.</summary>
    public Task<(Fragment Fragment, double[] Truths, long[] Media)?> EndAsync() =>
        _pictures.Count < 2
            ? Task.FromResult(default((Fragment, double[], long[])?))
            : WrapAsync(CutAsync((2 * _pictures[^1].Media) - _pictures[^2].Media));

    private static async Task<(Fragment Fragment, double[] Truths, long[] Media)?> WrapAsync(Task<(Fragment, double[], long[])> task) =>
        await task;

    private async Task<(Fragment Fragment, double[] Truths, long[] Media)> CutAsync(long end)
    {
        var scale = initialization.Video!.Timescale;
        long Scaled(long media) => media * scale / Pts90k.PerSecond;
        var durations = _pictures
            .Select((p, i) => (uint)(Scaled(i + 1 < _pictures.Count ? _pictures[i + 1].Media : end) - Scaled(p.Media)))
            .ToArray();
        using var stream = new MemoryStream([.. initialization.Bytes.ToArray(), .. Boxes(Scaled(_pictures[0].Media), durations)]);
        var reader = new FragmentReader(stream);
        await reader.ReadInitializationAsync(CancellationToken.None);
        var fragment = (await reader.ReadFragmentAsync(CancellationToken.None))!;
        var taken = (fragment, _pictures.Select(p => p.Truth).ToArray(), _pictures.Select(p => p.Media).ToArray());
        _pictures.Clear();
        return taken;
    }

    // ISO/IEC 14496-12 8.8: moof with one track run of sizes, durations and flags; a byte of each picture in mdat, behind its parameter
    // set.
    private byte[] Boxes(long start, uint[] durations)
    {
        var run = new List<byte>();
        Put(run, 0x01000701);
        Put(run, (uint)durations.Length);
        Put(run, (uint)(8 + 16 + 8 + 16 + 20 + 8 + 12 + (12 * durations.Length) + 8));
        for (var i = 0; i < durations.Length; i++)
        {
            Put(run, durations[i]);
            Put(run, (uint)_pictures[i].Bytes.Length);
            Put(run, _pictures[i].Key ? 0x02000000u : 0x01010000u);
        }

        var header = new List<byte>();
        Put(header, 0x00020000);
        Put(header, initialization.Video!.Id);
        var time = new List<byte>();
        Put(time, 0x01000000);
        Put(time, (uint)(start >> 32));
        Put(time, (uint)start);
        var sequence = new List<byte>();
        Put(sequence, 0);
        Put(sequence, (uint)++_number);
        var track = Box("traf", [.. Box("tfhd", header), .. Box("tfdt", time), .. Box("trun", run)]);
        return [.. Box("moof", [.. Box("mfhd", sequence), .. track]), .. Box("mdat", [.. _pictures.SelectMany(p => p.Bytes)])];
    }

    private static byte[] Box(string type, List<byte> body)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, 8 + body.Count);
        return [.. size, .. System.Text.Encoding.ASCII.GetBytes(type), .. body];
    }

    private static void Put(List<byte> to, uint value) =>
        to.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
}
