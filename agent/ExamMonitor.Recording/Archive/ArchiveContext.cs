using System.Collections.Concurrent;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.Recording.Writing;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Recording;

/// <summary>What every writer of an archive shares.</summary>
/// <param name="Options">Options.</param>
/// <param name="Volume">Volume.</param>
/// <param name="VolumeId">Id that <paramref name="Volume"/> must have.</param>
/// <param name="Index">Index.</param>
/// <param name="Ledger">Ledger.</param>
internal sealed record ArchiveContext(FootageOptions Options, IVolume Volume, Guid VolumeId, FootageIndex Index, ILedgerSink Ledger)
{
    private readonly RunNumbers _runs = new();
    private readonly ClockRequest _clock = new();
    private readonly ChangeNotice _changes = new();

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Room that footage never gets.</summary>
    public required BookkeepingReserve Reserve { get; init; }

    /// <summary>Now, ms.</summary>
    public long NowMs => UnixMs.Of(Time.GetUtcNow());

    /// <summary>Writers of cameras at work, by the number of their camera. Shared by all copies of this record.</summary>
    public ConcurrentDictionary<long, CameraIndex> Writers { get; } = new();

    /// <summary>Segment files that are open for live viewers. Shared by all copies of this record.</summary>
    public LiveFiles LiveFiles { get; } = new();

    /// <summary>
    /// Asked before a file is begun: whoever keeps trusted time marks a clock that was set, so that no footage is dated by a clock whose
    /// step dies with the process.
    /// </summary>
    public event Action ClockNeeded
    {
        add => _clock.Needed += value;
        remove => _clock.Needed -= value;
    }

    /// <summary>Raised when a writer's state has changed, with the number of its camera. Whoever hears it must return at once.</summary>
    public event Action<IReadOnlyCollection<long>?> Changed
    {
        add => _changes.Changed += value;
        remove => _changes.Changed -= value;
    }

    /// <summary>Says that a writer's state has changed.</summary>
    public void NoteChanged(long camera) => _changes.Say([camera]);

    /// <summary>Has the time taken.</summary>
    public void TakeClock() => _clock.Take();

    /// <summary>Notes a run that the index knows.</summary>
    public void SeenRun(long run) => _runs.Seen(run);

    /// <summary>A run number that was never given before, by no copy of this record.</summary>
    public long NextRun() => _runs.Next();

    /// <summary>Shared by all copies of the record.</summary>
    private sealed class ClockRequest
    {
        public event Action? Needed;

        public void Take() => Needed?.Invoke();
    }

    /// <summary>Shared by all copies of the record.</summary>
    private sealed class ChangeNotice
    {
        public event Action<IReadOnlyCollection<long>?>? Changed;

        public void Say(IReadOnlyCollection<long> cameras) => Changed?.Invoke(cameras);
    }

    private sealed class RunNumbers
    {
        private readonly Lock _gate = new();
        private long _last;

        public void Seen(long run)
        {
            lock (_gate)
                _last = Math.Max(_last, run);
        }

        public long Next()
        {
            lock (_gate)
                return ++_last;
        }
    }
}
