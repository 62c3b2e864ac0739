using ExamMonitor.Dashboard.Configuration;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Forgets history that is older than asked for, once a day. Checkpoints and the audit log stay.</summary>
internal sealed partial class HistorySweep(
    IHistoryStore history,
    IOptions<DashboardOptions> options,
    TimeProvider time,
    ILogger<HistorySweep> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await history.ForgetAsync(time.GetUtcNow() - options.Value.KeepHistoryFor, stoppingToken).ConfigureAwait(false);
            }
            catch (System.Data.Common.DbException e)
            {
                if (e is not DatabaseAwayException)
                    Failed(log, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    [LoggerMessage(1200, LogLevel.Error, "Old history could not be cleared; trying again tomorrow")]
    private static partial void Failed(ILogger logger, Exception e);
}
