using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Preservation.Tiers;

namespace ExamMonitor.Evaluation;

/// <summary>Makes packs one after the other, also those that a former run was asked for. What lies on the archive tier alone is brought
/// back first.</summary>
/// <param name="packs">Packs.</param>
/// <param name="source">Footage.</param>
/// <param name="log">Log.</param>
/// <param name="tier">Archive tier; null for none.</param>
internal sealed partial class PackWorker(PackService packs, PackSource source, ILogger<PackWorker> log, TierService? tier = null)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        packs.Resume();
        try
        {
            await foreach (var order in packs.Orders.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                await MakeAsync(order, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The order stays on the disk: the next run makes it.
        }
    }

    private async Task MakeAsync(PackOrder order, CancellationToken cancellationToken)
    {
        await BringAsync(order, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => packs.Make(order, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (packs.State(order.Id) is { State: PackState.Failed, Fault: { } fault })
            LogFailed(log, order.Id, fault.En);
    }

    /// <summary>A tier that cannot give it now does not keep the rest from being packed: the pack says what lies there alone.</summary>
    private async Task BringAsync(PackOrder order, CancellationToken cancellationToken)
    {
        if (tier is null)
            return;
        try
        {
            var away = packs
                .ScopeOf(order.Request)
                .SelectMany(s => s.Cameras.SelectMany(c => source.Archive.FindSegments(s.Room, c, s.From, s.To)))
                .Where(s => s.IsRemote)
                .DistinctBy(s => s.Path, StringComparer.Ordinal)
                .Take(AgentApi.MostSegmentsFetched)
                .ToList();
            foreach (var segment in away)
                await tier.Tier.FetchAsync(segment, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or EvaluationException)
        {
            LogNotBrought(log, order.Id, e.Message);
        }
    }

    [LoggerMessage(EventId = 430, Level = LogLevel.Warning, Message = "Pack {Pack} could not be made: {Fault}")]
    private static partial void LogFailed(ILogger log, string pack, string fault);

    [LoggerMessage(
        EventId = 431,
        Level = LogLevel.Warning,
        Message = "Footage for pack {Pack} could not be brought back from the archive tier: {Fault}"
    )]
    private static partial void LogNotBrought(ILogger log, string pack, string fault);
}
