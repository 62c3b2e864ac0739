using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ExamMonitor.Media.Tests;

public sealed class SequenceParametersTests
{
    // Of streams that x264 and x265 made.
    [Theory]
    [InlineData("avc1", "6742c016da0280bfe584000003000400000300783c58ba80", "avc1.42c016", 640, 360)]
    [InlineData("avc1", "6742c01fda014016e840000003004000000783c60ca8", "avc1.42c01f", 1280, 720)]
    [InlineData(
        "hvc1",
        "42010101600000030090000003000003003fa005020171f2e5ba4a4c2e69c20000030002000003001410",
        "hvc1.1.6.L63.90",
        640,
        360
    )]
    public void Parse_SetOfAnEncoder_TellsCodecAndSize(string entry, string hex, string codecs, int width, int height) =>
        Assert.Equal(new(codecs, width, height), SequenceParameters.Parse(entry, Convert.FromHexString(hex)));

    [Fact]
    public void Parse_AnyBytes_IsSomethingPossibleOrNothing() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                bytes =>
                    new[] { "avc1", "hvc1" }
                        .Select(e => SequenceParameters.Parse(e, bytes))
                        .All(p => p is null or { Width: > 0 and <= 16_384, Height: > 0 and <= 16_384 })
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Parse_CutSet_IsNothing(int length) =>
        Assert.Null(
            SequenceParameters.Parse("avc1", Convert.FromHexString("6742c01fda014016e840000003004000000783c60ca8").AsSpan(0, length))
        );
}
