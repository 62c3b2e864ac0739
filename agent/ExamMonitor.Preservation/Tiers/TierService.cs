using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>
/// Keeps copying to the archive tier for as long as the agent runs: one pass, a pause, the next; after a failure the pause grows. Recording
/// goes first.
/// </summary>
/// <param name="tier">Tier.</param>
/// <param name="archive">Archive: its footage must reach the disk first.</param>
/// <param name="exam">What is exam footage.</param>
/// <param name="ledger">Ledger.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed partial class TierService(
    ArchiveTier tier,
    FootageArchive archive,
    IExamFootage exam,
    ITierLedger ledger,
    TimeProvider time,
    ILogger<TierService> log
) : IHostedService, IDisposable
{
    private const long BusyBytes = 1 << 20;

    private static readonly TimeSpan CountEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private string? _said;

    private (DateTimeOffset At, TierStatus Status)? _counted;

    /// <summary>Kind of the tier, as published.</summary>
    public required string Kind { get; init; }

    /// <summary>Where the last check by hand stands.</summary>
    public required TierCheckNote CheckNote { get; init; }

    /// <summary>Passes that failed since the start.</summary>
    public long Failures { get; private set; }

    /// <summary>The tier.</summary>
    public ArchiveTier Tier => tier;

    /// <summary>How copying stands; without what must be counted.</summary>
    public TierStatus GetStatus() => tier.GetStatus(withTotals: false);

    /// <summary>How it stands, for people. What must be counted is at most five minutes old.</summary>
    public ArchiveTierStatus Tell()
    {
        var now = time.GetUtcNow();
        if (_counted is not { } counted || now - counted.At >= CountEvery || counted.At > now)
            _counted = counted = (now, tier.GetStatus());
        return TierStatusComposer.Of(
            Kind,
            GetStatus() with
            {
                CopiedSegments = counted.Status.CopiedSegments,
                CopiedBytes = counted.Status.CopiedBytes,
                RemoteOnlySegments = counted.Status.RemoteOnlySegments,
            },
            CheckNote.Read()
        );
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        tier.IsBusy = () => archive.WaitingBytes > BusyBytes;
        _work = Task.Run(() => WorkAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Stops; a copy in flight is given up, and made by the next process.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        tier.Dispose();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await tier.RunOnceAsync(exam, ledger, null, cancellationToken).ConfigureAwait(false);
                (failures, _said) = (0, null);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Supervisor: whatever one pass fails with, the next is tried, and recording is not touched.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures++;
                Failures++;
                // A failure that lasts is said once.
                if (!string.Equals(_said, e.Message, StringComparison.Ordinal))
                    LogPassFailed(log, e is FootageException ? null : e, e.Message);
                _said = e.Message;
            }

            try
            {
                await Task.Delay(Pause(failures), time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>10 s, doubled with each failure up to 15 min, with a tenth of jitter.</summary>
    internal static TimeSpan Pause(int failures)
    {
        if (failures == 0)
            return Interval;
        var pause = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 20)), LongestPause.TotalSeconds);
#pragma warning disable CA5394 // Jitter is no secret.
        return TimeSpan.FromSeconds(pause * (0.9 + (0.2 * Random.Shared.NextDouble())));
#pragma warning restore CA5394
    }

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning, Message = "Copying to the archive tier: {Text}")]
    private static partial void LogPassFailed(ILogger log, Exception? exception, string text);
}
