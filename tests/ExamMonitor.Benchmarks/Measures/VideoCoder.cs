using System.Diagnostics;
using System.Runtime.CompilerServices;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>Codes pictures as one stream of H.264 and gives back its key frames, as the analysis reads them.</summary>
internal static class VideoCoder
{
    /// <summary>Key frames of the coded stream, in order.</summary>
    /// <param name="frames">Planar YUV 4:2:0, <paramref name="group"/> for each key frame.</param>
    /// <param name="size">Of a picture, px.</param>
    /// <param name="rate">Constant rate factor up to 51; above it, kbit of a group of pictures on average.</param>
    /// <param name="group">Pictures from key frame to key frame.</param>
    /// <param name="stop">Stops both children.</param>
    public static async IAsyncEnumerable<byte[]> KeyFrames(
        IEnumerable<byte[]> frames,
        PixelSize size,
        int rate,
        int group,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        string[] raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p"];
        string[] quality =
            rate <= 51 ? ["-crf", $"{rate}"] : ["-b:v", $"{rate / group}k", "-maxrate", $"{rate / group}k", "-bufsize", $"{rate}k"];
        using var encoder = Start([
            .. raw,
            "-s",
            $"{size.Width}x{size.Height}",
            "-r",
            "1",
            "-i",
            "-",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-tune",
            "zerolatency",
            "-x264-params",
            "scenecut=0",
            "-g",
            $"{group}",
            "-keyint_min",
            $"{group}",
            .. quality,
            "-threads",
            "1",
            "-f",
            "h264",
            "-",
        ]);
        using var decoder = Start(["-skip_frame", "nokey", "-f", "h264", "-i", "-", "-fps_mode", "passthrough", .. raw, "-"]);
        try
        {
            var written = WriteAsync(frames, encoder.StandardInput, stop);
            var passed = PassAsync(encoder.StandardOutput.BaseStream, decoder.StandardInput, stop);
            var frame = new byte[Picture.I420Length(size.Width, size.Height)];
            while (
                await decoder
                    .StandardOutput.BaseStream.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, stop)
                    .ConfigureAwait(false) == frame.Length
            )
                yield return frame;
            await Task.WhenAll(written, passed).ConfigureAwait(false);
        }
        finally
        {
            foreach (var child in new[] { encoder, decoder })
                if (!child.HasExited)
                    child.Kill();
        }
    }

    private static async Task WriteAsync(IEnumerable<byte[]> frames, StreamWriter encoder, CancellationToken stop)
    {
        foreach (var frame in frames)
            await encoder.BaseStream.WriteAsync(frame, stop).ConfigureAwait(false);
        encoder.Close();
    }

    private static async Task PassAsync(Stream encoded, StreamWriter decoder, CancellationToken stop)
    {
        await encoded.CopyToAsync(decoder.BaseStream, stop).ConfigureAwait(false);
        decoder.Close();
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("ffmpeg")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["-v", "error", .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
