using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>Asks an agent for the evidence of an evaluation: the sessions of a draw or a batch, or one session.</summary>
internal static class ScoreEvidenceReader
{
    private const int MostSessions = 200;

    /// <summary>The evidence; null when there is no such draw, session or batch.</summary>
    public static async Task<ScoreFacts?> ReadAsync(AgentClient client, AgentPlace place, string evaluation, CancellationToken ct)
    {
        var (sessions, isDraw) = await SessionsAsync(client, place, evaluation, ct).ConfigureAwait(false);
        if (sessions.Count == 0) return null;
        var details = new List<SessionDetail>();
        foreach (var part in sessions.Take(MostSessions).Chunk(8))
        {
            var answers = await Task.WhenAll(part.Select(s => client.GetAsync<SessionDetail>(place.Site, place.Agent, AgentApi.Session(s),
                ct))).ConfigureAwait(false);
            details.AddRange(answers.Select(a => a.Value).OfType<SessionDetail>());
        }

        if (details.Count == 0) return null;
        var findings = (await client.GetAsync<IReadOnlyList<SampleFinding>>(place.Site, place.Agent, EvaluationApi.Findings, ct)
            .ConfigureAwait(false)).Value ?? [];
        // The agent answered this page: the room is linked to where this dashboard stands.
        return new(details, [.. findings.Where(f => isDraw ? f.Finding.Draw == evaluation : sessions.Contains(f.Finding.Session))],
            IsLinked: true);
    }

    private static async Task<(IReadOnlyList<ExamSessionId> Sessions, bool IsDraw)> SessionsAsync(AgentClient client, AgentPlace place,
        string evaluation, CancellationToken ct)
    {
        if ((await client.GetAsync<DrawRecord>(place.Site, place.Agent, EvaluationApi.Draw(evaluation), ct)
            .ConfigureAwait(false)).Value is { } draw)
            return ([.. draw.Current().Select(u => u.Unit.Split('/')[0]).Distinct(StringComparer.Ordinal).Where(s => IdText.IsValid(s))
                .Select(ExamSessionId.Of)], true);
        if (ExamSessionId.TryParse(evaluation, null, out var id)
            && (await client.GetAsync<SessionDetail>(place.Site, place.Agent, AgentApi.Session(id), ct)
            .ConfigureAwait(false)).Value is not null) return ([id], false);
        var batch = (await client.GetAsync<IReadOnlyList<SessionSummary>>(place.Site, place.Agent,
            $"{AgentApi.Sessions}?batch={Uri.EscapeDataString(evaluation)}", ct).ConfigureAwait(false)).Value ?? [];
        return ([.. batch.Where(s => s.State == SessionState.Over).Select(s => s.Session.Id)], false);
    }
}
