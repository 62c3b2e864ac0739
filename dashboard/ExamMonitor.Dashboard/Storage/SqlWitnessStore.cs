using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Storage;

/// <inheritdoc cref="IWitnessStore"/>
internal sealed class SqlWitnessStore(Database database) : IWitnessStore
{
    private const string HeadColumns = "site, agent, digest, size, time_ms as timeMs, received_ms as receivedMs, note, standing";
    private const string AlarmColumns =
        "id, site, agent, kind, raised_ms as raisedMs, evidence, known, seen, acknowledged_ms as acknowledgedMs, acknowledged_by as acknowledgedBy, reason";

    public async Task<IReadOnlyList<WitnessPin>> PinsAsync(CancellationToken ct) =>
        [
            .. (
                await database
                    .QueryAsync<PinRow>(
                        "select site, agent, public_key as publicKey, head from witness_pins order by site, agent",
                        null,
                        ct
                    )
                    .ConfigureAwait(false)
            ).Select(r => new WitnessPin(SiteId.Of(r.Site), AgentId.Of(r.Agent), r.PublicKey, r.Head)),
        ];

    public Task SetPinAsync(WitnessPin pin, CancellationToken ct) =>
        database.ExecuteAsync(
            """
            insert into witness_pins (site, agent, public_key, head) values (@Site, @Agent, @PublicKey, @Head)
            on conflict (site, agent) do update set public_key = excluded.public_key, head = excluded.head
            """,
            new
            {
                Site = pin.Site.Text,
                Agent = pin.Agent.Text,
                pin.PublicKey,
                pin.Head,
            },
            ct
        );

    public async Task<bool> AddAsync(WitnessedHead head, CancellationToken ct) =>
        await database
            .ExecuteAsync(
                """
                insert into witness_heads (site, agent, digest, size, time_ms, received_ms, note, standing)
                values (@Site, @Agent, @Digest, @Size, @TimeMs, @ReceivedMs, @Note, @Standing) on conflict do nothing
                """,
                new
                {
                    Site = head.Site.Text,
                    Agent = head.Agent.Text,
                    head.Digest,
                    head.Size,
                    TimeMs = StoredInstant.ToMs(head.Time),
                    ReceivedMs = StoredInstant.ToMs(head.ReceivedAt),
                    head.Note,
                    Standing = head.Standing.ToString(),
                },
                ct
            )
            .ConfigureAwait(false) == 1;

    public Task SetStandingAsync(WitnessedHead head, HeadStanding standing, CancellationToken ct) =>
        database.ExecuteAsync(
            "update witness_heads set standing = @Standing where site = @Site and agent = @Agent and digest = @Digest",
            new
            {
                Site = head.Site.Text,
                Agent = head.Agent.Text,
                head.Digest,
                Standing = standing.ToString(),
            },
            ct
        );

    public async Task<WitnessedHead?> NextUnprovedAsync(SiteId site, AgentId agent, CancellationToken ct) =>
        (
            await database
                .QueryAsync<HeadRow>(
                    $"select {HeadColumns} from witness_heads where site = @Site and agent = @Agent and standing = 'Unproved' order by size, time_ms limit 1",
                    new { Site = site.Text, Agent = agent.Text },
                    ct
                )
                .ConfigureAwait(false)
        )
            is [var row]
            ? row.ToHead()
            : null;

    public async Task<WitnessCount> CountAsync(SiteId site, AgentId agent, CancellationToken ct)
    {
        var row = (
            await database
                .QueryAsync<CountRow>(
                    """
                    select count(*) as heads, count(case when standing = 'Unproved' then 1 end) as unproved, min(case when standing = 'Unproved' then received_ms end) as sinceMs
                    from witness_heads where site = @Site and agent = @Agent
                    """,
                    new { Site = site.Text, Agent = agent.Text },
                    ct
                )
                .ConfigureAwait(false)
        )[0];
        return new(row.Heads, row.Unproved, row.SinceMs is { } ms ? StoredInstant.OfMs(ms) : null);
    }

    public async Task<IReadOnlyList<WitnessedHead>> HeadsAsync(SiteId site, AgentId agent, int limit, CancellationToken ct) =>
        [
            .. (
                await database
                    .QueryAsync<HeadRow>(
                        $"select {HeadColumns} from witness_heads where site = @Site and agent = @Agent order by received_ms desc, size desc limit @Limit",
                        new
                        {
                            Site = site.Text,
                            Agent = agent.Text,
                            Limit = limit,
                        },
                        ct
                    )
                    .ConfigureAwait(false)
            ).Select(r => r.ToHead()),
        ];

    public async Task RaiseAsync(
        SiteId site,
        AgentId agent,
        AlarmKind kind,
        DateTimeOffset at,
        string evidence,
        string? known,
        CancellationToken ct
    )
    {
        var values = new
        {
            Site = site.Text,
            Agent = agent.Text,
            Kind = kind.ToString(),
            AtMs = StoredInstant.ToMs(at),
            Evidence = StoredText.Of(evidence),
            Known = StoredText.Of(known),
        };
        var again = await database
            .ExecuteAsync(
                "update witness_alarms set seen = seen + 1 where site = @Site and agent = @Agent and kind = @Kind and acknowledged_ms is null",
                values,
                ct
            )
            .ConfigureAwait(false);
        if (again > 0)
            return;
        await database
            .ExecuteAsync(
                "insert into witness_alarms (site, agent, kind, raised_ms, evidence, known, seen) values (@Site, @Agent, @Kind, @AtMs, @Evidence, @Known, 1)",
                values,
                ct
            )
            .ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<WitnessAlarm>> AlarmsAsync(int limit, CancellationToken ct) =>
        [
            .. (
                await database
                    .QueryAsync<AlarmRow>(
                        $"select {AlarmColumns} from witness_alarms order by case when acknowledged_ms is null then 0 else 1 end, id desc limit @Limit",
                        new { Limit = limit },
                        ct
                    )
                    .ConfigureAwait(false)
            ).Select(r => r.ToAlarm()),
        ];

    public async Task<bool> AcknowledgeAsync(long id, string who, string reason, DateTimeOffset at, CancellationToken ct) =>
        await database
            .ExecuteAsync(
                "update witness_alarms set acknowledged_ms = @AtMs, acknowledged_by = @Who, reason = @Reason where id = @Id and acknowledged_ms is null",
                new
                {
                    Id = id,
                    Who = who,
                    Reason = reason,
                    AtMs = StoredInstant.ToMs(at),
                },
                ct
            )
            .ConfigureAwait(false) == 1;

    private sealed class PinRow
    {
        public string Site { get; init; } = "";

        public string Agent { get; init; } = "";

        public string? PublicKey { get; init; }

        public string? Head { get; init; }
    }

    private sealed class CountRow
    {
        public long Heads { get; init; }

        public long Unproved { get; init; }

        public long? SinceMs { get; init; }
    }

    private sealed class HeadRow
    {
        public string Site { get; init; } = "";

        public string Agent { get; init; } = "";

        public string Digest { get; init; } = "";

        public long Size { get; init; }

        public long TimeMs { get; init; }

        public long ReceivedMs { get; init; }

        public string Note { get; init; } = "";

        public string Standing { get; init; } = "";

        public WitnessedHead ToHead() =>
            new(
                SiteId.Of(Site),
                AgentId.Of(Agent),
                Digest,
                Size,
                StoredInstant.OfMs(TimeMs),
                StoredInstant.OfMs(ReceivedMs),
                Note,
                Enum.Parse<HeadStanding>(Standing)
            );
    }

    private sealed class AlarmRow
    {
        public long Id { get; init; }

        public string Site { get; init; } = "";

        public string Agent { get; init; } = "";

        public string Kind { get; init; } = "";

        public long RaisedMs { get; init; }

        public string Evidence { get; init; } = "";

        public string? Known { get; init; }

        public long Seen { get; init; }

        public long? AcknowledgedMs { get; init; }

        public string? AcknowledgedBy { get; init; }

        public string? Reason { get; init; }

        public WitnessAlarm ToAlarm() =>
            new(
                Id,
                SiteId.Of(Site),
                AgentId.Of(Agent),
                Enum.Parse<AlarmKind>(Kind),
                StoredInstant.OfMs(RaisedMs),
                Evidence,
                Known,
                Seen,
                AcknowledgedMs is { } ms ? StoredInstant.OfMs(ms) : null,
                AcknowledgedBy,
                Reason
            );
    }
}
