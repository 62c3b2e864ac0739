using System.Runtime.CompilerServices;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture;

/// <summary>Decodes files to pictures, at full speed. Thread-safe.</summary>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class FileFrames(FfmpegTools tools, TimeProvider time)
{
    /// <summary>
    /// One picture per second of media time: the first frame at or after each whole second from the file's start. Key frames need not be so
    /// dense.
    /// </summary>
    /// <param name="path">Media file.</param>
    /// <param name="size">Box that a picture fits in, aspect kept.</param>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <returns>Pictures that the caller disposes, in order; <see cref="AnalysisPicture.Pts"/> counts from the file's start.</returns>
    /// <exception cref="ChildProcessException">The file cannot be decoded, or not to its end; what was decoded before came out
    /// first.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async IAsyncEnumerable<AnalysisPicture> EachSecondAsync(
        string path,
        PictureSize size,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var full = FilePictureReader.Existing(path);
        var reader = await FilePictureReader
            .OpenAsync(tools, CaptureArguments.FilePictures(full, size), full, time, cancellationToken)
            .ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } picture)
                yield return picture;
        }
    }

    /// <summary>A still image (PNG, JPEG) at exactly a size.</summary>
    /// <exception cref="ChildProcessException">It cannot be decoded.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async Task<AnalysisPicture> ImageAsync(string path, PictureSize size, CancellationToken cancellationToken)
    {
        var full = FilePictureReader.Existing(path);
        var reader = await FilePictureReader
            .OpenAsync(tools, CaptureArguments.ImagePicture(full, size), full, time, cancellationToken)
            .ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            return await reader.NextAsync(cancellationToken).ConfigureAwait(false) ?? throw reader.Undecodable();
        }
    }
}
