using System.Buffers;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Coverage.Auditing;

/// <summary>One picture of a file.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Seconds">Media time, seconds ≥ 0, not falling within a camera.</param>
/// <param name="Size">px, even; may change between pictures.</param>
/// <param name="I420">Planar YUV 4:2:0; read before the next picture is asked for.</param>
/// <param name="Kind">Whether the coder made it anew or from the pictures before it.</param>
public readonly record struct AuditPicture(
    CameraId Camera,
    double Seconds,
    PixelSize Size,
    ReadOnlyMemory<byte> I420,
    PictureKind Kind = PictureKind.Key
);

/// <summary>Sees verdicts as they are made, in order.</summary>
public interface IAuditObserver
{
    /// <summary>Takes one verdict.</summary>
    /// <param name="seconds">Media time, seconds.</param>
    /// <param name="verdict">Settled verdict of a camera.</param>
    /// <param name="picture">The picture that it was made of, to be read before the method returns; null in a gap.</param>
    void Take(double seconds, CameraVerdict verdict, AuditPicture? picture);
}

/// <summary>Judges recorded pictures exactly as live ones and writes one JSON line per picture and camera.</summary>
public static class AuditRun
{
    /// <summary>Runs to the end of the pictures.</summary>
    /// <param name="cameras">Every camera that may appear.</param>
    /// <param name="pictures">In order of time within each camera, about one a second.</param>
    /// <param name="output">Takes the lines, UTF-8; left open.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="stop">Stops between two pictures.</param>
    /// <param name="observer">Sees each verdict before it is written; null for none.</param>
    /// <returns>Number of lines.</returns>
    /// <exception cref="ArgumentException">A picture of a camera that was not set up.</exception>
    public static async Task<int> RunAsync(
        IReadOnlyList<CameraSetup> cameras,
        IAsyncEnumerable<AuditPicture> pictures,
        Stream output,
        CoverageOptions options,
        CancellationToken stop,
        IAuditObserver? observer = null
    )
    {
        var watched = cameras.ToDictionary(c => c.Camera, c => new WatchedCamera(c, options));
        var line = new ArrayBufferWriter<byte>(4096);
        var last = new Dictionary<CameraId, double>();
        var lines = 0;
        try
        {
            await foreach (var picture in pictures.WithCancellation(stop).ConfigureAwait(false))
            {
                if (!watched.TryGetValue(picture.Camera, out var camera))
                    throw new ArgumentException($"No camera {picture.Camera} was set up.", nameof(pictures));
                lines += await SilentAsync(
                        camera,
                        last.GetValueOrDefault(picture.Camera, picture.Seconds),
                        picture.Seconds,
                        line,
                        output,
                        observer,
                        stop
                    )
                    .ConfigureAwait(false);
                last[picture.Camera] = picture.Seconds;
                var verdict = camera.Judge(picture.I420.Span, picture.Size, At(picture.Seconds), picture.Kind);
                observer?.Take(picture.Seconds, verdict, picture);
                await WriteAsync(line, picture.Seconds, verdict, output, stop).ConfigureAwait(false);
                lines++;
            }
        }
        finally
        {
            foreach (var camera in watched.Values)
                camera.Dispose();
        }

        await output.FlushAsync(stop).ConfigureAwait(false);
        return lines;
    }

    /// <summary>A line for each second of a gap in which the signal counts as lost.</summary>
    private static async Task<int> SilentAsync(
        WatchedCamera camera,
        double from,
        double to,
        ArrayBufferWriter<byte> line,
        Stream output,
        IAuditObserver? observer,
        CancellationToken stop
    )
    {
        var lines = 0;
        for (var second = Math.Floor(from) + 1; second < to - 0.5; second++)
        {
            if (camera.Tick(At(second)) is not { } verdict)
                continue;
            observer?.Take(second, verdict, null);
            await WriteAsync(line, second, verdict, output, stop).ConfigureAwait(false);
            lines++;
        }

        return lines;
    }

    private static async Task WriteAsync(
        ArrayBufferWriter<byte> line,
        double seconds,
        CameraVerdict verdict,
        Stream output,
        CancellationToken stop
    )
    {
        line.ResetWrittenCount();
        AuditLine.Write(line, seconds, verdict);
        await output.WriteAsync(line.WrittenMemory, stop).ConfigureAwait(false);
    }

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);
}
