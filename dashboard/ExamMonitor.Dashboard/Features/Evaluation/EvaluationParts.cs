using System.Collections.Concurrent;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>One stretch of footage that an evaluation speaks of.</summary>
/// <param name="Session">Session.</param>
/// <param name="Room">Room.</param>
/// <param name="From">UTC.</param>
/// <param name="To">UTC, exclusive.</param>
/// <param name="Unit">Unit of the draw; null where nothing was drawn.</param>
internal sealed record EvaluationPart(ExamSessionId Session, RoomId Room, DateTimeOffset From, DateTimeOffset To, DrawUnit? Unit);

/// <summary>
/// What belongs to an evaluation: the units of a draw, one session, or the sessions of a batch that are over. Thread-safe.
/// </summary>
/// <remarks>What was asked is remembered for half a minute: a player asks for a piece every few seconds.</remarks>
internal sealed class EvaluationParts(AgentClient agents, TimeProvider time)
{
    private const int MostKept = 200;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<EvaluationLimit, (IReadOnlyList<EvaluationPart> Parts, DateTimeOffset At)> _known = new();

    /// <summary>Parts of an evaluation; none when there is no such evaluation, or its agent gives no answer.</summary>
    public async Task<IReadOnlyList<EvaluationPart>> OfAsync(EvaluationLimit evaluation, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(evaluation, out var known) && now - known.At < Kept && now >= known.At)
            return known.Parts;
        var parts = await ReadAsync(agents, evaluation, ct).ConfigureAwait(false);
        if (_known.Count >= MostKept)
            _known.Clear();
        _known[evaluation] = (parts, now);
        return parts;
    }

    /// <summary>Whether a stretch of a room's footage lies in an evaluation.</summary>
    public async Task<bool> HoldsAsync(
        EvaluationLimit evaluation,
        RoomId room,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken ct
    ) => (await OfAsync(evaluation, ct).ConfigureAwait(false)).Any(p => p.Room == room && from >= p.From && to <= p.To);

    /// <summary>Whether everything in a pack belongs to an evaluation; one of which nothing is known does not.</summary>
    public static bool Hold(IReadOnlyList<EvaluationPart> parts, PackSummary pack) =>
        pack.Stretches is { Count: > 0 } stretches
        && stretches.All(s => parts.Any(p => p.Session == s.Session && p.Room == s.Room && s.From >= p.From && s.To <= p.To));

    /// <summary>Asks the agent.</summary>
    public static async Task<IReadOnlyList<EvaluationPart>> ReadAsync(AgentClient agents, EvaluationLimit evaluation, CancellationToken ct)
    {
        var (site, agent, id) = (evaluation.Site, evaluation.Agent, evaluation.Evaluation);
        if ((await agents.GetAsync<DrawRecord>(site, agent, EvaluationApi.Draw(id), ct).ConfigureAwait(false)).Value is { } draw)
            return await UnitsAsync(agents, evaluation, draw, ct).ConfigureAwait(false);
        if (
            ExamSessionId.TryParse(id, null, out var session)
            && (await agents.GetAsync<SessionDetail>(site, agent, AgentApi.Session(session), ct).ConfigureAwait(false)).Value is { } one
        )
            return [PartOf(one.Summary.Session)];
        var batch = await agents
            .GetAsync<IReadOnlyList<SessionSummary>>(site, agent, $"{AgentApi.Sessions}?batch={Uri.EscapeDataString(id)}", ct)
            .ConfigureAwait(false);
        return [.. (batch.Value ?? []).Where(s => s.State == SessionState.Over).Select(s => PartOf(s.Session))];
    }

    private static EvaluationPart PartOf(ExamSession session) => new(session.Id, session.Room, session.Start, session.End, null);

    private static async Task<IReadOnlyList<EvaluationPart>> UnitsAsync(
        AgentClient agents,
        EvaluationLimit evaluation,
        DrawRecord draw,
        CancellationToken ct
    )
    {
        using var answer = await agents
            .SendAsync(evaluation.Site, evaluation.Agent, HttpMethod.Get, EvaluationApi.Population(evaluation.Evaluation), null, ct)
            .ConfigureAwait(false);
        if (
            answer is not { IsSuccessStatusCode: true }
            || !DrawPopulation.TryParse(await answer.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false), out var units)
        )
            return [];
        var drawn = draw.Current().Select(u => u.Unit).ToHashSet(StringComparer.Ordinal);
        return [.. units.Where(u => drawn.Contains(u.Id)).Select(u => new EvaluationPart(u.Session, u.Room, u.Start, u.End, u))];
    }
}
