using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Hosting;
using ExamMonitor.Packs;
using ExamMonitor.Packs.Zip;
using ExamMonitor.Preservation.Heads;

namespace ExamMonitor.Evaluation;

/// <summary>Makes evidence packs. The ledger pins each before a byte of it leaves. Thread-safe.</summary>
/// <remarks>A pack is a plan of where everything lies, not a copy: its bytes are made when they are asked for, and are the same each
/// time.</remarks>
internal sealed class PackService(
    PackSource source, CheckpointPublisher publisher, AgentIdentity identity, DrawService draws, EvaluationStore evaluations,
    RecordSheetService sheets, TimeProvider time)
{
    private const int MostKept = 16;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, (PackSummary Summary, ZipLayout Layout)> _packs = new(StringComparer.Ordinal);

    /// <summary>Packs of this process, newest first.</summary>
    public IReadOnlyList<PackSummary> List() => [.. _packs.Values.Select(p => p.Summary).OrderByDescending(p => p.MadeAt)];

    /// <summary>A pack; null when there is none of that id.</summary>
    public (PackSummary Summary, ZipLayout Layout)? Find(string id) => _packs.TryGetValue(id, out var pack) ? pack : null;

    /// <summary>Which rooms and times a request asks for.</summary>
    /// <exception cref="EvaluationException">A session or unit is not there.</exception>
    public IReadOnlyList<PackScope> ScopeOf(PackRequest request)
    {
        var scope = request.Sessions.Select(id => ScopeOf(Session(id), request.From, request.To, null, request.Cameras)).ToList();
        if (request.Draw is { } draw)
        {
            var units = draws.Units(draw).ToDictionary(u => u.Id, StringComparer.Ordinal);
            foreach (var drawn in (draws.Find(draw) ?? throw new EvaluationException("There is no draw of this id.")).Current()
                .Select(u => units[u.Unit]))
                if (request.Sessions.Count == 0 || !request.Sessions.Contains(drawn.Session)) scope.Add(ScopeOf(Session(drawn.Session),
                    drawn.Start, drawn.End, drawn.Station, request.Cameras));
        }

        if (scope.Count == 0) throw new EvaluationException("Name a session, or a draw that was made.");
        if (scope.Count > PackFormat.MostScopes) throw new EvaluationException($"A pack holds at most {PackFormat.MostScopes} samples. Make several.");
        return [.. scope.OrderBy(s => s.From).ThenBy(s => s.Room.Text, StringComparer.Ordinal)];
    }

    /// <summary>Makes a pack.</summary>
    /// <exception cref="EvaluationException">The ledger cannot sign, or what is asked for is not there.</exception>
    public PackSummary Make(PackRequest request, IReadOnlyList<PackScope> scope, ActingPerson person, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            // The list of hashes is pinned with this time: whole seconds, as an archive can carry them.
            now = new(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
            var id = "P" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
            var collector = new PackCollector(source, draws, evaluations, sheets, now);
            var origin = Checkpoint.OriginOf(identity.Site, identity.Agent);
            var facts = collector.Collect(id, origin, scope, request.Draw, person, source.Places.TwoPersons,
                cancellationToken);
            collector.Draft.AddFrame(facts, source.Ledger.PublicKey);
            var entry = source.Ledger.Append(PackFormat.ExportKind, FactsOf(facts, collector.Draft.ListHash, person));
            publisher.Publish();
            var layout = collector.Draft.Seal(facts, entry, HeadOver(entry), new PackLedger(source.Ledger.Log));
            var summary = new PackSummary(id, now, person.Name, person.Reason!, layout.Length, facts.Clips.Count, facts.Missing.Count,
                entry);
            foreach (var old in List().Skip(MostKept - 1)) _packs.TryRemove(old.Id, out _);
            _packs[id] = (summary, layout);
            return summary;
        }
    }

    private static Dictionary<string, string> FactsOf(PackFacts facts, string list, ActingPerson person) => new(StringComparer.Ordinal)
    {
        ["pack"] = facts.Id,
        ["sha256"] = list,
        ["clips"] = facts.Clips.Count.ToString(CultureInfo.InvariantCulture),
        ["bytes"] = facts.Clips.Sum(c => c.Bytes).ToString(CultureInfo.InvariantCulture),
        ["sessions"] = string.Join(' ', facts.Scope.Select(s => s.Session).Distinct(StringComparer.Ordinal).Take(20)),
        ["person"] = person.Name,
        ["reason"] = person.Reason!,
    };

    private string HeadOver(long entry) => source.Ledger.Log.CheckpointNote is { } note && SignedNote.TryParse(note, out var signed)
        && Checkpoint.TryParse(signed.Text, out var head) && head.Size > entry
        ? note : throw new EvaluationException("The ledger signs no head at present, so no pack can be made. The problems of the agent say why.");

    private ExamSession Session(ExamSessionId id) => source.Sessions.Find(id)
        ?? throw new EvaluationException($"There is no session {id}.");

    private PackScope ScopeOf(ExamSession session, DateTimeOffset? from, DateTimeOffset? to, StationId? station,
        IReadOnlyList<CameraId>? cameras)
    {
        var room = source.Rooms.Find(session.Room) ?? throw new EvaluationException($"This agent has no room {session.Room}.");
        var (start, end) = (from > session.Start ? from.Value : session.Start, to < session.End ? to.Value : session.End);
        if (start >= end) throw new EvaluationException($"Nothing of session {session.Id} lies in the time that was asked for.");
        return new(session.Id.Text, session.Room, start, end, station,
            [.. room.Cameras.Select(c => c.Setup.Id).Where(c => cameras is null || cameras.Contains(c))]);
    }
}
