using System.Security.Cryptography;
using ExamMonitor.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ExamMonitor.Media.Tests;

/// <summary>
/// What holds of the fragment reader for every input: files whose boxes were cut, dropped, repeated, exchanged or lie about their length.
/// </summary>
public sealed class ReaderPropertyTests
{
    private const int Runs = 1000;

    /// <summary>
    /// Bytes that may be allocated for each byte that came: some 45 in a build without optimization, whose every call of an async method
    /// makes an object.
    /// </summary>
    private const long PerByte = 64;

    private static readonly FragmentedClip Shape = new(Seconds: 4, Fps: 5, Gop: 5, Size: "64x64");
    private static readonly FragmentReaderOptions Tight = new()
    {
        MaxInitializationBytes = 64 << 10,
        MaxMovieFragmentBytes = 64 << 10,
        MaxFragmentBytes = 512 << 10,
    };

    [Fact]
    public async Task Boxes_CutDroppedRepeatedExchangedOrLying_GiveFragmentsOrInvalidMedia()
    {
        var boxes = BoxEdits.Split(await Shape.BytesAsync());
        var honest = (await ReadAsync([.. boxes.SelectMany(b => b)], null)).Fragments.ToHashSet();
        var (whole, refused) = (0, 0);
        Prop.ForAll(
                BoxEdits.Any,
                edits =>
                {
                    var bytes = BoxEdits.Apply(boxes, edits);
                    var read = ReadAsync(bytes, null).GetAwaiter().GetResult();
                    if (read.Error is null)
                        whole++;
                    else
                        refused++;
                    Assert.InRange(read.Error?.Offset ?? 0, 0, bytes.Length);
                    Assert.True(read.Bytes <= bytes.Length);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
        // Both happen: the edits are neither harmless nor all deadly.
        Assert.True(whole > Runs / 50 && refused > Runs / 4, $"{whole} read whole, {refused} refused");
        Assert.Equal(4, honest.Count);
    }

    [Fact]
    public async Task Memory_ForAnyInput_StaysWithinItsBound()
    {
        var boxes = BoxEdits.Split(await Shape.BytesAsync());
        _ = await ReadAsync([.. boxes.SelectMany(b => b)], null, Tight);
        Prop.ForAll(
                BoxEdits.Any,
                edits =>
                {
                    var bytes = BoxEdits.Apply(boxes, edits);
                    var allocated = AllocatedBy(bytes, Tight).Bytes;
                    // One box may lie up to the bounds of the options; all else is paid for by bytes that came.
                    var bound =
                        Tight.MaxInitializationBytes
                        + Tight.MaxMovieFragmentBytes
                        + Tight.MaxFragmentBytes
                        + (64 << 10)
                        + (PerByte * bytes.Length);
                    Assert.True(
                        allocated <= bound,
                        $"{allocated} bytes were allocated for {bytes.Length} bytes of input; the bound is {bound}"
                    );
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    [Theory]
    [InlineData("emsg")]
    [InlineData("prft")]
    [InlineData("free")]
    public async Task SmallBoxes_ByTheThousandBeforeAFragment_CostWhatTheyWeigh(string type)
    {
        var boxes = BoxEdits.Split(await Shape.BytesAsync());
        byte[] small = [0, 0, 0, 8, .. System.Text.Encoding.ASCII.GetBytes(type)];
        byte[] bytes = [.. boxes[0], .. boxes[1], .. Enumerable.Repeat(small, 30_000).SelectMany(b => b), .. boxes[2], .. boxes[3]];
        _ = await ReadAsync(bytes, null);
        var read = AllocatedBy(bytes, null);
        Assert.Equal(1, read.Fragments);
        Assert.InRange(read.Bytes, 0, PerByte * bytes.Length);
    }

    [Fact]
    public async Task Chunks_OfAnySizes_GiveTheSameFragments()
    {
        var boxes = BoxEdits.Split(await Shape.BytesAsync());
        Prop.ForAll(
                BoxEdits.Any,
                ArbMap.Default.ArbFor<NonEmptyArray<PositiveInt>>(),
                (edits, sizes) =>
                {
                    var bytes = BoxEdits.Apply(boxes, edits);
                    var (whole, chunked) = (
                        ReadAsync(bytes, null).GetAwaiter().GetResult(),
                        ReadAsync(bytes, sizes.Get.Select(s => s.Get)).GetAwaiter().GetResult()
                    );
                    Assert.Equal(whole.Fragments, chunked.Fragments);
                    Assert.Equal(
                        (whole.Error?.Message, whole.Error?.Offset, whole.Error?.Truncated),
                        (chunked.Error?.Message, chunked.Error?.Offset, chunked.Error?.Truncated)
                    );
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    private static (long Bytes, int Fragments) AllocatedBy(byte[] bytes, FragmentReaderOptions? options)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = ReadAsync(bytes, null, options).GetAwaiter().GetResult();
        return (GC.GetAllocatedBytesForCurrentThread() - before, read.Fragments.Count);
    }

    /// <summary>Reads to the end or the first refusal. Runs to its end on the calling thread: the stream never waits.</summary>
    private static async Task<(List<string> Fragments, InvalidMediaException? Error, long Bytes)> ReadAsync(
        byte[] bytes,
        IEnumerable<int>? chunks,
        FragmentReaderOptions? options = null
    )
    {
        await using Stream stream = chunks is null ? new MemoryStream(bytes) : new ChunkedStream(bytes, [.. chunks]);
        var reader = new FragmentReader(stream, options);
        var fragments = new List<string>();
        var sum = 0L;
        try
        {
            sum += (await reader.ReadInitializationAsync(CancellationToken.None)).Bytes.Length;
            while (await reader.ReadFragmentAsync(CancellationToken.None) is { } f)
            {
                sum += f.Bytes.Length;
                fragments.Add(
                    $"{f.Start.Ticks} {f.Duration} {f.StartsWithSync} {f.MovieFragmentOffset} {f.ProducerTimeUtc:O} {Convert.ToHexString(SHA256.HashData(f.Bytes.Span))} {f.Tracks.Count}"
                );
            }

            return (fragments, null, sum);
        }
        catch (InvalidMediaException e)
        {
            return (fragments, e, sum);
        }
    }

    /// <summary>Gives its bytes in pieces of given sizes, in turn, as a pipe or a socket would.</summary>
    private sealed class ChunkedStream(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var size = Math.Min(buffer.Length, 1 + (sizes[_next++ % sizes.Length] % 3000));
            return new(Read(buffer.Span[..size]));
        }
    }
}
