using System.Globalization;
using ExamMonitor.Capture.Children;

namespace ExamMonitor.Capture;

/// <summary>One picture of a media file at a moment, as JPEG, in a short-lived child. Thread-safe.</summary>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class MomentPicture(FfmpegTools tools, TimeProvider time)
{
    private const int LargestJpeg = 8 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>The picture; null when there is none that can be decoded.</summary>
    /// <param name="path">Media file.</param>
    /// <param name="at">From its start.</param>
    /// <param name="width">Width, px, even.</param>
    /// <param name="cancellationToken">Stops decoding.</param>
    public async Task<byte[]?> JpegAsync(string path, TimeSpan at, int width, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        string[] words =
        [
            "-hide_banner",
            "-nostdin",
            "-v",
            "error",
            "-threads",
            "1",
            "-protocol_whitelist",
            "file",
            "-ss",
            at.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture),
            "-i",
            "file:" + Path.GetFullPath(path),
            "-map",
            "0:v:0",
            "-frames:v",
            "1",
            "-vf",
            string.Create(CultureInfo.InvariantCulture, $"scale={width}:-2,format=yuvj420p"),
            "-c:v",
            "mjpeg",
            "-q:v",
            "4",
            "-f",
            "image2pipe",
            "pipe:1",
        ];
        try
        {
            var child = await ChildProcess
                .StartAsync(new(tools.FfmpegPath, words) { LowPriority = true }, time, either.Token)
                .ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                using var jpeg = new MemoryStream();
                var buffer = new byte[64 << 10];
                int read;
                while ((read = await child.Output.ReadAsync(buffer, either.Token).ConfigureAwait(false)) > 0 && jpeg.Length < LargestJpeg)
                    await jpeg.WriteAsync(buffer.AsMemory(0, read), either.Token).ConfigureAwait(false);
                return jpeg.Length > 0 ? jpeg.ToArray() : null;
            }
        }
        catch (Exception e)
            when (e is ChildProcessException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
