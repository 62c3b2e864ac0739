#pragma warning disable MA0025, CA1065, CA1822 // The body follows; the shape stands.
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;

namespace ExamMonitor.Footage;

/// <summary>Writes one camera. Calls come one after another; none waits for the disk except <see cref="EndRunAsync"/>.</summary>
public sealed class CameraRecorder
{
    private CameraRecorder()
    {
    }

    /// <summary>Room.</summary>
    public RoomId Room => throw new NotImplementedException();

    /// <summary>Camera.</summary>
    public CameraId Camera => throw new NotImplementedException();

    /// <summary>The newest fragments, for live viewers.</summary>
    public LiveWindow Live => throw new NotImplementedException();

    /// <summary>Begins a run; a run that is open is ended first.</summary>
    /// <param name="initialization">Its <c>ftyp</c> + <c>moov</c>.</param>
    /// <param name="facts">What is kept beside the media.</param>
    /// <param name="atUtc">UTC.</param>
    /// <param name="cancellationToken">Not used once the order is taken.</param>
    public ValueTask StartRunAsync(InitializationSegment initialization, RunFacts facts, DateTimeOffset atUtc, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Adds a fragment. Fragments before the first sync sample of a run are passed over.</summary>
    /// <param name="fragment">Next fragment of the run.</param>
    /// <param name="arrivedAtUtc">When its last byte arrived: monotonic clock plus the run's one wall offset.</param>
    /// <param name="cancellationToken">Not used once the order is taken.</param>
    /// <returns>False when the disk is too slow and the fragment was given up (a gap of cause <c>disk</c>).</returns>
    /// <exception cref="InvalidOperationException">No run is open.</exception>
    public ValueTask<bool> AppendAsync(Fragment fragment, DateTimeOffset arrivedAtUtc, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends the run, commits its last segment and opens a gap. Does nothing when no run is open.</summary>
    public Task EndRunAsync(GapCause cause, LocalText? detail, DateTimeOffset atUtc, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Says that the cause of the open gap is another from now on. Does nothing while a run is open or when the cause is the same.</summary>
    public ValueTask ChangeGapAsync(GapCause cause, LocalText? detail, DateTimeOffset atUtc, CancellationToken cancellationToken) => throw new NotImplementedException();
}
