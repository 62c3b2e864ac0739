using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Retention.Scrubbing;
using Quartz;

namespace ExamMonitor.Preservation.Scrubbing;

/// <summary>Every minute: a slice of the scrub, spread over most of the minute, and none while recording waits for the disk.</summary>
[DisallowConcurrentExecution]
internal sealed class ScrubJob(
    ScrubService scrub,
    FootageArchive archive,
    VolumeLedger volume,
    LedgerSection options,
    TimeProvider time,
    IHostApplicationLifetime lifetime
) : IJob
{
    private const long RecordingWaits = 1 << 20;
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan RecentDays = TimeSpan.FromDays(2);

    // Some 24 MB a minute: 42 million entries within half a day.
    private const int LedgerFiles = 16;

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var term = TimeSpan.FromDays(options.ScrubDays);
        var source = new ArchiveScrubSource(archive, volume.Log);
        var ledger = new LedgerScrubber(volume.Log, scrub.Take);
        if (!scrub.HasLookedAtDayLines)
            LookAtDayLines(source);
        var now = time.GetUtcNow();
        var from = scrub.Believed(now);
        // A pass over nothing would say that everything was read.
        var hurried = scrub.IsHurried;
        if (!from.Running && ((!hurried && !ScrubPace.IsDue(from, now, term)) || archive.HeldBytes() == 0))
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        // As one that is late: with all that it may take.
        var paced =
            from.Running && !hurried ? from : new ScrubState { Began = hurried ? now - term : now, Bytes = from.Running ? from.Bytes : 0 };
        var budget = ScrubPace.Budget(archive.HeldBytes(), paced, now, Slice, term);
        var slice = await new Scrubber(source, time)
            .RunAsync(from, budget, Math.Max(1, (long)(budget / Spread.TotalSeconds)), RecordingHasRoom, stop.Token)
            .ConfigureAwait(false);
        var read = ledger.Run(
            slice.State.Ledger,
            slice.Finished ? int.MaxValue : LedgerFiles,
            () => !stop.IsCancellationRequested && (slice.Finished || RecordingHasRoom())
        );
        if (slice.Finished)
            scrub.IsHurried = false;
        scrub.Take(from, slice with { State = slice.State with { Ledger = read } });
    }

    /// <summary>
    /// The first look after a start: what was done to the days' files while the agent stood is told within a minute, not at the end of a
    /// pass.
    /// </summary>
    private void LookAtDayLines(ArchiveScrubSource source)
    {
        foreach (var segment in source.WithoutDayLine(time.GetUtcNow() - RecentDays))
            scrub.Take(new LedgerFinding(LedgerDamage.DayLineChanged, ScrubService.DayLineOf(segment.Path)));
        scrub.HasLookedAtDayLines = true;
    }

    private bool RecordingHasRoom() => archive.WaitingBytes < RecordingWaits;
}
