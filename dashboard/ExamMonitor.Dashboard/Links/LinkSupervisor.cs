using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.State;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Links;

/// <summary>Runs a feed per link file and starts one again that failed.</summary>
internal sealed partial class LinkSupervisor(
    FloorStore store,
    Inbox inbox,
    IOptions<DashboardOptions> options,
    TimeProvider time,
    ILogger<LinkSupervisor> log
) : BackgroundService
{
    private readonly SubscriptionLeases _leases = new();

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Links.Distinct(StringComparer.Ordinal).Select(p => KeepAsync(Path.GetFullPath(p), stoppingToken)));

    private async Task KeepAsync(string path, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await new LinkFeed(path, store, inbox, _leases, time, log).RunAsync(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            // One agent's link (a certificate that went, a library that is missing) must not take the other agents' pages away.
#pragma warning disable CA1031
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed(log, path, e);
                store.SetLink(new(path, LinkCondition.Unusable, time.GetUtcNow(), null, new(e.Message, $"连接失败：{e.Message}")));
            }

            await Task.Delay(Pause, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "The link {Path} failed; trying again in 5 s")]
    private static partial void Failed(ILogger logger, string path, Exception e);
}
