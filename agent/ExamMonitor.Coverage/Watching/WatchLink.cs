using System.Collections.Concurrent;
using System.Threading.Channels;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Watching;

/// <summary>The agent's side of the watch child: offers pictures, hears verdicts. One link per child process.</summary>
/// <remarks>
/// The latest picture of each camera wins: one that has not been sent when the next comes is dropped and counted. At most
/// <see cref="InFlight"/> pictures are unanswered at a time, so neither side ever holds more than a few. <see cref="Offer"/> never blocks
/// and is safe from any thread.
/// </remarks>
/// <param name="toChild">Standard input of the child.</param>
/// <param name="fromChild">Standard output of the child.</param>
/// <param name="configuration">What to watch.</param>
/// <param name="listener">Hears what the child says.</param>
public sealed class WatchLink(Stream toChild, Stream fromChild, WatchConfiguration configuration, IWatchListener listener) : IDisposable
{
    /// <summary>Unanswered pictures: one being judged, one waiting in the pipe.</summary>
    public const int InFlight = 2;

    private readonly ConcurrentDictionary<WatchedName, Slot> _slots = new(
        NamesOf(configuration).Select(n => KeyValuePair.Create(n, new Slot()))
    );

    private readonly Channel<WatchedName> _waiting = Channel.CreateUnbounded<WatchedName>(new() { SingleReader = true });
    private readonly SemaphoreSlim _credit = new(InFlight);
    private WatchConfiguration? _next;
    private long _dropped;

    /// <summary>Pictures that were dropped because a newer one came first.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Offers a camera's newest picture; the bytes are copied.</summary>
    /// <param name="name">A camera of the configuration; another one is ignored.</param>
    /// <param name="size">px, even, at most 1920 × 1080.</param>
    /// <param name="i420">Planar YUV 4:2:0.</param>
    /// <param name="at">Arrival, UTC.</param>
    /// <param name="kind">How it was coded.</param>
    /// <exception cref="ArgumentException">Size and length do not fit.</exception>
    public void Offer(WatchedName name, PixelSize size, ReadOnlySpan<byte> i420, DateTimeOffset at, PictureKind kind = PictureKind.Key)
    {
        if (size.Width is < 2 or > 1920 || size.Height is < 2 or > 1080 || i420.Length != size.Width * size.Height * 3 / 2)
            throw new ArgumentException($"A picture of {size.Width} × {size.Height} does not have {i420.Length} bytes.", nameof(i420));
        if (!_slots.TryGetValue(name, out var slot))
            return;
        if (slot.Put(name, size, i420, at, kind))
            _waiting.Writer.TryWrite(name);
        else
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>
    /// Tells the child to watch something else from now on; cameras whose part did not change go on. Safe from any thread; never blocks.
    /// </summary>
    public void Configure(WatchConfiguration changed)
    {
        foreach (var name in NamesOf(changed))
            _slots.TryAdd(name, new());
        Interlocked.Exchange(ref _next, changed);
        _waiting.Writer.TryWrite(default);
    }

    /// <summary>Configures the child and serves until its output ends or the stop comes.</summary>
    /// <param name="stop">Ends the service; the child sees the end of its input when the caller closes it.</param>
    /// <exception cref="IOException">The child went away or broke the protocol.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await toChild.WriteAsync(WatchFrames.Json(WatchKind.Configure, configuration), stop).ConfigureAwait(false);
        await toChild.FlushAsync(stop).ConfigureAwait(false);
        var sending = SendAsync(either.Token);
        var hearing = HearAsync(either.Token);
        var first = await Task.WhenAny(sending, hearing).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(sending, hearing).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The other loop was cancelled by us; the first one says what happened.
        }

        stop.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
        throw new EndOfStreamException("The watch child closed its output.");
    }

    /// <summary>Frees the link after <see cref="RunAsync"/> has returned; the streams stay the caller's.</summary>
    public void Dispose() => _credit.Dispose();

    private async Task SendAsync(CancellationToken stop)
    {
        var buffer = new byte[4096];
        await foreach (var name in _waiting.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (Interlocked.Exchange(ref _next, null) is { } changed)
            {
                await toChild.WriteAsync(WatchFrames.Json(WatchKind.Configure, changed), stop).ConfigureAwait(false);
                await toChild.FlushAsync(stop).ConfigureAwait(false);
            }

            if (name == default)
                continue;
            await _credit.WaitAsync(stop).ConfigureAwait(false);
            var length = _slots[name].Take(ref buffer);
            await toChild.WriteAsync(buffer.AsMemory(0, length), stop).ConfigureAwait(false);
            await toChild.FlushAsync(stop).ConfigureAwait(false);
        }
    }

    private async Task HearAsync(CancellationToken stop)
    {
        var pipe = new WatchPipe(fromChild);
        while (await pipe.ReadAsync(stop).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case WatchKind.Ready:
                    listener.Ready(WatchFrames.Read<WatchReady>(frame.Payload.Span));
                    break;
                case WatchKind.Verdict:
                    listener.Judged(WatchFrames.Read<WatchVerdict>(frame.Payload.Span));
                    break;
                case WatchKind.Taken:
                    GiveCredit();
                    listener.Taken();
                    break;
                case WatchKind.Refusal:
                    GiveCredit();
                    listener.Refused(WatchFrames.Read<WatchRefusal>(frame.Payload.Span));
                    break;
                case WatchKind.Evidence:
                    listener.Shown(WatchFrames.Read<WatchEvidence>(frame.Payload.Span));
                    break;
                default:
                    throw new WatchProtocolException($"A {frame.Kind} does not come from the watch child.");
            }
        }
    }

    private static IEnumerable<WatchedName> NamesOf(WatchConfiguration configuration) =>
        configuration.Rooms.SelectMany(r => r.Map.Cameras.Select(c => new WatchedName(r.Map.Room.Id, c.Id)));

    private void GiveCredit()
    {
        if (_credit.CurrentCount >= InFlight)
            throw new WatchProtocolException("The watch child answered a picture that it was not sent.");
        _credit.Release();
    }

    /// <summary>The newest picture of a camera, already in the pipe's format.</summary>
    private sealed class Slot
    {
        private readonly Lock _lock = new();
        private byte[] _frame = [];
        private int _length;

        /// <summary>Keeps a picture; false when it replaced one that was not sent.</summary>
        public bool Put(WatchedName name, PixelSize size, ReadOnlySpan<byte> i420, DateTimeOffset at, PictureKind kind)
        {
            lock (_lock)
            {
                var free = _length == 0;
                _length = WatchFrames.WritePicture(ref _frame, name, size, i420, at, kind);
                return free;
            }
        }

        /// <summary>Swaps the picture out.</summary>
        public int Take(ref byte[] buffer)
        {
            lock (_lock)
            {
                (buffer, _frame) = (_frame, buffer);
                var length = _length;
                _length = 0;
                return length;
            }
        }
    }
}
