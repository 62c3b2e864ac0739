using System.Buffers.Binary;
using System.Globalization;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture;

/// <summary>Measures the sound of a media file, or of fragments, in a short-lived child of low priority. Thread-safe.</summary>
/// <remarks>Cost, measured on a minute of 1080p at 4 Mbit/s: 0.10 s of processor time with 48 kHz mono; 0.06 s of it is the start of
/// ffmpeg. Without <c>-skip_frame</c> ffmpeg decodes pictures to learn what they are, before it drops them: 0.13 s.</remarks>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class FileSound(FfmpegTools tools, TimeProvider time)
{
    private const int WavHeader = 44;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Every whole second of the file's first audio track; empty when it has none, or none that lasts a second.</summary>
    /// <param name="path">Media file.</param>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <exception cref="ChildProcessException">It cannot be decoded, or took longer than 30 s.</exception>
    /// <exception cref="FileNotFoundException">There is no such file (any more).</exception>
    public Task<IReadOnlyList<SoundSecond>> EachSecondAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path} does not exist.", path);
        return MeasureAsync(CaptureArguments.Sound(Path.GetFullPath(path)), null, path, cancellationToken);
    }

    /// <summary>The same of fragments, each asked for when the decoder takes it.</summary>
    /// <param name="pieces">Initialization segment, then fragments of its run in their order.</param>
    /// <param name="cancellationToken">Stops decoding.</param>
    /// <exception cref="ChildProcessException">They cannot be decoded, or it took longer than 30 s.</exception>
    public Task<IReadOnlyList<SoundSecond>> EachSecondAsync(
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> pieces,
        CancellationToken cancellationToken
    ) => MeasureAsync(CaptureArguments.FragmentSound(), pieces, "the newest fragments", cancellationToken);

    private async Task<IReadOnlyList<SoundSecond>> MeasureAsync(
        IReadOnlyList<string> arguments,
        Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>>? pieces,
        string what,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var errors = new ErrorLines(null);
        try
        {
            var child = await ChildProcess
                .StartAsync(new(tools.FfmpegPath, arguments) { ErrorLine = errors.Add, LowPriority = true }, time, either.Token)
                .ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                // While it reads it writes: whoever first gave it everything would wait for ever.
                var fed = pieces is null ? Task.CompletedTask : FeedAsync(child, pieces(either.Token), either.Token);
                var seconds = await ReadAsync(child, what, errors, either.Token).ConfigureAwait(false);
                await fed.ConfigureAwait(false);
                return seconds;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChildProcessException(
                $"Decoding the sound of {what} took longer than {Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s. The computer is overloaded."
            );
        }
    }

    private static async Task FeedAsync(
        ChildProcess child,
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await foreach (var piece in pieces.ConfigureAwait(false))
                await child.Input.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            await child.Input.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has ended; what it says on its output counts.
        }
    }

    private static async Task<IReadOnlyList<SoundSecond>> ReadAsync(
        ChildProcess child,
        string what,
        ErrorLines errors,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[64 << 10];
        var seconds = new List<SoundSecond>();
        if (
            await child
                .Output.ReadAtLeastAsync(buffer.AsMemory(0, WavHeader), WavHeader, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false) < WavHeader
        )
        {
            // ffmpeg refuses to write a file without any stream: that is the answer, unless it says something else.
            await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return errors.Last is null or { Length: 0 } || errors.Last.Contains("does not contain any stream", StringComparison.Ordinal)
                ? []
                : throw new ChildProcessException($"The sound of {what} cannot be decoded: {errors.Last}");
        }

        var (channels, rate) = (
            BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(22)),
            BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(24))
        );
        if (channels is 0 or > 64 || rate is < 1000 or > 768_000)
            throw new ChildProcessException($"The sound of {what} has {channels} channels of {rate} Hz.");
        var meter = new SoundMeter(rate, channels);
        var frame = 2 * channels;
        int read;
        while (
            (
                read = await child
                    .Output.ReadAtLeastAsync(
                        buffer.AsMemory(0, buffer.Length / frame * frame),
                        frame,
                        throwOnEndOfStream: false,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ) > 0
        )
        {
            // Pipes cut where they like: the rest of a frame is fetched before it is measured.
            if (read % frame is > 0 and var cut)
                read += await child
                    .Output.ReadAtLeastAsync(buffer.AsMemory(read, frame - cut), frame - cut, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
            meter.Add(buffer.AsSpan(0, read), seconds);
        }

        return seconds;
    }
}
