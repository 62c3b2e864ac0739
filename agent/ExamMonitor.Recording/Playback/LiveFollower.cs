using ExamMonitor.Media;

namespace ExamMonitor.Recording;

/// <summary>
/// A viewer's place in a <see cref="LiveWindow"/>: one run, from a fragment that can be decoded alone, each fragment as it arrives.
/// </summary>
public sealed class LiveFollower
{
    private readonly LiveWindow _window;
    private readonly long _run;
    private long _sequence;

    internal LiveFollower(LiveWindow window, InitializationSegment initialization, long run, long sequence) =>
        (_window, Initialization, _run, _sequence) = (window, initialization, run, sequence);

    /// <summary>What a player needs before the first fragment.</summary>
    public InitializationSegment Initialization { get; }

    /// <summary>
    /// Waits for the next fragment. Null at the end: the camera began another run, or the viewer was so slow that the fragment has left the
    /// window, or the disk does not give it.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var next = await _window.NextAsync(_run, _sequence, cancellationToken).ConfigureAwait(false);
        _sequence++;
        return next is null ? null : await next.ReadAsync(cancellationToken).ConfigureAwait(false);
    }
}
