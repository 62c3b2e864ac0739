using ExamMonitor.Agent.Hosting;
using ExamMonitor.Footage.Scrubbing;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Every minute: a slice of the scrub, spread over most of the minute, and none while recording waits for the disk.</summary>
[DisallowConcurrentExecution]
internal sealed class ScrubJob(AgentRuntime runtime, AgentParts parts, TimeProvider time, IHostApplicationLifetime lifetime) : IJob
{
    private const long RecordingWaits = 1 << 20;
    private static readonly TimeSpan Slice = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(45);

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var term = TimeSpan.FromDays(parts.Options.Ledger.ScrubDays);
        var (from, now) = (runtime.Scrub.State, time.GetUtcNow());
        // A pass over nothing would say that everything was read.
        if (!from.Running && (!ScrubPace.IsDue(from, now, term) || runtime.Archive.HeldBytes() == 0)) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var budget = ScrubPace.Budget(runtime.Archive.HeldBytes(), from.Running ? from : new ScrubState { Began = now }, now, Slice, term);
        var scrubber = new Scrubber(new ArchiveScrubSource(runtime.Archive, runtime.Ledger.Log), time);
        var slice = await scrubber.RunAsync(from, budget, Math.Max(1, (long)(budget / Spread.TotalSeconds)), RecordingHasRoom, stop.Token).ConfigureAwait(false);
        runtime.Scrub.Take(from, slice);
    }

    private bool RecordingHasRoom() => runtime.Rooms.All(r => r.Cameras.All(c => c.Recorder.WaitingBytes < RecordingWaits));
}
