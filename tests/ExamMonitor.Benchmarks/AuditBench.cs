using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks;

/// <summary>Judges a folder of clips named CAMERA_CASE.mp4 against a map, one picture a second at 640 px width.</summary>
internal static class AuditBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (mapPath, clips, output, pattern) = (args[0], args[1], args[2], args.Length > 3 ? args[3] : "*.mp4");
        var map = JsonSerializer.Deserialize<StationMap>(await File.ReadAllBytesAsync(mapPath).ConfigureAwait(false), ContractJson.Options)!;
        Directory.CreateDirectory(output);
        foreach (var clip in Directory.EnumerateFiles(clips, pattern).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(clip);
            var camera = map.Cameras.FirstOrDefault(c => c.Id.Text == name.Split('_')[0]);
            if (camera?.Reference is null) continue;
            var reference = Picture.Decode(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(mapPath)!, camera.Reference)).ConfigureAwait(false));
            var setup = new CameraSetup(new StationsInView(CameraGeometry.Of(map, camera)), reference, []);
            var height = (int)Math.Round(640.0 * camera.Image.Height / camera.Image.Width / 2) * 2;
            var clock = Stopwatch.StartNew();
            using var lines = File.Create(Path.Combine(output, name + ".jsonl"));
            var count = await AuditRun.RunAsync([setup], Pictures(camera.Id, clip, new(640, height), CancellationToken.None), lines, new(), CancellationToken.None)
                .ConfigureAwait(false);
            Console.WriteLine($"{name}: {count} pictures, {clock.Elapsed.TotalMilliseconds / Math.Max(1, count):0.0} ms each with decoding");
        }

        return 0;
    }

    private static async IAsyncEnumerable<AuditPicture> Pictures(CameraId camera, string clip, PixelSize size, [EnumeratorCancellation] CancellationToken stop)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[]
                 {
                     "-v", "error", "-nostdin", "-i", clip, "-vf", $"fps=1:round=up,scale={size.Width}:{size.Height}", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-",
                 }) start.ArgumentList.Add(argument);
        using var ffmpeg = Process.Start(start)!;
        var frame = new byte[Picture.I420Length(size.Width, size.Height)];
        for (var second = 0; ; second++)
        {
            var read = await ffmpeg.StandardOutput.BaseStream.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
            if (read < frame.Length) break;
            yield return new(camera, second, size, frame);
        }

        await ffmpeg.WaitForExitAsync(stop).ConfigureAwait(false);
    }
}
