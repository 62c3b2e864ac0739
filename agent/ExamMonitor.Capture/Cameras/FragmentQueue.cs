using System.Threading.Channels;

namespace ExamMonitor.Capture;

/// <summary>Fragments on their way to the writer, bounded by bytes (one fragment always fits): a slow disk costs the segment that waits too long, never the stream's memory without bound. A writer that waits for nothing is called on the thread that adds.</summary>
internal sealed class FragmentQueue(long mostBytes)
{
    private readonly Channel<CapturedFragment> _channel = Channel.CreateUnbounded<CapturedFragment>(new() { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });
    private long _bytes;

    /// <summary>Puts a fragment in.</summary>
    /// <returns>False when the queue is full; the fragment is not taken.</returns>
    public bool TryAdd(CapturedFragment fragment)
    {
        var size = fragment.Fragment.Bytes.Length;
        if (Interlocked.Add(ref _bytes, size) is var waiting && waiting > mostBytes && waiting > size)
        {
            Interlocked.Add(ref _bytes, -size);
            return false;
        }

        return _channel.Writer.TryWrite(fragment);
    }

    /// <summary>No more fragments.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Hands over in order until <see cref="Complete"/> and empty.</summary>
    public async Task PumpAsync(ICameraSink sink, CancellationToken cancellationToken)
    {
        await foreach (var fragment in _channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await sink.FragmentAsync(fragment, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _bytes, -fragment.Fragment.Bytes.Length);
        }
    }
}
