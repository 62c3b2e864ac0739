using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Tests.Geometry;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Planning;

public sealed class PictureMatchTests
{
    [Fact]
    public void Find_SamePictureShiftedAndLarger_FindsEachPixelAgain()
    {
        var picture = Of("C1");
        var map = PictureMatch.Find(picture, Shifted(picture, 40, 12).Resize(1920, 1080));
        Assert.NotNull(map);
        var at = map.Value.Apply(new(500, 300))!.Value;
        Assert.Equal(2 * 540, at.U, 3.0);
        Assert.Equal(2 * 312, at.V, 3.0);
    }

    [Fact]
    public void Find_MirroredPicture_IsFoundMirroredAlone()
    {
        var (picture, mirrored) = (Of("C2"), PictureMatch.Mirrored(Of("C2")));
        Assert.Null(PictureMatch.Find(picture, mirrored));
        Assert.NotNull(PictureMatch.Find(picture, PictureMatch.Mirrored(mirrored)));
    }

    [Theory]
    [InlineData("C1", "C2")]
    [InlineData("C1", "C3")]
    [InlineData("C3", "C2")]
    public void Find_PictureOfAnotherCamera_IsNotFound(string a, string b) => Assert.Null(PictureMatch.Find(Of(a), Of(b)));

    private static Picture Of(string camera) =>
        Picture.Decode(File.ReadAllBytes(Path.Combine(SampleRoom.Folder, $"{camera}_reference.png")));

    private static Picture Shifted(Picture picture, int right, int down)
    {
        var shifted = new Picture(picture.Width, picture.Height);
        for (var v = down; v < picture.Height; v++)
            picture
                .Bgr.AsSpan(3 * (v - down) * picture.Width, 3 * (picture.Width - right))
                .CopyTo(shifted.Bgr.AsSpan(3 * ((v * picture.Width) + right)));
        return shifted;
    }
}
