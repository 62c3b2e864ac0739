using System.Buffers.Binary;
using ExamMonitor.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ExamMonitor.Media.Tests;

/// <summary>Whatever bytes arrive, the reader answers with fragments or <see cref="InvalidMediaException"/>, in bounded memory.</summary>
public sealed class HostileMediaTests
{
    private const int Runs = 1500;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "ftyp",
            "moov",
            "moof",
            "mdat",
            "trak",
            "traf",
            "trun",
            "tfhd",
            "tfdt",
            "mvex",
            "trex",
            "stsd",
            "prft",
            "styp",
            "emsg",
            "sidx",
            "uuid",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private static void SurvivesReading(byte[] bytes)
    {
        var file = Scan(bytes).GetAwaiter().GetResult();
        Assert.InRange(file.WholeBytes, 0, bytes.Length);
        Assert.True(file.Problem is not null || file.Initialization is not null);
        if (file.Problem is { } problem)
            Assert.InRange(problem.Offset, 0, bytes.Length);
        Assert.True(file.Fragments.Sum(f => f.SizeBytes) <= bytes.Length);
    }

    private static async Task<FragmentFile> Scan(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return await FragmentFileScanner.ScanAsync(stream, null, CancellationToken.None);
    }

    [Fact]
    public void RandomBytes_NeverCrash() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), SurvivesReading).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));

    [Fact]
    public async Task RealFile_WithBytesChanged_NeverCrashes()
    {
        var clip = await new FragmentedClip(Seconds: 3, Size: "64x64").BytesAsync();
        var change = ArbMap.Default.ArbFor<(int At, int Kind, uint Value)[]>();
        Prop.ForAll(change, changes => SurvivesReading(Mutate(clip, changes))).Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));
    }

    [Fact]
    public async Task RealFile_WithEachByteOfItsBoxesChanged_NeverCrashes()
    {
        var clip = await new FragmentedClip(Seconds: 2, Size: "64x64").BytesAsync();
        var moofEnd = clip.AsSpan().IndexOf("mdat"u8) + 4;
        for (var at = 0; at < moofEnd; at++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7f, 0xff })
            {
                var old = clip[at];
                clip[at] = value;
                try
                {
                    SurvivesReading(clip);
                }
                finally
                {
                    clip[at] = old;
                }
            }
        }
    }

    [Fact]
    public async Task Nesting_AsDeepAsTheBytesAllow_IsNotFollowed()
    {
        var clip = await new FragmentedClip(Seconds: 2, Size: "64x64").BytesAsync();
        var moov = new byte[800_000];
        for (var at = 0; at + 8 <= moov.Length; at += 8)
        {
            BinaryPrimitives.WriteInt32BigEndian(moov.AsSpan(at), moov.Length - at);
            (at == 0 ? "moov"u8 : "trak"u8).CopyTo(moov.AsSpan(at + 4));
        }

        SurvivesReading([.. clip[..28], .. moov]);
    }

    private static byte[] Mutate(byte[] clip, (int At, int Kind, uint Value)[] changes)
    {
        var bytes = (byte[])clip.Clone();
        foreach (var (at, kind, value) in changes)
        {
            var offset = (int)((uint)(at * 7919) % (uint)(bytes.Length - 8));
            switch ((uint)kind % 4)
            {
                case 0:
                    bytes[offset] = (byte)value;
                    break;
                case 1:
                    BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(offset), value);
                    break;
                case 2:
                    Words[value % Words.Length].CopyTo(bytes, offset);
                    break;
                default:
                    var box = bytes.AsSpan(offset).IndexOf(Words[value % Words.Length]);
                    if (box >= 0)
                        bytes[Math.Max(0, offset + box - 4 + (int)(value % 24))] = (byte)at;
                    break;
            }
        }

        return bytes;
    }
}
