using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.Storage;

/// <inheritdoc/>
internal sealed class SqlHistoryStore(Database database) : IHistoryStore
{
    private const string ProblemColumns =
        "site, agent, problem, code, severity, room, camera, station, since_ms as sinceMs, closed_ms as closedMs, last_seq as lastSeq, text_en as textEn, text_zh as textZh, evidence";

    public Task AddAsync(SiteId site, ProblemEvent e, CancellationToken ct) => database.TransactAsync(Of(site, e), ct);

    public Task AddAsync(ClaimChange c, CancellationToken ct) => database.TransactAsync([Of(c)], ct);

    public Task AddAsync(IReadOnlyList<HistoryFact> facts, CancellationToken ct) =>
        database.TransactAsync(
            facts.SelectMany(f =>
                f switch
                {
                    ProblemFact p => Of(p.Site, p.Event),
                    ClaimFact c => [Of(c.Change)],
                    AuditFact a => [SqlAuditStore.Of(a.Entry)],
                    LogOutFact l => [SqlEndedLoginStore.Of(l.Session, l.At)],
                    _ => throw new System.Diagnostics.UnreachableException(f.GetType().Name),
                }
            ),
            ct
        );

    private static (string Sql, object? Values)[] Of(SiteId site, ProblemEvent e)
    {
        var values = new
        {
            Site = site.Text,
            Agent = e.Agent.Text,
            e.Seq,
            Problem = StoredText.Of(e.Id),
            Change = Word(e.Change),
            Code = StoredText.Of(e.Code),
            Severity = Word(e.Severity),
            Room = e.Subject.Room?.Text,
            Camera = e.Subject.Camera?.Text,
            Station = e.Subject.Station?.Text,
            SinceMs = StoredInstant.ToMs(e.Since),
            AtMs = StoredInstant.ToMs(e.Ts),
            En = StoredText.Of(e.Text.En),
            Zh = StoredText.Of(e.Text.Zh),
            Evidence = StoredText.Of(e.Evidence),
            ClosedMs = e.Change == ProblemChange.Closed ? StoredInstant.ToMs(e.Ts) : (long?)null,
        };
        return
        [
            (
                """
                insert into problem_events (site, agent, seq, problem, change, code, severity, room, camera, station, since_ms, at_ms, text_en, text_zh, evidence)
                values (@Site, @Agent, @Seq, @Problem, @Change, @Code, @Severity, @Room, @Camera, @Station, @SinceMs, @AtMs, @En, @Zh, @Evidence)
                on conflict do nothing
                """,
                values
            ),
            (
                """
                insert into problems (site, agent, problem, code, severity, room, camera, station, since_ms, closed_ms, last_seq, text_en, text_zh, evidence)
                values (@Site, @Agent, @Problem, @Code, @Severity, @Room, @Camera, @Station, @SinceMs, @ClosedMs, @Seq, @En, @Zh, @Evidence)
                on conflict (site, agent, problem) do update set code = excluded.code, severity = excluded.severity, closed_ms = excluded.closed_ms,
                  last_seq = excluded.last_seq, text_en = excluded.text_en, text_zh = excluded.text_zh, evidence = excluded.evidence
                where problems.last_seq < excluded.last_seq
                """,
                values
            ),
        ];
    }

    private static (string Sql, object? Values) Of(ClaimChange c) =>
        (
            """
            insert into claim_changes (site, room, station, claim, since_ms, value, reason, text_en, text_zh)
            values (@Site, @Room, @Station, @Claim, @SinceMs, @Value, @Reason, @En, @Zh) on conflict do nothing
            """,
            new
            {
                Site = c.Site.Text,
                Room = c.Room.Text,
                Station = c.Station.Text,
                c.Claim,
                SinceMs = StoredInstant.ToMs(c.Since),
                Value = c.Value is { } v ? (v ? 1L : 0L) : (long?)null,
                Reason = StoredText.Of(c.Reason),
                En = StoredText.Of(c.Text?.En),
                Zh = StoredText.Of(c.Text?.Zh),
            }
        );

    public Task ReconcileAsync(
        SiteId site,
        AgentId agent,
        IReadOnlyCollection<string> known,
        IReadOnlyCollection<OpenProblem> open,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        var gone = known
            .Except(open.Select(p => p.Id), StringComparer.Ordinal)
            .Select(p => StoredText.Of(p))
            .Select(p =>
                (
                    "update problems set closed_ms = @AtMs where site = @Site and agent = @Agent and problem = @Problem and closed_ms is null",
                    (object?)
                        new
                        {
                            Site = site.Text,
                            Agent = agent.Text,
                            Problem = p,
                            AtMs = StoredInstant.ToMs(at),
                        }
                )
            );
        var missed = open.Select(p =>
            (
                """
                insert into problems (site, agent, problem, code, severity, room, camera, station, since_ms, closed_ms, last_seq, text_en, text_zh, evidence)
                values (@Site, @Agent, @Problem, @Code, @Severity, @Room, @Camera, @Station, @SinceMs, null, 0, @En, @Zh, @Evidence) on conflict do nothing
                """,
                (object?)
                    new
                    {
                        Site = site.Text,
                        Agent = agent.Text,
                        Problem = StoredText.Of(p.Id),
                        Code = StoredText.Of(p.Code),
                        Severity = Word(p.Severity),
                        Room = p.Subject.Room?.Text,
                        Camera = p.Subject.Camera?.Text,
                        Station = p.Subject.Station?.Text,
                        SinceMs = StoredInstant.ToMs(p.Since),
                        En = StoredText.Of(p.Text.En),
                        Zh = StoredText.Of(p.Text.Zh),
                        Evidence = StoredText.Of(p.Evidence),
                    }
            )
        );
        return database.TransactAsync(gone.Concat(missed), ct);
    }

    public async Task<IReadOnlyList<ProblemRecord>> FindAsync(ProblemFilter f, CancellationToken ct)
    {
        // Typed null parameters are ambiguous to PostgreSQL, so that each narrowing is added only when it is asked for.
        var where = "since_ms < @ToMs and (closed_ms is null or closed_ms >= @FromMs)";
        if (f.Site is not null)
            where += " and site = @Site";
        if (f.Room is not null)
            where += " and room = @Room";
        if (f.Severity is not null)
            where += " and severity = @Severity";
        if (f.OpenOnly)
            where += " and closed_ms is null";
        var rows = await database
            .QueryAsync<ProblemRow>(
                $"select {ProblemColumns} from problems where {where} order by since_ms desc, problem limit 1000",
                new
                {
                    FromMs = StoredInstant.ToMs(f.From),
                    ToMs = StoredInstant.ToMs(f.To),
                    Site = f.Site?.Text,
                    Room = f.Room?.Text,
                    Severity = f.Severity is { } s ? Word(s) : null,
                },
                ct
            )
            .ConfigureAwait(false);
        return [.. rows.Select(r => r.ToRecord())];
    }

    public async Task<IReadOnlyList<ClaimChange>> ChangesAsync(
        SiteId site,
        RoomId room,
        StationId station,
        DateTimeOffset from,
        CancellationToken ct
    )
    {
        var rows = await database
            .QueryAsync<ClaimRow>(
                """
                select claim, value, since_ms as sinceMs, reason, text_en as textEn, text_zh as textZh from claim_changes
                where site = @Site and room = @Room and station = @Station and since_ms >= @FromMs order by since_ms desc, claim limit 200
                """,
                new
                {
                    Site = site.Text,
                    Room = room.Text,
                    Station = station.Text,
                    FromMs = StoredInstant.ToMs(from),
                },
                ct
            )
            .ConfigureAwait(false);
        return
        [
            .. rows.Select(r => new ClaimChange(
                site,
                room,
                station,
                r.Claim,
                r.Value is { } v ? v == 1 : null,
                StoredInstant.OfMs(r.SinceMs),
                r.Reason,
                r is { TextEn: { } en, TextZh: { } zh } ? new(en, zh) : null
            )),
        ];
    }

    public async Task<IReadOnlyList<(SiteId Site, ProblemEvent Problem)>> OpenAsync(CancellationToken ct)
    {
        var rows = await database
            .QueryAsync<ProblemRow>(
                $"select {ProblemColumns} from problems where closed_ms is null order by since_ms limit 10000",
                null,
                ct
            )
            .ConfigureAwait(false);
        return [.. rows.Select(r => (r.ToRecord().Site, r.ToEvent()))];
    }

    public Task ForgetAsync(DateTimeOffset before, CancellationToken ct)
    {
        var values = new { BeforeMs = StoredInstant.ToMs(before) };
        return database.TransactAsync(
            [
                ("delete from problem_events where at_ms < @BeforeMs", values),
                ("delete from problems where closed_ms < @BeforeMs", values),
                ("delete from claim_changes where since_ms < @BeforeMs", values),
            ],
            ct
        );
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private sealed class ProblemRow
    {
        public string Site { get; init; } = "";

        public string Agent { get; init; } = "";

        public string Problem { get; init; } = "";

        public string Code { get; init; } = "";

        public string Severity { get; init; } = "";

        public string? Room { get; init; }

        public string? Camera { get; init; }

        public string? Station { get; init; }

        public long SinceMs { get; init; }

        public long? ClosedMs { get; init; }

        public long LastSeq { get; init; }

        public string TextEn { get; init; } = "";

        public string TextZh { get; init; } = "";

        public string? Evidence { get; init; }

        public ProblemRecord ToRecord() =>
            new(
                SiteId.Of(Site),
                AgentId.Of(Agent),
                Problem,
                Code,
                Enum.Parse<Severity>(Severity, ignoreCase: true),
                Subject(),
                StoredInstant.OfMs(SinceMs),
                ClosedMs is { } ms ? StoredInstant.OfMs(ms) : null,
                new(TextEn, TextZh),
                Evidence
            );

        public ProblemEvent ToEvent() =>
            new(
                ProblemEvent.SchemaName,
                StoredInstant.OfMs(SinceMs),
                LastSeq,
                AgentId.Of(Agent),
                Problem,
                ProblemChange.Opened,
                Code,
                Enum.Parse<Severity>(Severity, ignoreCase: true),
                Subject(),
                StoredInstant.OfMs(SinceMs),
                new(TextEn, TextZh),
                Evidence
            );

        private ProblemSubject Subject() =>
            new(Room is { } r ? RoomId.Of(r) : null, Camera is { } c ? CameraId.Of(c) : null, Station is { } s ? StationId.Of(s) : null);
    }

    private sealed class ClaimRow
    {
        public string Claim { get; init; } = "";

        public long? Value { get; init; }

        public long SinceMs { get; init; }

        public string? Reason { get; init; }

        public string? TextEn { get; init; }

        public string? TextZh { get; init; }
    }
}
