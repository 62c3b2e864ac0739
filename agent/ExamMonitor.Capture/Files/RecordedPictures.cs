using System.Runtime.CompilerServices;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>The pictures of a file that the live path would judge, at full speed: the same frames, size and order. Thread-safe.</summary>
/// <remarks>Key frames are decoded alone. Where they are rare (<see cref="PictureChoice"/>) a second child decodes everything; it is
/// started at the first such place.</remarks>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class RecordedPictures(FfmpegTools tools, TimeProvider time)
{
    /// <summary>Reads to the end.</summary>
    /// <param name="path">Media file.</param>
    /// <param name="size">Box that a picture fits in, aspect kept.</param>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <returns>Pictures that the caller disposes, in order; <see cref="AnalysisPicture.Pts"/> counts from the file's start.</returns>
    /// <exception cref="ChildProcessException">The file cannot be decoded, or not to its end; what was decoded before came out
    /// first.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async IAsyncEnumerable<AnalysisPicture> ReadAsync(
        string path,
        PictureSize size,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var full = FilePictureReader.Existing(path);
        var end = await EndAsync(full, cancellationToken).ConfigureAwait(false);
        var choice = new PictureChoice();
        var keys = await FilePictureReader
            .OpenAsync(tools, CaptureArguments.FileKeyFrames(full, size), full, time, cancellationToken)
            .ConfigureAwait(false);
        FilePictureReader? between = null;
        await using (keys.ConfigureAwait(false))
        {
            try
            {
                var key = await keys.NextAsync(cancellationToken).ConfigureAwait(false);
                for (var from = new Pts90k(0); ; from = key!.Pts, key = await keys.NextAsync(cancellationToken).ConfigureAwait(false))
                {
                    var until = key?.Pts ?? end;
                    if (choice.AtOnce || PictureChoice.IsRare(from, until))
                    {
                        between ??= await FilePictureReader
                            .OpenAsync(tools, CaptureArguments.FileBetween(full, size), full, time, cancellationToken)
                            .ConfigureAwait(false);
                        await foreach (var picture in between.InsideAsync(from, until, cancellationToken).ConfigureAwait(false))
                        {
                            if (choice.Take(picture.Pts, isKeyFrame: false))
                                yield return picture.BetweenKeyFrames();
                            else
                                picture.Dispose();
                        }
                    }

                    if (key is null)
                        break;
                    if (choice.Take(key.Pts, isKeyFrame: true))
                        yield return key;
                    else
                        key.Dispose();
                }
            }
            finally
            {
                if (between is not null)
                    await between.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Where the file ends in media time; far away when it does not say.</summary>
    private async Task<Pts90k> EndAsync(string path, CancellationToken cancellationToken)
    {
        string[] words =
        [
            "-v",
            "error",
            "-protocol_whitelist",
            "file",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
            "file:" + path,
        ];
        var child = await ChildProcess.StartAsync(new(tools.FfprobePath, words), time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            using var reader = new StreamReader(child.Output);
            var text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            return double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e9
                ? new((long)(seconds * Pts90k.PerSecond))
                : new(long.MaxValue / 2);
        }
    }
}
