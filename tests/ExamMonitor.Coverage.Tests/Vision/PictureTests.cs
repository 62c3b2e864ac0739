using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Vision;

public sealed class PictureTests
{
    [Fact]
    public void Png_EncodedAndDecoded_IsTheSamePicture()
    {
        var picture = new Picture(33, 17);
        for (var i = 0; i < picture.Bgr.Length; i++)
            picture.Bgr[i] = (byte)(i * 7);
        var again = Picture.Decode(picture.EncodePng());
        Assert.Equal(picture.Size, again.Size);
        Assert.Equal(picture.Bgr, again.Bgr);
    }

    [Fact]
    public void Jpeg_EncodedAndDecoded_IsNearlyTheSamePicture()
    {
        var picture = Gradient(64, 48);
        var again = Picture.Decode(picture.EncodeJpeg(95));
        Assert.True(picture.Bgr.Zip(again.Bgr, (a, b) => Math.Abs(a - b)).Max() <= 12);
    }

    [Fact]
    public void I420_ThereAndBack_KeepsGreyWithinRounding()
    {
        var picture = Gradient(64, 48);
        for (var i = 0; i < picture.Bgr.Length; i += 3)
            picture.Bgr[i + 1] = picture.Bgr[i + 2] = picture.Bgr[i];
        var again = Picture.FromI420(picture.ToI420(), 64, 48);
        Assert.True(picture.Bgr.Zip(again.Bgr, (a, b) => Math.Abs(a - b)).Max() <= 2);
    }

    [Theory]
    [InlineData("not a picture at all, but long enough to hold a header of some kind")]
    [InlineData("GIF89a, which is a picture of a kind that is not accepted here")]
    public void Decode_OfAnotherKindOfFile_SaysSo(string text)
    {
        var thrown = Assert.Throws<VisionException>(() => Picture.Decode(System.Text.Encoding.ASCII.GetBytes(text)));
        Assert.Equal(VisionStatus.BadPicture, thrown.Status);
    }

    [Fact]
    public void Decode_OfAPngThatClaimsToBeHuge_IsRefusedBeforeAnythingIsAllocated()
    {
        var png = new Picture(4, 4).EncodePng();
        png[16] = 0x00;
        png[17] = 0x00;
        png[18] = 0x7f;
        png[19] = 0xff;
        png[20] = 0x00;
        png[21] = 0x00;
        png[22] = 0x7f;
        png[23] = 0xff;
        var thrown = Assert.Throws<VisionException>(() => Picture.Decode(png));
        Assert.Equal(VisionStatus.BadPicture, thrown.Status);
    }

    [Fact]
    public void Decode_OfATruncatedPng_Throws() =>
        Assert.Throws<VisionException>(() => Picture.Decode(new Picture(64, 64).EncodePng().AsSpan(0, 40)));

    [Fact]
    public void Resize_ToHalf_Averages()
    {
        var picture = new Picture(2, 2);
        for (var c = 0; c < 3; c++)
            picture.Bgr[c] = 200;
        Assert.Equal(50, picture.Resize(1, 1).Bgr[0]);
    }

    [Fact]
    public void FillPolygon_WithAlpha_MixesInsideOnly()
    {
        var picture = new Picture(20, 20);
        picture.FillPolygon([new(5, 5), new(15, 5), new(15, 15), new(5, 15)], 0xFF0000, 0.5);
        Assert.InRange(picture.Bgr[(((10 * 20) + 10) * 3) + 2], 126, 129);
        Assert.Equal(0, picture.Bgr[(((2 * 20) + 2) * 3) + 2]);
    }

    [Fact]
    public void Drawing_FarOutsideThePicture_IsClipped()
    {
        var picture = new Picture(16, 16);
        picture.Polyline([new(-1e9, 8), new(1e9, 8)], 0x00FF00, 3);
        picture.Circle(new(1e7, -1e7), 5, 0x00FF00);
        picture.Text("S01", new(-500, -500), 12, 0xFFFFFF);
        Assert.Equal(255, picture.Bgr[(((8 * 16) + 8) * 3) + 1]);
    }

    private static Picture Gradient(int width, int height)
    {
        var picture = new Picture(width, height);
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var at = ((y * width) + x) * 3;
            (picture.Bgr[at], picture.Bgr[at + 1], picture.Bgr[at + 2]) = ((byte)(x * 3), (byte)(y * 4), (byte)((x + y) * 2));
        }

        return picture;
    }
}
