using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Witnessing;
using ExamMonitor.Mqtt.Reading;

namespace ExamMonitor.Dashboard.Links;

/// <summary>Takes messages from the inbox into the state and the history. One reader, so that order is kept.</summary>
internal sealed partial class InboxReader(
    FloorStore store,
    IHistoryStore history,
    HistoryWriter writer,
    LedgerWitness witness,
    Inbox inbox,
    TimeProvider time,
    ILogger<InboxReader> log
) : BackgroundService
{
    /// <summary>Largest payload that is looked at, bytes: the manifest of hundreds of rooms.</summary>
    public const int MaxPayloadBytes = 4 << 20;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RestoreEvery = TimeSpan.FromSeconds(5);

    private readonly PayloadReader _reader = new(MaxPayloadBytes, time: time);
    private long _reportedAt;
    private long _askedAt;
    private int _refusals;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var restored = await TryRestoreAsync(stoppingToken).ConfigureAwait(false);
        await foreach (var message in inbox.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            if (!restored && time.GetElapsedTime(_askedAt) >= RestoreEvery)
                restored = await TryRestoreAsync(stoppingToken).ConfigureAwait(false);
            switch (_reader.Read(message))
            {
                case Accepted accepted when PayloadBounds.Check(accepted.Payload) is { } why:
                    Refuse($"{message.Topic}: {why}");
                    break;
                case Accepted accepted:
                    await TakeAsync(accepted, stoppingToken).ConfigureAwait(false);
                    break;
                case Cleared cleared:
                    store.Change(s => FloorReducer.Clear(s, cleared.Address));
                    break;
                case Malformed malformed:
                    Refuse(malformed.Problem.En);
                    break;
            }
        }
    }

    /// <summary>What history knew as open before the first message; asked for again while the database is away.</summary>
    private async Task<bool> TryRestoreAsync(CancellationToken ct)
    {
        _askedAt = time.GetTimestamp();
        try
        {
            // What waits on disk is part of what history knows: a problem that it holds would else stand open without anybody to close it.
            await writer.DrainAsync(ct).ConfigureAwait(false);
            foreach (var site in (await history.OpenAsync(ct).ConfigureAwait(false)).GroupBy(o => o.Site))
                store.Change(s => FloorReducer.Restore(s, site.Key, site.Select(o => o.Problem)));
            return true;
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }

    private async Task TakeAsync(Accepted message, CancellationToken ct)
    {
        FloorState? before = null;
        store.Change(s => FloorReducer.Apply(before = s, message, time.GetUtcNow()));
        try
        {
            await RememberAsync(message, before!, ct).ConfigureAwait(false);
        }
        catch (DatabaseAwayException)
        {
            // Said once by the database's probe. A ledger's head comes again, retained, with the next connection and the next head.
        }
        catch (System.Data.Common.DbException e)
        {
            NotRemembered(log, message.Topic, e);
        }
    }

    private async Task RememberAsync(Accepted message, FloorState before, CancellationToken ct)
    {
        var site = message.Address.Site;
        switch (message.Payload)
        {
            case ProblemEvent problem:
                writer.Add(new ProblemFact(site, problem));
                break;
            case LedgerCheckpoint checkpoint:
                await witness.HearAsync(site, checkpoint, ct).ConfigureAwait(false);
                break;
            case AgentState state:
                await witness.HearKeyAsync(site, message.Address.Agent!.Value, state.PublicKey, ct).ConfigureAwait(false);
                break;
            case StationStatus station:
                var old = before.Site(site)?.Rooms.GetValueOrDefault(station.Room)?.Stations.GetValueOrDefault(station.Station)?.Body;
                foreach (var change in ClaimChanges.Between(site, old, station))
                    writer.Add(new ClaimFact(change));
                break;
        }
    }

    private void Refuse(string why)
    {
        _refusals++;
        if (_reportedAt != 0 && time.GetElapsedTime(_reportedAt) < ReportEvery)
            return;
        _reportedAt = time.GetTimestamp();
        Refused(log, _refusals, why);
        _refusals = 0;
    }

    [LoggerMessage(1010, LogLevel.Warning, "Refused {Count} payload(s) since the last report; the newest: {Why}")]
    private static partial void Refused(ILogger logger, int count, string why);

    [LoggerMessage(1011, LogLevel.Error, "A message of {Topic} is shown and could not be kept in the history")]
    private static partial void NotRemembered(ILogger logger, string topic, Exception e);
}
