using System.Runtime.CompilerServices;
using ExamMonitor.Media;

namespace ExamMonitor.Recording;

/// <summary>The newest fragments of a run.</summary>
/// <param name="Initialization">Of the run.</param>
/// <param name="Fragments">At least one, in their order.</param>
public sealed record LiveTail(InitializationSegment Initialization, IReadOnlyList<LiveFragment> Fragments)
{
    /// <summary>Wall time of the first, UTC.</summary>
    public DateTimeOffset StartUtc => Fragments[0].StartUtc;

    /// <summary>Media duration of all.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds((double)Fragments.Sum(f => f.Duration) / Pts90k.PerSecond);

    /// <summary>Initialization segment, then the fragments, each read when it is asked for; ends before the first that is gone.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Initialization.Bytes;
        foreach (var fragment in Fragments)
        {
            if (await fragment.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } bytes)
                yield break;
            yield return bytes;
        }
    }
}
