using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Packs;
using ExamMonitor.Packs.Zip;
using ExamMonitor.Preservation.Heads;

namespace ExamMonitor.Evaluation;

/// <summary>Makes evidence packs. The ledger pins each before a byte of it leaves. Thread-safe.</summary>
/// <remarks>A pack is a plan of where everything lies, not a copy: its bytes are made when they are asked for, and are the same each
/// time, also after a restart (<see cref="PackStore"/>). It is made by <see cref="PackWorker"/>; whoever asks may leave
/// meanwhile.</remarks>
internal sealed class PackService(
    PackSource source,
    CheckpointPublisher publisher,
    AgentIdentity identity,
    DrawService draws,
    EvaluationStore evaluations,
    RecordSheetService sheets,
    PackStore store,
    TimeProvider time
)
{
    private const int MostKept = 16;
    private const int MostWaiting = 8;

    /// <summary>What comes with each clip: entry, proof, day line, names.</summary>
    private const int BytesBesideAClip = 4_000;
    private const int BytesBesideAPack = 400_000;
    private readonly Lock _gate = new();
    private readonly Channel<PackOrder> _orders = Channel.CreateUnbounded<PackOrder>();
    private readonly ConcurrentDictionary<string, (PackSummary Summary, TaskCompletionSource<PackSummary> Done)> _open = new(
        StringComparer.Ordinal
    );
    private readonly ConcurrentDictionary<string, (PackSummary Summary, ZipLayout Layout)> _layouts = new(StringComparer.Ordinal);

    /// <summary>What is to be made, in order.</summary>
    public ChannelReader<PackOrder> Orders => _orders.Reader;

    /// <summary>Packs that are ready, made, or could not be made; newest first.</summary>
    public IReadOnlyList<PackSummary> List() =>
        [
            .. _open
                .Values.Select(o => o.Summary)
                .Concat(store.List())
                .DistinctBy(p => p.Id, StringComparer.Ordinal)
                .OrderByDescending(p => p.MadeAt),
        ];

    /// <summary>A pack that was asked for; null when there is none of that id.</summary>
    public PackSummary? State(string id) => _open.TryGetValue(id, out var open) ? open.Summary : Find(id)?.Summary;

    /// <summary>A ready pack; null when there is none of that id.</summary>
    public (PackSummary Summary, ZipLayout Layout)? Find(string id)
    {
        if (_layouts.TryGetValue(id, out var known))
            return known;
        if (store.Find(id) is not { } found)
            return null;
        return _layouts.GetOrAdd(id, found);
    }

    /// <summary>Which rooms and times a request asks for.</summary>
    /// <exception cref="EvaluationException">A session or unit is not there.</exception>
    public IReadOnlyList<PackScope> ScopeOf(PackRequest request)
    {
        request = Resolve(request);
        var scope = request.Sessions.Select(id => ScopeOf(Session(id), request.From, request.To, null, request.Cameras)).ToList();
        if (request.Draw is { } draw)
        {
            var units = draws.Units(draw).ToDictionary(u => u.Id, StringComparer.Ordinal);
            foreach (
                var drawn in (draws.Find(draw) ?? throw new EvaluationException("There is no draw of this id.", "没有该编号的抽查。"))
                    .Current()
                    .Select(u => units[u.Unit])
            )
                if (request.Sessions.Count == 0 || !request.Sessions.Contains(drawn.Session))
                    scope.Add(ScopeOf(Session(drawn.Session), drawn.Start, drawn.End, drawn.Station, request.Cameras));
        }

        if (scope.Count == 0)
            throw new EvaluationException("Name a session, or a draw that was made.", "请指定场次或已完成的抽查。");
        if (scope.Count > PackFormat.MostScopes)
            throw new EvaluationException(
                $"A pack holds at most {PackFormat.MostScopes} samples. Make several.",
                $"一个证据包最多含 {PackFormat.MostScopes} 个样本，请分多个生成。"
            );
        return [.. scope.OrderBy(s => s.From).ThenBy(s => s.Room.Text, StringComparer.Ordinal)];
    }

    /// <summary>How large a pack would be.</summary>
    /// <exception cref="EvaluationException">What is asked for is not there.</exception>
    public PackSize SizeOf(PackRequest request)
    {
        var scope = ScopeOf(request);
        var clips = scope
            .SelectMany(s => s.Cameras.SelectMany(c => source.Archive.FindSegments(s.Room, c, s.From, s.To)))
            .Where(s => s.Leaf is not null)
            .DistinctBy(s => s.Path, StringComparer.Ordinal)
            .ToList();
        var calibration = scope.Select(s => s.Room).Distinct().Sum(CalibrationBytes);
        return new(
            clips.Count,
            clips.Sum(c => c.SizeBytes + BytesBesideAClip) + calibration + BytesBesideAPack,
            clips.Count(c => c.IsRemote),
            scope.Count
        );
    }

    private long CalibrationBytes(RoomId room) =>
        source.Rooms.Find(room) is not { Setup: { } setup }
            ? 0
            : setup
                .Map.Cameras.Select(c => RoomSetup.ReferencePath(setup.MapPath, c))
                .Append(setup.MapPath)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Where(File.Exists)
                .Sum(f => new FileInfo(f).Length);

    /// <summary>Takes an order: it is on the disk when this returns.</summary>
    /// <exception cref="EvaluationException">What is asked for is not there, or too much waits.</exception>
    public PackSummary Begin(PackRequest request, ActingPerson person)
    {
        var scope = ScopeOf(request);
        if (_open.Values.Count(o => o.Summary.State == PackState.Making) >= MostWaiting)
            throw new EvaluationException(
                $"{MostWaiting} packs are being made already. Wait until one of them is ready.",
                $"已有 {MostWaiting} 个证据包正在生成，请等待其中一个完成。"
            );
        var order = new PackOrder(
            "P" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
            time.GetUtcNow(),
            request,
            person.Name,
            person.Reason!
        );
        store.Write(order);
        return Enqueue(order, scope);
    }

    /// <summary>Goes on with what a former run of the agent was asked for.</summary>
    public void Resume()
    {
        foreach (var order in store.Orders())
            Enqueue(order, []);
    }

    /// <summary>Waits for a pack; gives it as it stands when it takes longer.</summary>
    public async Task<PackSummary> WaitAsync(string id, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(id, out var open))
            return State(id) ?? throw new EvaluationException("There is no pack of this id.", "没有该编号的证据包。");
        try
        {
            return await open.Done.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return State(id) ?? open.Summary;
        }
    }

    /// <summary>Makes a pack; what goes wrong stands in its summary.</summary>
    public void Make(PackOrder order, CancellationToken cancellationToken)
    {
        PackSummary summary;
        try
        {
            summary = MakeNow(order, cancellationToken);
        }
        catch (Exception e) when (e is EvaluationException or IOException or UnauthorizedAccessException or FootageException)
        {
            summary = Waiting(order, []) with { State = PackState.Failed, Fault = EvaluationException.TextOf(e) };
        }

        store.Forget(order);
        if (!_open.TryRemove(order.Id, out var open))
            return;
        // One that failed is told until the agent is started anew.
        if (summary.State == PackState.Failed)
            _open[order.Id] = (summary, open.Done);
        open.Done.TrySetResult(summary);
    }

    private PackSummary Enqueue(PackOrder order, IReadOnlyList<PackScope> scope)
    {
        var summary = Waiting(order, scope);
        _open[order.Id] = (summary, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _orders.Writer.TryWrite(order);
        return summary;
    }

    private static PackSummary Waiting(PackOrder order, IReadOnlyList<PackScope> scope) =>
        new(order.Id, order.At, order.Person, order.Reason, 0, 0, 0, -1, PackState.Making, StretchesOf(scope));

    private static IReadOnlyList<PackStretch> StretchesOf(IReadOnlyList<PackScope> scope) =>
        [.. scope.Select(s => new PackStretch(ExamSessionId.Of(s.Session), s.Room, s.From, s.To))];

    private PackSummary MakeNow(PackOrder order, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var (request, person, scope) = (Resolve(order.Request), order.By, ScopeOf(order.Request));
            var now = time.GetUtcNow();
            // The list of hashes is pinned with this time: whole seconds, as an archive can carry them.
            now = new(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
            var collector = new PackCollector(source, draws, evaluations, sheets, now);
            var origin = Checkpoint.OriginOf(identity.Site, identity.Agent);
            var facts = collector.Collect(order.Id, origin, scope, request, person, source.Places.TwoPersons, cancellationToken);
            collector.Draft.AddFrame(facts, source.Ledger.PublicKey);
            var entry = source.Ledger.Append(PackFormat.ExportKind, FactsOf(facts, collector.Draft.ListHash, person));
            publisher.Publish();
            var layout = collector.Draft.Seal(facts, entry, HeadOver(entry), new PackLedger(source.Ledger.Log));
            var summary = store.Write(
                new(
                    order.Id,
                    now,
                    person.Name,
                    person.Reason!,
                    layout.Length,
                    facts.Clips.Count,
                    facts.Missing.Count,
                    entry,
                    PackState.Ready,
                    StretchesOf(scope)
                ),
                layout,
                facts.Clips.ToDictionary(c => c.Path, StringComparer.Ordinal),
                facts.MadeAt
            );
            foreach (var old in store.List().Skip(MostKept))
            {
                _layouts.TryRemove(old.Id, out _);
                store.Remove(old.Id);
            }

            return summary;
        }
    }

    /// <summary>An evaluation is a draw, a session, or a batch with its sessions that are over.</summary>
    private PackRequest Resolve(PackRequest request)
    {
        if (request.Evaluation is not { } id)
            return request;
        if (draws.Find(id) is not null)
            return request with { Draw = id };
        if (ExamSessionId.TryParse(id, null, out var session) && source.Sessions.Find(session) is not null)
            return request with { Sessions = [session] };
        var now = time.GetUtcNow();
        IReadOnlyList<ExamSessionId> batch =
        [
            .. source.Sessions.Sessions.Where(s => s.Batch.Text == id && !s.Cancelled && s.End <= now).Select(s => s.Id),
        ];
        return batch.Count > 0
            ? request with
            {
                Sessions = batch,
            }
            : throw new EvaluationException(
                "There is no draw, session or batch of this id whose sessions are over.",
                "没有该编号的抽查、场次或批次，或其场次尚未结束。"
            );
    }

    private static Dictionary<string, string> FactsOf(PackFacts facts, string list, ActingPerson person) =>
        new(StringComparer.Ordinal)
        {
            ["pack"] = facts.Id,
            ["sha256"] = list,
            ["clips"] = facts.Clips.Count.ToString(CultureInfo.InvariantCulture),
            ["bytes"] = facts.Clips.Sum(c => c.Bytes).ToString(CultureInfo.InvariantCulture),
            ["sessions"] = string.Join(' ', facts.Scope.Select(s => s.Session).Distinct(StringComparer.Ordinal).Take(20)),
            ["person"] = person.Name,
            ["reason"] = person.Reason!,
        };

    private string HeadOver(long entry) =>
        source.Ledger.Log.CheckpointNote is { } note
        && SignedNote.TryParse(note, out var signed)
        && Checkpoint.TryParse(signed.Text, out var head)
        && head.Size > entry
            ? note
            : throw new EvaluationException(
                "The ledger signs no head at present, so no pack can be made. The problems of the agent say why.",
                "账本目前无法签名，不能生成证据包；原因见监测主机的问题列表。"
            );

    private ExamSession Session(ExamSessionId id) =>
        source.Sessions.Find(id) ?? throw new EvaluationException($"There is no session {id}.", $"没有场次 {id}。");

    private PackScope ScopeOf(
        ExamSession session,
        DateTimeOffset? from,
        DateTimeOffset? to,
        StationId? station,
        IReadOnlyList<CameraId>? cameras
    )
    {
        var room =
            source.Rooms.Find(session.Room)
            ?? throw new EvaluationException($"This agent has no room {session.Room}.", $"该监测主机没有考场 {session.Room}。");
        var (start, end) = (from > session.Start ? from.Value : session.Start, to < session.End ? to.Value : session.End);
        if (start >= end)
            throw new EvaluationException(
                $"Nothing of session {session.Id} lies in the time that was asked for.",
                $"所要求的时段内没有场次 {session.Id} 的内容。"
            );
        return new(
            session.Id.Text,
            session.Room,
            start,
            end,
            station,
            [.. room.Cameras.Select(c => c.Setup.Id).Where(c => cameras is null || cameras.Contains(c))]
        );
    }
}
