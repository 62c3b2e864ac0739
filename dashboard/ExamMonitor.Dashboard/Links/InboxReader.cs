using System.Threading.Channels;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Dashboard.Links;

/// <summary>Takes messages from the inbox into the state and the history. One reader, so that order is kept.</summary>
internal sealed partial class InboxReader(
    FloorStore store, IHistoryStore history, Channel<MqttMessage> inbox, TimeProvider time, ILogger<InboxReader> log) : BackgroundService
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMinutes(1);

    private long _reportedAt;
    private int _refusals;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var site in (await history.OpenAsync(stoppingToken).ConfigureAwait(false)).GroupBy(o => o.Site))
        {
            var seen = site.GroupBy(o => o.Problem.Agent)
                .Select(a => (PayloadReader.SeqKey(new Topics(site.Key).Events, a.Key.Text), a.Max(o => o.Problem.Seq), a.Max(o => o.Problem.Ts)));
            store.Change(s => FloorReducer.Restore(s, site.Key, site.Select(o => o.Problem), seen));
        }

        await foreach (var message in inbox.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            var reading = PayloadReader.Read(message.Topic, message.Payload.Span, message.Retain);
            if (reading.Refusal is { } why) Refuse(why);
            else if (reading.Payload is { } payload) await TakeAsync(payload, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task TakeAsync(IncomingPayload payload, CancellationToken ct)
    {
        FloorState? before = null, after = null;
        store.Change(s =>
        {
            before = s;
            return after = FloorReducer.Apply(s, payload, time.GetUtcNow());
        });
        if (ReferenceEquals(before, after)) return;
        try
        {
            await RememberAsync(payload, before!, ct).ConfigureAwait(false);
        }
        catch (System.Data.Common.DbException e)
        {
            // The floor stays live without its history; the loss is in the log.
            NotRemembered(log, payload.SeqKey, e);
        }
    }

    private async Task RememberAsync(IncomingPayload payload, FloorState before, CancellationToken ct)
    {
        switch (payload.Body)
        {
            case ProblemEvent problem:
                await history.AddAsync(payload.Site, problem, ct).ConfigureAwait(false);
                break;
            case LedgerCheckpoint checkpoint:
                if (!await history.AddAsync(payload.Site, checkpoint, ct).ConfigureAwait(false)) Contradiction(log, payload.Site.Text, checkpoint.Agent.Text, checkpoint.Size);
                break;
            case StationStatus station:
                var old = before.Site(payload.Site)?.Rooms.GetValueOrDefault(station.Room)?.Stations.GetValueOrDefault(station.Station)?.Body;
                foreach (var change in ClaimChanges.Between(payload.Site, old, station)) await history.AddAsync(change, ct).ConfigureAwait(false);
                break;
        }
    }

    private void Refuse(string why)
    {
        _refusals++;
        if (_reportedAt != 0 && time.GetElapsedTime(_reportedAt) < ReportEvery) return;
        _reportedAt = time.GetTimestamp();
        Refused(log, _refusals, why);
        _refusals = 0;
    }

    [LoggerMessage(1010, LogLevel.Warning, "Refused {Count} payload(s) since the last report; the newest: {Why}")]
    private static partial void Refused(ILogger logger, int count, string why);

    [LoggerMessage(1011, LogLevel.Error, "A message of {Topic} is shown and could not be kept in the history")]
    private static partial void NotRemembered(ILogger logger, string topic, Exception e);

    [LoggerMessage(1012, LogLevel.Critical, "The ledger of {Site}/{Agent} contradicts what was seen before, at size {Size}: it was rolled back or replaced")]
    private static partial void Contradiction(ILogger logger, string site, string agent, long size);
}
