using System.Data.Common;
using ExamMonitor.Dashboard.Accounts;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Asks a database that is away every two seconds, and says once that it went and once that it is back.</summary>
internal sealed partial class DatabaseProbe(
    Database database,
    FirstPassword first,
    HistoryOutbox outbox,
    TimeProvider time,
    ILogger<DatabaseProbe> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private DateTimeOffset? _said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            if (database.AwaySince is not { } since)
                continue;
            if (_said is null)
                Away(log, database.AwayBecause);
            _said = since;
            try
            {
                await database.ReturnAsync(stoppingToken).ConfigureAwait(false);
                await first.EnsureAsync(stoppingToken).ConfigureAwait(false);
                Back(log, time.GetUtcNow() - since, outbox.Waiting);
                _said = null;
            }
            catch (DbException)
            {
                // Said already.
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    [LoggerMessage(
        1211,
        LogLevel.Error,
        "The database does not answer ({Why}). The floor stays live; history and acts wait on disk until it is back."
    )]
    private static partial void Away(ILogger logger, string why);

    [LoggerMessage(1212, LogLevel.Warning, "The database is back after {Away}; {Waiting} facts that waited on disk are taken in")]
    private static partial void Back(ILogger logger, TimeSpan away, long waiting);
}
