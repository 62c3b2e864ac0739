using System.Data.Common;
using System.Threading.Channels;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Takes facts into the database in batches, and onto the disk while it is away. Order is kept.</summary>
internal sealed partial class HistoryWriter(
    IHistoryStore history,
    HistoryOutbox outbox,
    StorageHealth health,
    TimeProvider time,
    ILogger<HistoryWriter> log
) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<HistoryFact> _facts = Channel.CreateBounded<HistoryFact>(
        new BoundedChannelOptions(100_000) { SingleReader = true }
    );
    private readonly SemaphoreSlim _draining = new(1, 1);
    private bool _reportedLoss;

    /// <summary>Takes a fact; returns at once. What finds no place is counted as lost.</summary>
    public void Add(HistoryFact fact)
    {
        if (!_facts.Writer.TryWrite(fact))
            health.Lose(1);
    }

    /// <summary>Writes what is left.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _facts.Writer.TryComplete();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        while (Gather() is { Count: > 0 } last)
            await KeepAsync(last).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var more = _facts.Reader.WaitToReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(more, tick).ConfigureAwait(false);
            if (more.IsCompleted)
            {
                if (!await more.ConfigureAwait(false))
                    return;
                while (Gather() is { Count: > 0 } batch)
                    await KeepAsync(batch).ConfigureAwait(false);
                more = _facts.Reader.WaitToReadAsync(stoppingToken).AsTask();
            }

            if (!tick.IsCompleted)
                continue;
            await tick.ConfigureAwait(false);
            await DrainAsync(stoppingToken).ConfigureAwait(false);
            tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        }
    }

    private List<HistoryFact> Gather()
    {
        var batch = new List<HistoryFact>();
        while (batch.Count < Batch && _facts.Reader.TryRead(out var fact))
            batch.Add(fact);
        return batch;
    }

    // A stop does not end it: what was begun is committed, or goes to the disk when the database does not answer in time.
    private async Task KeepAsync(List<HistoryFact> batch)
    {
        // What waits on disk is older and goes first.
        if (outbox.Waiting == 0)
        {
            try
            {
                using var limit = new CancellationTokenSource(Patience, time);
                await history.AddAsync(batch, limit.Token).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is DbException or OperationCanceledException)
            {
                // Onto the disk then.
            }
        }

        try
        {
            if (outbox.Append(batch))
                return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_reportedLoss)
                Failed(log, e);
        }

        _reportedLoss = true;
        health.Lose(batch.Count);
    }

    /// <summary>Takes what waits on disk into the database, as far as it answers.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        await _draining.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            while (outbox.Waiting > 0 && health.Now.AwaySince is null)
            {
                var (facts, end, lines) = outbox.Oldest(Batch);
                if (lines == 0)
                    return;
                await history.AddAsync(facts, ct).ConfigureAwait(false);
                outbox.Take(end, lines);
            }
        }
        catch (DbException)
        {
            // Still away: the database itself has said so.
        }
        catch (IOException e)
        {
            Failed(log, e);
        }
        finally
        {
            _draining.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _draining.Dispose();
    }

    [LoggerMessage(1210, LogLevel.Error, "Facts of the history can be kept neither in the database nor on the disk")]
    private static partial void Failed(ILogger logger, Exception e);
}
