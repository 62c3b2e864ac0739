using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Transparency;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>
/// Asks agents for the consistency proofs that their heads need. A proof that does not come is asked for again; meanwhile the head is not
/// proved.
/// </summary>
internal sealed partial class WitnessService(
    LedgerWitness witness,
    CheckpointCosigner cosigner,
    AgentClient agents,
    TimeProvider time,
    ILogger<WitnessService> log
) : BackgroundService
{
    private const int MostHashes = 128;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Checkpoint> _refused = new(StringComparer.Ordinal);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await witness.TellAllAsync(stoppingToken).ConfigureAwait(false);
                await Task.WhenAll(
                        (await witness.AgentsAsync(stoppingToken).ConfigureAwait(false)).Select(a =>
                            ProveAsync(a.Site, a.Agent, stoppingToken)
                        )
                    )
                    .ConfigureAwait(false);
            }
            catch (System.Data.Common.DbException e)
            {
                if (e is not Storage.DatabaseAwayException)
                    Failed(log, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task ProveAsync(SiteId site, AgentId agent, CancellationToken ct)
    {
        while (await witness.NextAsync(site, agent, ct).ConfigureAwait(false) is { } next)
        {
            if (await AskAsync(site, agent, next.From, next.To, ct).ConfigureAwait(false) is not { } proof)
                return;
            await witness.ProveAsync(next, proof, ct).ConfigureAwait(false);
        }

        await CosignAsync(site, agent, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Cosigns the newest proved head, by a proof from the head that was cosigned last: that is another one when the agent also asks over
    /// HTTP.
    /// </summary>
    private async Task CosignAsync(SiteId site, AgentId agent, CancellationToken ct)
    {
        if (await witness.ProvedAsync(site, agent, ct).ConfigureAwait(false) is not var (note, head, key))
            return;
        var latest = (await cosigner.FindAsync(head.Origin, ct).ConfigureAwait(false))?.Head;
        if (latest is not null && (latest.Size >= head.Size || _refused.GetValueOrDefault(head.Origin) == head))
            return;
        if (await AskAsync(site, agent, latest?.Size ?? 0, head.Size, ct).ConfigureAwait(false) is not { } proof)
            return;
        var answer = await cosigner.AddAsync(new(latest?.Size ?? 0, proof, note), new(head.Origin, key, []), ct).ConfigureAwait(false);
        if (answer.Answer is AddCheckpointAnswer.Cosign or AddCheckpointAnswer.OtherSize)
            return;
        _refused[head.Origin] = head;
        NotCosigned(log, head.Origin, head.Size, answer.Answer, latest?.Size ?? 0);
    }

    /// <summary>Null when the agent gave none. What is no answer to the question is no proof, and no evidence either.</summary>
    private async Task<IReadOnlyList<TreeHash>?> AskAsync(SiteId site, AgentId agent, long from, long to, CancellationToken ct)
    {
        if (from == 0 || from == to)
            return [];
        var route = string.Create(CultureInfo.InvariantCulture, $"{AgentApi.LedgerConsistency}?from={from}&to={to}");
        var (proof, _) = await agents.GetAsync<ConsistencyProof>(site, agent, route, ct).ConfigureAwait(false);
        if (proof is null || proof.From != from || proof.To != to || proof.Hashes is not { Count: <= MostHashes })
            return null;
        var hashes = new List<TreeHash>();
        foreach (var text in proof.Hashes)
        {
            if (!TreeHash.TryParseBase64(text, out var hash))
                return null;
            hashes.Add(hash);
        }

        return hashes;
    }

    [LoggerMessage(
        1041,
        LogLevel.Critical,
        "The head of {Origin} over {Size} entries is not cosigned ({Answer}): it does not continue the {Cosigned} entries that this witness cosigned"
    )]
    private static partial void NotCosigned(ILogger logger, string origin, long size, AddCheckpointAnswer answer, long cosigned);

    [LoggerMessage(1040, LogLevel.Error, "The heads of the ledgers could not be judged: the database does not answer; trying again in 5 s")]
    private static partial void Failed(ILogger logger, Exception e);
}
