using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Footage.Tiers;

namespace ExamMonitor.Agent.Tiers;

/// <summary>Opens the second tier of an agent.</summary>
internal static class TierStart
{
    /// <summary>Gives the runtime its second tier, when one is configured. It need not answer now: recording does not wait for it.</summary>
    public static void Add(AgentRuntime runtime, AgentOptions options, AgentFolder folder, IExamFootage exam, TimeProvider time, ILoggerFactory logs)
    {
        if (TierSetup.Of(options, folder) is not { } tierOptions) return;
        var tier = SecondTier.Of(runtime.Archive, tierOptions, TagsOf(options, folder), time, logs.CreateLogger<SecondTier>());
        var service = new TierService(tier, exam, new VolumeTierLedger(runtime.Ledger, time), time, logs.CreateLogger<TierService>()) { Kind = options.Tier.Kind, CheckNote = new(folder.TierCheck) };
        runtime.Tier = service;
        runtime.AgentWideSources.Add(now => TierProblems.Of(now, service.GetStatus()));
    }

    /// <summary>Tags of what waits to be entered, under the ledger's key.</summary>
    public static TierNoteTags TagsOf(AgentOptions options, AgentFolder folder) =>
        TierNoteTags.Of(folder.LedgerKey, Contracts.Ledger.Checkpoint.OriginOf(options.Site, options.Agent));
}
