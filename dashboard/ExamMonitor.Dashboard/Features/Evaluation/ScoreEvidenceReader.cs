using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>Asks an agent for the evidence of an evaluation: the sessions of a draw or a batch, or one session.</summary>
internal static class ScoreEvidenceReader
{
    /// <summary>The evidence; null when there is no such draw, session or batch.</summary>
    public static async Task<ScoreFacts?> ReadAsync(AgentClient client, AgentPlace place, string evaluation, CancellationToken ct)
    {
        var parts = await EvaluationParts.ReadAsync(client, new(place.Site, place.Agent, evaluation), ct).ConfigureAwait(false);
        if (parts.Count == 0)
            return null;
        var (sessions, isDraw) = (parts.Select(p => p.Session).Distinct().ToList(), parts.Any(p => p.Unit is not null));
        var details = await SessionDetails.ReadAsync(client, place, sessions, ct).ConfigureAwait(false);
        if (details.Count == 0)
            return null;
        var findings =
            (
                await client
                    .GetAsync<IReadOnlyList<SampleFinding>>(place.Site, place.Agent, EvaluationApi.Findings, ct)
                    .ConfigureAwait(false)
            ).Value
            ?? [];
        // The agent answered this page: the room is linked to where this dashboard stands.
        return new(
            [.. sessions.Where(details.ContainsKey).Select(d => details[d])],
            [.. findings.Where(f => isDraw ? f.Finding.Draw == evaluation : sessions.Contains(f.Finding.Session))],
            IsLinked: true
        );
    }
}
