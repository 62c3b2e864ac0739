using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>
/// Decodes the key frame at the start of a fragment, on demand, in a short-lived child. Thread-safe; at most <paramref name="most"/>
/// children at once, further calls wait.
/// </summary>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
/// <param name="most">Children at once, ≥ 1.</param>
public sealed class KeyFrameSnapshot(FfmpegTools tools, TimeProvider time, int most = 2) : IDisposable
{
    private const int LargestJpeg = 32 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private readonly SemaphoreSlim _free = new(most, most);

    /// <summary>The picture as JPEG.</summary>
    /// <param name="initialization"><c>ftyp</c> + <c>moov</c>.</param>
    /// <param name="fragment">Fragment that starts with a sync sample.</param>
    /// <param name="width">Width, px, even, 16 to 8192; null for full resolution. Never enlarges.</param>
    /// <param name="cancellationToken">Stops waiting and decoding.</param>
    /// <exception cref="ChildProcessException">It cannot be decoded, or took longer than 15 s.</exception>
    public async Task<byte[]> JpegAsync(
        ReadOnlyMemory<byte> initialization,
        ReadOnlyMemory<byte> fragment,
        int? width,
        CancellationToken cancellationToken
    )
    {
        if (width is { } asked && (asked is < 16 or > 8192 || asked % 2 != 0))
            throw new ArgumentOutOfRangeException(nameof(width), width, "An even width of 16 to 8192 px.");
        var jpeg = new MemoryStream();
        await DecodeAsync(CaptureArguments.Snapshot(width), initialization, fragment, ReadAsync, cancellationToken).ConfigureAwait(false);
        return jpeg.Length > 0 ? jpeg.ToArray() : throw new ChildProcessException("The fragment holds no picture that can be decoded.");

        async Task ReadAsync(Stream output, CancellationToken ct)
        {
            var buffer = new byte[64 << 10];
            int read;
            while ((read = await output.ReadAsync(buffer, ct).ConfigureAwait(false)) > 0)
            {
                if (jpeg.Length + read > LargestJpeg)
                    throw new ChildProcessException("The picture is larger than 32 MiB.");
                await jpeg.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The picture, small, for analysis; null when it cannot be decoded.</summary>
    internal async Task<AnalysisPicture?> PictureAsync(
        InitializationSegment initialization,
        Fragment fragment,
        PictureSize size,
        DateTimeOffset arrivedAtUtc,
        CancellationToken cancellationToken
    )
    {
        AnalysisPicture? picture = null;
        await DecodeAsync(CaptureArguments.SmallPicture(size), initialization.Bytes, fragment.Bytes, ReadAsync, cancellationToken)
            .ConfigureAwait(false);
        return picture;

        async Task ReadAsync(Stream output, CancellationToken ct)
        {
            picture = await new NutReader(output).ReadAsync(() => arrivedAtUtc, ct).ConfigureAwait(false);
            await output.CopyToAsync(Stream.Null, ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private async Task DecodeAsync(
        IReadOnlyList<string> arguments,
        ReadOnlyMemory<byte> initialization,
        ReadOnlyMemory<byte> fragment,
        Func<Stream, CancellationToken, Task> read,
        CancellationToken cancellationToken
    )
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var errors = new ErrorLines(null);
            var start = new ChildProcessStart(tools.FfmpegPath, arguments) { ErrorLine = errors.Add, LowPriority = true };
            var child = await ChildProcess.StartAsync(start, time, either.Token).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                try
                {
                    var writing = WriteAsync(child, initialization, fragment, either.Token);
                    await read(child.Output, either.Token).ConfigureAwait(false);
                    await writing.ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new ChildProcessException(
                        $"Decoding a key frame took longer than {Limit.TotalSeconds} s. The computer is overloaded, or the fragment is damaged."
                    );
                }
            }
        }
        finally
        {
            _free.Release();
        }
    }

    // ffmpeg closes its input as soon as it has the one picture; what is left unwritten then does not matter.
    private static async Task WriteAsync(
        ChildProcess child,
        ReadOnlyMemory<byte> initialization,
        ReadOnlyMemory<byte> fragment,
        CancellationToken ct
    )
    {
        try
        {
            await child.Input.WriteAsync(initialization, ct).ConfigureAwait(false);
            await child.Input.WriteAsync(fragment, ct).ConfigureAwait(false);
            await child.Input.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The child has what it needs, or has failed; its output tells.
        }
    }
}
