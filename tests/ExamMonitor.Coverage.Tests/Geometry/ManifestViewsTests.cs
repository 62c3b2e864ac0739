using ExamMonitor.Coverage.Geometry;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Geometry;

public sealed class ManifestViewsTests
{
    [Fact]
    public void Of_SampleRoom_ShowsCamerasWhereTheyHangAndStationsAsShares()
    {
        var cameras = ManifestViews.Of(RoomGeometry.Of(SampleRoom.Map));
        Assert.Equal(["C1", "C2", "C3"], cameras.Select(c => c.Id.Text));
        Assert.InRange(cameras[0].Position!.Value.X, 0, 0.5);
        Assert.InRange(cameras[1].Position!.Value.X, 11.5, 12);
        Assert.All(cameras, c => Assert.True(c.FloorView.Count >= 4));
        Assert.Equal(12, cameras[0].Stations.Count);
        Assert.Equal(10, cameras[2].Stations.Count); // S09 and S12 are outside its picture
        Assert.All(cameras[0].Stations, s => Assert.All(s.Outline, p => Assert.True(p.U is >= 0 and <= 1 && p.V is >= 0 and <= 1)));
    }
}
