using ExamMonitor.Contracts.Messages;
using ExamMonitor.EndToEnd.Site;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>The agent dies and comes back.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task Agent_KilledAndStartedAgain_LosesNothingCommittedAndSaysWhatIsMissing()
    {
        await using var site = await ExamSite.StartAsync();
        await Eventually.TrueAsync(
            async () => (await site.TimelineAsync("C1", TimeSpan.FromMinutes(5))).Segments.Count >= 2,
            TimeSpan.FromSeconds(60)
        );
        var before = await site.TimelineAsync("C1", TimeSpan.FromMinutes(5));
        await site.Agent.KillAsync();
        var killed = TimeProvider.System.GetUtcNow();
        await Eventually.TrueAsync(
            () => site.Broker.Last<AgentState>(site.Topics.AgentState(site.Link.Agent)) is not null,
            TimeSpan.FromSeconds(5)
        );

        await site.StartAgentAsync();
        await Eventually.TrueAsync(
            async () => (await site.TimelineAsync("C1", TimeSpan.FromMinutes(5))).Segments.Any(s => s.Start > killed),
            TimeSpan.FromSeconds(60)
        );
        var after = await site.TimelineAsync("C1", TimeSpan.FromMinutes(5));

        Assert.Empty(before.Segments.Select(s => s.Sha256).Except(after.Segments.Select(s => s.Sha256)));
        Assert.Contains(after.Gaps, g => g.Cause == GapCause.Agent && g.Start <= killed && g.End > killed);
        Assert.InRange((killed - after.Segments.Last(s => s.Start < killed).End).TotalSeconds, -1, 5);
    }
}
