using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>Asks an agent for everything about several sessions.</summary>
internal static class SessionDetails
{
    private const int Most = 200;
    private const int AtOnce = 8;

    /// <summary>What the agent answered, of the first 200 at most.</summary>
    public static async Task<IReadOnlyDictionary<ExamSessionId, SessionDetail>> ReadAsync(
        AgentClient client,
        AgentPlace place,
        IEnumerable<ExamSessionId> sessions,
        CancellationToken ct
    )
    {
        var details = new Dictionary<ExamSessionId, SessionDetail>();
        foreach (var part in sessions.Distinct().Take(Most).Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(
                    part.Select(s => client.GetAsync<SessionDetail>(place.Site, place.Agent, AgentApi.Session(s), ct))
                )
                .ConfigureAwait(false);
            foreach (var detail in answers.Select(a => a.Value).OfType<SessionDetail>())
                details[detail.Summary.Session.Id] = detail;
        }

        return details;
    }
}
