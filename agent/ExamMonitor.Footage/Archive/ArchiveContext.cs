using ExamMonitor.Footage.Index;
using ExamMonitor.Footage.Volumes;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Footage;

/// <summary>What every writer of an archive shares.</summary>
/// <param name="Options">Options.</param>
/// <param name="Volume">Volume.</param>
/// <param name="VolumeId">Id that <paramref name="Volume"/> must have.</param>
/// <param name="Index">Index.</param>
/// <param name="Ledger">Ledger.</param>
internal sealed record ArchiveContext(FootageOptions Options, IVolume Volume, Guid VolumeId, FootageIndex Index, ILedgerSink Ledger)
{
    private long _lastRun;

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>Room that footage never gets.</summary>
    public required BookkeepingReserve Reserve { get; init; }

    /// <summary>Now, ms.</summary>
    public long NowMs => UnixMs.Of(Time.GetUtcNow());

    /// <summary>Sets the newest run that the index knows.</summary>
    public void SeenRun(long run) => Interlocked.Exchange(ref _lastRun, run);

    /// <summary>A run number that was never given before.</summary>
    public long NextRun() => Interlocked.Increment(ref _lastRun);
}
