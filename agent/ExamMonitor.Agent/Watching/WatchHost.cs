using System.Buffers;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Agent.Watching;

/// <summary>The measuring process: pictures in, verdicts out, until its input ends. The only part of the agent that loads native vision code.</summary>
internal static class WatchHost
{
    private const long MaxReferenceBytes = 64L << 20;

    /// <summary>Runs until <paramref name="input"/> ends.</summary>
    /// <param name="input">See <see cref="WatchProtocol"/>.</param>
    /// <param name="output">See <see cref="WatchProtocol"/>.</param>
    /// <param name="errors">Sentences for the agent's log.</param>
    /// <param name="cancellationToken">Stops it between two pictures.</param>
    public static async Task RunAsync(Stream input, Stream output, TextWriter errors, CancellationToken cancellationToken)
    {
        var setup = await WatchProtocol.ReadSetupAsync(input, cancellationToken).ConfigureAwait(false);
        var cameras = new WatchedCamera?[setup.Count];
        try
        {
            for (var i = 0; i < setup.Count; i++) cameras[i] = await OpenAsync(setup[i], errors).ConfigureAwait(false);
            while (await WatchProtocol.ReadPictureAsync(input, cancellationToken).ConfigureAwait(false) is { } picture)
            {
                try
                {
                    if (picture.Camera < 0 || picture.Camera >= cameras.Length || cameras[picture.Camera] is not { } camera) continue;
                    var verdict = camera.Judge(picture.Rented.AsSpan(0, WatchProtocol.SizeOf(picture.Size)), picture.Size, picture.At);
                    await WatchProtocol.WriteAnswerAsync(output, new(picture.Camera, verdict), cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(picture.Rented);
                }
            }
        }
        finally
        {
            foreach (var camera in cameras) camera?.Dispose();
        }
    }

    /// <summary>Loads the library and measures nothing: for <c>check</c>.</summary>
    public static void SelfTest() => _ = Picture.FromI420(new byte[160 * 90 * 3 / 2], 160, 90);

    /// <summary>One camera that cannot be set up is said so and left out; the others are judged.</summary>
    private static async Task<WatchedCamera?> OpenAsync(WatchCamera camera, TextWriter errors)
    {
        try
        {
            var info = new FileInfo(camera.ReferencePath);
            if (info.Length > MaxReferenceBytes) throw new IOException($"{camera.ReferencePath} is larger than 64 MiB");
            if (StationMapFile.Load(camera.MapPath).Map is not { } map) throw new IOException($"{camera.MapPath} cannot be read");
            var geometry = new StationsInView(CameraGeometry.Of(map, map.Cameras.First(c => c.Id == camera.Camera)));
            return new(new(geometry, Picture.Decode(await File.ReadAllBytesAsync(camera.ReferencePath).ConfigureAwait(false)), []), new CoverageOptions());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VisionException or InvalidOperationException)
        {
            await errors.WriteLineAsync($"{camera.Room}/{camera.Camera} is not measured: {e.Message}").ConfigureAwait(false);
            return null;
        }
    }
}
