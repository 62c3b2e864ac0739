using System.Diagnostics;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Tests.Plates;

/// <summary>
/// Pictures of a room whose plates lie flat in the middle of the worktops: the reference pictures, enlarged, with the plates put in by the
/// map's own cameras.
/// </summary>
internal static class PlateRoom
{
    private const int Samples = 4;

    /// <summary>The picture of a camera.</summary>
    /// <param name="map">Room; its calibration says where the plates are seen.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="reference">Its picture without plates.</param>
    /// <param name="width">Width of the picture, px.</param>
    /// <param name="paper">Size of the sheets.</param>
    /// <param name="numberOf">Number that lies on a station; null for its own.</param>
    public static Picture Draw(
        StationMap map,
        MapCamera camera,
        Picture reference,
        int width,
        PlatePaper paper = PlatePaper.A3,
        Func<MapStation, int>? numberOf = null
    )
    {
        var geometry = CameraGeometry.Of(map, camera);
        var height = (int)Math.Round((double)width * camera.Image.Height / camera.Image.Width / 2) * 2;
        var picture = reference.Resize(width, height);
        var numbers = PlateNumbers.Of(map).Numbers!;
        foreach (var station in map.Stations)
            Lay(picture, geometry, station, numberOf?.Invoke(station) ?? numbers.TagOf(station.Id), paper);
        return picture;
    }

    /// <summary>A clip of one still picture for the camera simulator: H.264, a key frame each second.</summary>
    public static void Film(Picture picture, string file, int seconds)
    {
        var png = file + ".png";
        File.WriteAllBytes(png, picture.EncodePng());
        string[] words =
        [
            "-hide_banner",
            "-v",
            "error",
            "-y",
            "-loop",
            "1",
            "-framerate",
            "5",
            "-i",
            png,
            "-f",
            "lavfi",
            "-i",
            "aevalsrc=0.02*sin(2*PI*1000*t):s=48000:c=mono",
            "-t",
            $"{seconds}",
            "-c:v",
            "libx264",
            "-profile:v",
            "high",
            "-preset",
            "medium",
            "-tune",
            "stillimage",
            "-bf",
            "0",
            "-pix_fmt",
            "yuv420p",
            "-crf",
            "34",
            "-g",
            "10",
            "-c:a",
            "aac",
            "-b:a",
            "48k",
            "-ac",
            "1",
            "-map_metadata",
            "-1",
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            "-flags:a",
            "+bitexact",
            "-movflags",
            "+faststart",
            file,
        ];
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", words) { UseShellExecute = false, RedirectStandardInput = true })!;
        ffmpeg.StandardInput.Close();
        ffmpeg.WaitForExit();
        File.Delete(png);
        if (ffmpeg.ExitCode != 0)
            throw new InvalidOperationException($"ffmpeg ended with {ffmpeg.ExitCode}.");
    }

    private static void Lay(Picture picture, CameraGeometry camera, MapStation station, int tag, PlatePaper paper)
    {
        var half = PlatePrinter.BorderMetres(paper) / TagFamily36h11.BorderCells * TagFamily36h11.Cells / 2;
        var scale = (double)picture.Width / camera.Camera.Image.Width;
        var (sin, cos) = Math.SinCos(station.RotationDeg * Math.PI / 180);
        SpacePoint Corner(double x, double y) =>
            new(station.Center.X + (x * cos) - (y * sin), station.Center.Y + (x * sin) + (y * cos), station.Height);

        // Read from the south: the sheet's left is west, its top is north.
        SpacePoint[] places = [Corner(-half, half), Corner(half, half), Corner(half, -half), Corner(-half, -half)];
        PixelPoint?[] seen = [.. places.Select(camera.Projection!.Project)];
        if (seen.Any(p => p is null))
            return;
        PixelPoint[] pixels = [.. seen.Select(p => new PixelPoint(p!.Value.U * scale, p.Value.V * scale))];
        if (HomographyFit.Fit([new(0, 0), new(10, 0), new(10, 10), new(0, 10)], pixels, 1) is not { } fit)
            return;
        int left = Math.Max(0, (int)pixels.Min(p => p.U)),
            right = Math.Min(picture.Width - 1, (int)pixels.Max(p => p.U));
        int top = Math.Max(0, (int)pixels.Min(p => p.V)),
            bottom = Math.Min(picture.Height - 1, (int)pixels.Max(p => p.V));
        for (var v = top; v <= bottom; v++)
        {
            for (var u = left; u <= right; u++)
                Paint(picture, fit.ToPlan, tag, u, v);
        }
    }

    private static void Paint(Picture picture, PictureHomography back, int tag, int u, int v)
    {
        var (inside, white) = (0, 0);
        for (var i = 0; i < Samples * Samples; i++)
        {
            double x = u + (((i % Samples) + 0.5) / Samples),
                y = v + (((i / Samples) + 0.5) / Samples),
                w = (back.M20 * x) + (back.M21 * y) + back.M22;
            double column = ((back.M00 * x) + (back.M01 * y) + back.M02) / w,
                row = ((back.M10 * x) + (back.M11 * y) + back.M12) / w;
            if (column is < 0 or >= 10 || row is < 0 or >= 10)
                continue;
            inside++;
            if (TagFamily36h11.IsWhite(tag, (int)column, (int)row))
                white++;
        }

        if (inside == 0)
            return;
        var at = 3 * ((v * picture.Width) + u);
        var (share, level) = (inside / (double)(Samples * Samples), 30 + (185.0 * white / inside));
        for (var k = 0; k < 3; k++)
            picture.Bgr[at + k] = (byte)Math.Round((picture.Bgr[at + k] * (1 - share)) + (level * share));
    }
}
