using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

/// <summary><c>ledger scrub --now</c>: everything is read again at once, though no pass is due.</summary>
public sealed class ScrubNowTests : IDisposable
{
    private readonly LedgerSite _site = new();

    [Fact]
    public async Task Now_WhileNoPassIsDue_ReadsEverythingAgainAndFindsWhatWasChangedMeanwhile()
    {
        await _site.FillAsync(2);
        var (first, none, _) = await _site.ScrubAsync(now: true);
        Assert.Empty(none);
        Assert.True(first is { LastFinished: not null, Running: false }, $"{first}");
        LedgerSite.Flip(_site.Segments[0], 200);
        _site.Pass(TimeSpan.FromHours(1));

        // A day later the next pass would be due; until then the job does nothing.
        var (idle, still, _) = await _site.ScrubAsync(now: false);
        Assert.Empty(still);
        Assert.Equal(first.LastFinished!.Value, idle.LastFinished!.Value, TimeSpan.FromMilliseconds(1));
        var (again, found, isHurried) = await _site.ScrubAsync(now: true);
        Assert.Equal(["evidence-mismatch"], found);
        Assert.True(again.LastFinished > first.LastFinished && !isHurried, $"{again}");
    }

    public void Dispose() => _site.Dispose();
}
