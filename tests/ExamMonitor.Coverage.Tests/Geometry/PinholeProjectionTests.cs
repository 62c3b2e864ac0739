using Xunit;

namespace ExamMonitor.Coverage.Tests.Geometry;

public sealed class PinholeProjectionTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(-0.1)]
    [InlineData(-0.3)]
    [InlineData(0.08)]
    public void OnPlane_OfAProjectedPoint_IsThatPoint(double k1)
    {
        var camera = TestScene.Camera(new(0.3, 0.3, 2.8), new(5, 5, 0.5), k1: k1);
        foreach (var place in TestScene.Lattice())
        {
            if (camera.Project(place) is not { } pixel)
                continue;
            var back = camera.OnPlane(pixel, place.Z)!.Value;
            Assert.Equal(place.X, back.X, 1e-6);
            Assert.Equal(place.Y, back.Y, 1e-6);
        }

        Assert.Null(camera.OnPlane(new(500, -2000), 0)); // above the horizon
    }

    [Fact]
    public void Project_FarOffTheAxisOfABarrelLens_NeverFoldsBack()
    {
        var camera = TestScene.Camera(new(4, 0, 1), new(4, 4, 1), k1: -0.25);
        var last = 0.0;
        for (var x = 4.0; x < 20; x += 0.02)
        {
            if (camera.Project(new(x, 4, 1)) is not { } p)
                break;
            Assert.True(p.U > last, $"x {x:0.00}: {p.U:0.00} after {last:0.00}");
            last = p.U;
        }

        Assert.True(last > 500 + (500 * 2 / 3.0 * Math.Sqrt(1 / 0.75)));
        Assert.Null(camera.Project(new(40, 4, 1)));
        Assert.Null(camera.Project(new(4, -1, 1)));
    }

    [Fact]
    public void Position_IsWhereTheCameraHangs_AndPointsBehindItAreNotSeen()
    {
        var camera = TestScene.Camera(new(0.3, 0.4, 2.8), new(5, 5, 0.5));
        Assert.Equal(0.4, camera.Position!.Value.Y, 1e-9);
        Assert.Null(camera.Project(new(-3, -3, 3.5)));
        Assert.Equal(90, camera.HorizontalFieldOfViewDeg, 1e-6);
        var centre = camera.Project(new(5, 5, 0.5))!.Value;
        Assert.Equal(500, centre.U, 1e-6);
        Assert.Equal(300, centre.V, 1e-6);
    }
}
