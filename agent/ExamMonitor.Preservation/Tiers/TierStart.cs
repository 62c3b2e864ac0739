using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>Opens the archive tier of an agent.</summary>
internal static class TierStart
{
    /// <summary>Opens the archive tier that is configured. It need not answer now: recording does not wait for it.</summary>
    public static TierService Open(
        TierOptions tier,
        AgentOptions options,
        AgentFolder folder,
        FootageArchive archive,
        IExamFootage exam,
        VolumeLedger ledger,
        TimeProvider time,
        ILoggerFactory logs
    )
    {
        var copies = ArchiveTier.Of(archive, tier, TagsOf(options, folder), time, logs.CreateLogger<ArchiveTier>());
        return new(copies, archive, exam, new VolumeTierLedger(ledger, time), time, logs.CreateLogger<TierService>())
        {
            Kind = options.Tier.Kind,
            CheckNote = new(folder.TierCheck),
        };
    }

    /// <summary>Tags of what waits to be entered, under the ledger's key.</summary>
    public static TierNoteTags TagsOf(AgentOptions options, AgentFolder folder) =>
        TierNoteTags.Of(folder.LedgerKey, Checkpoint.OriginOf(options.Site, options.Agent));
}
