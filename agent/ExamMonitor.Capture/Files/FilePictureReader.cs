using System.Runtime.CompilerServices;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>One ffmpeg child that decodes a file to pictures.</summary>
internal sealed class FilePictureReader : IAsyncDisposable
{
    private readonly ChildProcess _child;
    private readonly NutReader _reader;
    private readonly ErrorLines _errors;
    private readonly string _path;
    private AnalysisPicture? _waiting;

    private FilePictureReader(ChildProcess child, ErrorLines errors, string path) =>
        (_child, _reader, _errors, _path) = (child, new(child.Output), errors, path);

    /// <summary>The whole path of a file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Existing(string path) =>
        File.Exists(path) ? Path.GetFullPath(path) : throw new FileNotFoundException($"{path} does not exist.", path);

    /// <summary>Starts it.</summary>
    public static async Task<FilePictureReader> OpenAsync(
        FfmpegTools tools,
        IReadOnlyList<string> arguments,
        string path,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var errors = new ErrorLines(null);
        return new(
            await ChildProcess
                .StartAsync(new(tools.FfmpegPath, arguments) { ErrorLine = errors.Add }, time, cancellationToken)
                .ConfigureAwait(false),
            errors,
            path
        );
    }

    /// <summary>The next picture; null at the end.</summary>
    /// <exception cref="ChildProcessException">The file cannot be decoded to its end.</exception>
    public async Task<AnalysisPicture?> NextAsync(CancellationToken cancellationToken)
    {
        if (_waiting is { } kept)
        {
            _waiting = null;
            return kept;
        }

        try
        {
            var picture = await _reader.ReadAsync(static () => DateTimeOffset.UnixEpoch, cancellationToken).ConfigureAwait(false);
            if (picture is not null)
                return picture.At(DateTimeOffset.UnixEpoch + picture.Pts.ToTimeSpan());
        }
        catch (InvalidMediaException)
        {
            throw Undecodable();
        }

        return await _child.WaitForExitAsync(cancellationToken).ConfigureAwait(false) == 0 ? null : throw Undecodable();
    }

    /// <summary>Pictures after one time and before another; earlier ones are passed over, the first later one is kept.</summary>
    public async IAsyncEnumerable<AnalysisPicture> InsideAsync(
        Pts90k from,
        Pts90k until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false) is { } picture)
        {
            if (picture.Pts >= until)
            {
                _waiting = picture;
                yield break;
            }

            if (picture.Pts > from)
                yield return picture;
            else
                picture.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _waiting?.Dispose();
        await _child.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What a file that gives no picture is told as.</summary>
    public ChildProcessException Undecodable() =>
        new($"{_path} cannot be decoded to its end: {_errors.Last}. Check that it is a video file and whole.");
}
