using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// Reads a pipe that is filled in bursts, on a thread that has nothing else to do: every read blocks, and none makes a thread of the pool
/// wake up.
/// </summary>
/// <remarks>
/// ffmpeg keeps a fragment until it is whole and then writes it in pieces of 32 KiB. Whoever reads on before a burst is over therefore
/// pauses first (<see cref="Pause"/>), so that the rest comes in two or three pieces and not in thirty, each with a wake-up of its own: a
/// fragment is handed over 10 to 30 ms later. What a caller does not want yet, such as the bytes behind a box header, is kept for its next
/// read. The token is looked at while nothing comes: at the latest after <see cref="Look"/>; whoever wants the end at once kills the child,
/// which ends the pipe. Windows: reads block without looking at the token.
/// </remarks>
/// <param name="inner">Output of a child, read synchronously by nobody else; not disposed.</param>
internal sealed partial class BurstStream(Stream inner) : Stream
{
    /// <summary>Enough for ffmpeg to fill the pipe again; a tenth of the resolution of gaps.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than fragments are apart, so that it costs nothing while they come.</summary>
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(2.5);

    private const short PollIn = 1;

    private readonly byte[] _ahead = new byte[32 << 10];
    private int _from;
    private int _to;
    private bool _inBurst;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Blocks until something has come; the task is always completed.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (_from == _to && buffer.Length >= _ahead.Length)
            {
                var read = Take(buffer.Span, cancellationToken);
                _inBurst = read < buffer.Length;
                return new(read);
            }

            if (_from == _to)
            {
                (_from, _to) = (0, Take(_ahead, cancellationToken));
                _inBurst = true;
            }

            var given = Math.Min(buffer.Length, _to - _from);
            _ahead.AsSpan(_from, given).CopyTo(buffer.Span);
            _from += given;
            return new(given);
        }
        catch (OperationCanceledException e)
        {
            return ValueTask.FromException<int>(e);
        }
        catch (IOException e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    private int Take(Span<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (OperatingSystem.IsLinux() && inner is PipeStream pipe)
        {
            if (_inBurst)
                Wait(null, Pause);
            while (!Wait(pipe, Look))
                cancellationToken.ThrowIfCancellationRequested();
        }

        var read = inner.Read(buffer);
        // An end may come of a kill, because nobody waits any more.
        if (read == 0)
            cancellationToken.ThrowIfCancellationRequested();
        return read;
    }

    // poll(2): readable, or at its end; false when the time is over. With no pipe it only waits.
    private static bool Wait(PipeStream? pipe, TimeSpan longest)
    {
        var added = false;
        try
        {
            pipe?.SafePipeHandle.DangerousAddRef(ref added);
            var watched = new Watched { File = pipe is null ? -1 : (int)pipe.SafePipeHandle.DangerousGetHandle(), Events = PollIn };
            // An interrupted wait (-1) is one that has brought nothing.
            return Poll(ref watched, 1, (int)longest.TotalMilliseconds) > 0;
        }
        finally
        {
            if (added)
                pipe!.SafePipeHandle.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Poll(ref Watched files, nuint count, int timeoutMs);

    [StructLayout(LayoutKind.Sequential)]
    private struct Watched
    {
        public int File;
        public short Events;
        public short Happened;
    }
}
