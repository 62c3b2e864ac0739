using ExamMonitor.Contracts;
using ExamMonitor.Preservation.Tiers;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Tiers;

public sealed class VolumeTierLedgerTests
{
    /// <summary>However many entries came since: a note that was entered is known.</summary>
    [Fact]
    public void Entered_ThousandsOfEntriesAgo_IsFoundFromThereAndFromTheBeginning()
    {
        using var folder = new TempFolder();
        using var ledger = new VolumeLedger(
            Directory.CreateDirectory(folder["volume"]).FullName,
            folder["key.pem"],
            SiteId.Of("S"),
            AgentId.Of("A"),
            new ManualTimeProvider()
        );
        var tier = new VolumeTierLedger(ledger, new ManualTimeProvider());
        tier.Append("restored", null, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = "one" });
        var at = ledger.Entries!.Value - 1;
        for (var i = 0; i < 4500; i++)
            ledger.Append("x", new Dictionary<string, string>(StringComparer.Ordinal) { ["n"] = "1" });
        Assert.Equal(["one"], tier.Entered(["one", "two"], 0));
        Assert.Equal(["one"], tier.Entered(["one", "two"], at));
        Assert.Empty(tier.Entered(["one", "two"], at + 1));
        Assert.False(tier.TakesUntagged);
    }
}
