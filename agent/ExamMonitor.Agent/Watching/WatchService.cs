using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Rooms;

namespace ExamMonitor.Agent.Watching;

internal sealed class WatchService(IReadOnlyList<RoomSetup> rooms, WatchChannel pictures, VerdictBoard verdicts, WatchSection options, TimeProvider time, ILogger<WatchService> log) : BackgroundService
{
    public LocalText? Failure { get; private set; }

    public long Restarts { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _ = (rooms, verdicts, options, time, log);
        while (!stoppingToken.IsCancellationRequested) (await pictures.TakeAsync(stoppingToken).ConfigureAwait(false)).Picture.Dispose();
    }
}
