using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

/// <summary>Kinds that real footage was judged wrongly in: coats on the lens, noise in a sharp view, the light of the sky.</summary>
public sealed class RealKindsTests
{
    private const int Grace = 15;

    [Theory]
    [InlineData(58, 0.93, 0.7)]
    [InlineData(40, 0.9, 0.55)]
    [InlineData(90, 0.85, 0.9)]
    public void DarkSpray_OverMostOfTheLens_IsCoveredAndBlamesNoLamps(int coat, double opacity, double share)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var found = watch.Feed(
            40,
            s => room.Frame(s, light: (x, y, l) => Coated(x, y, l, coat, opacity, share)),
            v => v.Health.Contains(CameraHealth.Covered)
        );
        Assert.InRange(found ?? 99, 2, Grace);
        Assert.Equal([CameraHealth.Covered], watch.Last.Health);
        Assert.All(watch.Last.Stations, s => Assert.NotEqual(false, s.Lit));
    }

    [Theory]
    [InlineData(150, 0.75)]
    [InlineData(190, 0.7)]
    public void FilmOrCondensation_OverTheWholeLens_IsCovered(int film, double opacity)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var found = watch.Feed(
            30,
            s => room.Frame(s, light: (_, _, l) => ((1 - opacity) * l) + (opacity * film)),
            v => v.Health.Contains(CameraHealth.Covered)
        );
        Assert.InRange(found ?? 99, 2, Grace);
    }

    [Theory]
    [InlineData(0.2, 40)]
    [InlineData(0.35, 200)]
    public void Lamps_OffOverMostOfTheRoom_AreNoCoat(double light, int softness)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var seen = watch.Feed(
            40,
            s => room.Frame(s, light: (x, _, l) => SyntheticRoom.Dimmed(l, 1 - ((1 - light) * Math.Clamp((x - 180.0) / softness, 0, 1)))),
            v => v.Health is not [CameraHealth.Ok]
        );
        Assert.Null(seen);
        Assert.Contains(watch.Last.Stations, s => s.Lit == false);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(9)]
    public void Noise_InAViewWhoseTexturePassesForNoise_IsReported(double deviation)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room, setup: Sharp(room));
        watch.Feed(12, s => room.Frame(s, noise: 2, change: Fine(16)));
        Assert.Equal([CameraHealth.Ok], watch.Last.Health);
        var found = watch.Feed(25, s => room.Frame(s, noise: deviation, change: Fine(16)), v => v.Health.Contains(CameraHealth.Noisy));
        Assert.InRange(found ?? 99, 2, Grace);
    }

    [Fact]
    public void TextureThatGetsSharper_IsNoNoise()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room, setup: Sharp(room));
        watch.Feed(8, s => room.Frame(s, noise: 2, change: Fine(16)));
        Assert.Null(watch.Feed(25, s => room.Frame(s, noise: 2, change: Fine(20)), v => v.Health.Contains(CameraHealth.Noisy)));
    }

    [Fact]
    public void Cloud_BeforeTheSun_IsNoColourCast()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        // Sunlit surfaces lose the sun and keep the blue sky; what lay in the shade keeps its light.
        var seen = watch.Feed(
            60,
            s => room.Frame(s, light: (x, y, l) => SyntheticRoom.Dimmed(l, x + y < 600 ? 0.35 : 0.9), cast: (8, -5)),
            v => v.Health is not [CameraHealth.Ok]
        );
        Assert.Null(seen);
    }

    [Theory]
    [InlineData(8, -5)]
    [InlineData(-8, 6)]
    [InlineData(7, 7)]
    public void Cast_InUnchangedLight_IsReported(int u, int v)
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        Assert.InRange(
            watch.Feed(30, s => room.Frame(s, cast: (u, v)), verdict => verdict.Health.Contains(CameraHealth.ColourCast)) ?? 99,
            2,
            Grace
        );
    }

    [Fact]
    public void Camera_TurnedToABareWall_IsMoved()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        var found = watch.Feed(30, s => room.Frame(s, change: Wall), v => v.Health.Contains(CameraHealth.Moved));
        Assert.InRange(found ?? 99, 2, Grace);
    }

    [Fact]
    public void Cloth_CloseBeforeTheLens_IsCoveredAndNotMoved()
    {
        var room = new SyntheticRoom();
        using var watch = new SyntheticWatch(room);
        watch.Feed(10);
        // Folds, out of focus.
        static void Cloth(byte[] picture)
        {
            Wall(picture);
            SyntheticRoom.Blur(7)(picture);
        }

        watch.Feed(30, s => room.Frame(s, change: Cloth));
        Assert.Equal([CameraHealth.Covered], watch.Last.Health);
    }

    /// <summary>A plain wall with a skirting board, a door frame and a switch.</summary>
    private static void Wall(byte[] picture)
    {
        for (var y = 0; y < SyntheticRoom.Height; y++)
        for (var x = 0; x < SyntheticRoom.Width; x++)
            picture[(y * SyntheticRoom.Width) + x] = (byte)(150 + (x / 40) - (y / 30));
        SyntheticRoom.Patch(0, 322, 640, 16, 95)(picture);
        SyntheticRoom.Patch(505, 0, 12, 322, 90)(picture);
        SyntheticRoom.Patch(432, 180, 14, 14, 215)(picture);
        SyntheticRoom.Blur(1)(picture);
    }

    /// <summary>Soft blotches: the share of the picture lies under a coat, with edges of some 40 px.</summary>
    private static double Coated(int x, int y, double luma, int coat, double opacity, double share)
    {
        var field = 0.5 + (0.25 * (Math.Sin((x / 61.0) + 1) + Math.Sin((y / 47.0) + (x / 173.0))));
        var here = opacity * Math.Clamp((share - field) / 0.12, 0, 1);
        return ((1 - here) * luma) + (here * coat);
    }

    private static CameraSetup Sharp(SyntheticRoom room) =>
        new(
            SyntheticRoom.Geometry,
            Picture.FromI420(room.Frame(-1, noise: 2, change: Fine(16)), SyntheticRoom.Width, SyntheticRoom.Height),
            []
        );

    /// <summary>Fine texture over four fifths of the view, as carpets, grilles and a camera's sharpening make it.</summary>
    private static Action<byte[]> Fine(int contrast) =>
        picture =>
        {
            for (var y = 0; y < SyntheticRoom.Height; y++)
            for (var x = 0; x < SyntheticRoom.Width; x++)
            {
                if (((x / 80) + (y / 60)) % 5 == 0)
                    continue;
                ref var p = ref picture[(y * SyntheticRoom.Width) + x];
                p = (byte)Math.Clamp(p + ((((x * 7) + (y * 13)) % 11 < 3) == (((x / 2) + y) % 3 == 0) ? contrast : -contrast / 2), 16, 235);
            }
        };
}
