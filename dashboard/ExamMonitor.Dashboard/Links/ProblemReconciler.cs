using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Links;

/// <summary>
/// Compares the open problems with each agent's own list once a minute: events that passed while nobody listened are made up for.
/// </summary>
internal sealed partial class ProblemReconciler(
    FloorStore store,
    AgentClient agents,
    IHistoryStore history,
    TimeProvider time,
    ILogger<ProblemReconciler> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly Dictionary<(SiteId Site, AgentId Agent), long> _askedAt = [];
    private readonly Dictionary<(SiteId Site, AgentId Agent), IReadOnlyCollection<string>> _unwritten = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            foreach (var link in store.Links.Where(l => l.Condition == LinkCondition.Connected).Select(l => l.Link!))
            {
                if (_askedAt.TryGetValue((link.Site, link.Agent), out var asked) && time.GetElapsedTime(asked) < Every)
                    continue;
                _askedAt[(link.Site, link.Agent)] = time.GetTimestamp();
                await CompareAsync(link, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private async Task CompareAsync(DashboardLink link, CancellationToken ct)
    {
        // Taken before the question: an event that arrives while the agent answers is newer than the answer and must stay.
        var known = store.State.Site(link.Site)?.Open.Values.Where(p => p.Agent == link.Agent).ToList() ?? [];
        var (open, _) = await agents
            .GetAsync<IReadOnlyList<OpenProblem>>(link.Site, link.Agent, AgentApi.Problems, ct)
            .ConfigureAwait(false);
        if (open is null)
            return;
        await RememberAsync(link, [.. known.Select(p => p.Id)], open, ct).ConfigureAwait(false);
        store.Change(s => FloorReducer.Reconcile(s, link.Site, link.Agent, known, open));
    }

    /// <summary>
    /// The floor forgets what is closed, whether the history could be written or not: what could not is tried again with the next list.
    /// </summary>
    private async Task RememberAsync(
        DashboardLink link,
        IReadOnlyCollection<string> known,
        IReadOnlyCollection<OpenProblem> open,
        CancellationToken ct
    )
    {
        var who = (link.Site, link.Agent);
        if (_unwritten.TryGetValue(who, out var before))
            known = [.. known.Union(before, StringComparer.Ordinal)];
        try
        {
            await history.ReconcileAsync(link.Site, link.Agent, known, open, time.GetUtcNow(), ct).ConfigureAwait(false);
            _unwritten.Remove(who);
        }
        catch (System.Data.Common.DbException e)
        {
            _unwritten[who] = known;
            if (e is not DatabaseAwayException)
                Failed(log, link.Agent.Text, e);
        }
    }

    [LoggerMessage(1020, LogLevel.Error, "Closed problems of {Agent} could not be kept in the history; trying again in a minute")]
    private static partial void Failed(ILogger logger, string agent, Exception e);
}
