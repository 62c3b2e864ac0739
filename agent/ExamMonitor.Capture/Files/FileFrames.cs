using System.Runtime.CompilerServices;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>Decodes files to pictures, at full speed. Thread-safe.</summary>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class FileFrames(FfmpegTools tools, TimeProvider time)
{
    /// <summary>One picture per second of media time: the first frame at or after each whole second from the file's start. Key frames need not be so dense.</summary>
    /// <param name="path">Media file.</param>
    /// <param name="size">Box that a picture fits in, aspect kept.</param>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <returns>Pictures that the caller disposes, in order; <see cref="AnalysisPicture.Pts"/> counts from the file's start.</returns>
    /// <exception cref="ChildProcessException">The file cannot be decoded, or not to its end; what was decoded before came out first.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async IAsyncEnumerable<AnalysisPicture> EachSecondAsync(string path, PictureSize size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var full = Existing(path);
        var errors = new ErrorLines(null);
        var start = new ChildProcessStart(tools.FfmpegPath, CaptureArguments.FilePictures(full, size)) { ErrorLine = errors.Add };
        var child = await ChildProcess.StartAsync(start, time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            var reader = new NutReader(child.Output);
            while (await NextAsync(reader, full, errors, cancellationToken).ConfigureAwait(false) is { } picture) yield return picture;
            if (await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false) is var code && code != 0) throw Undecodable(full, errors);
        }
    }

    /// <summary>A still image (PNG, JPEG) at exactly a size.</summary>
    /// <exception cref="ChildProcessException">It cannot be decoded.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async Task<AnalysisPicture> ImageAsync(string path, PictureSize size, CancellationToken cancellationToken)
    {
        var full = Existing(path);
        var errors = new ErrorLines(null);
        var child = await ChildProcess.StartAsync(new(tools.FfmpegPath, CaptureArguments.ImagePicture(full, size)) { ErrorLine = errors.Add }, time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            var picture = await NextAsync(new NutReader(child.Output), full, errors, cancellationToken).ConfigureAwait(false);
            if (picture is not null) return picture;
            await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            throw Undecodable(full, errors);
        }
    }

    private static async Task<AnalysisPicture?> NextAsync(NutReader reader, string path, ErrorLines errors, CancellationToken cancellationToken)
    {
        try
        {
            var picture = await reader.ReadAsync(static () => DateTimeOffset.UnixEpoch, cancellationToken).ConfigureAwait(false);
            return picture?.At(DateTimeOffset.UnixEpoch + picture.Pts.ToTimeSpan());
        }
        catch (InvalidMediaException)
        {
            throw Undecodable(path, errors);
        }
    }

    private static string Existing(string path) =>
        File.Exists(path) ? Path.GetFullPath(path) : throw new FileNotFoundException($"{path} does not exist.", path);

    private static ChildProcessException Undecodable(string path, ErrorLines errors) =>
        new($"{path} cannot be decoded to its end: {errors.Last}. Check that it is a video file and whole.");
}
