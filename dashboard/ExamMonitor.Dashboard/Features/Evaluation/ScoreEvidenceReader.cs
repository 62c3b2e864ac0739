using ExamMonitor.Contracts.Api;
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
        var parts = await EvaluationParts.ReadAsync(client, new(place.Site, place.Agent, evaluation), ct).ConfigureAwait(false);
        if (parts.Count == 0) return null;
        var (sessions, isDraw) = (parts.Select(p => p.Session).Distinct().ToList(), parts.Any(p => p.Unit is not null));
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
}
