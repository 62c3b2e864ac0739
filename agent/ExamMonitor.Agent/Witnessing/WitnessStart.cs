using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Keeping;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Footage.Witnessing;
using ExamMonitor.Transparency;

namespace ExamMonitor.Agent.Witnessing;

/// <summary>Puts the witnesses of the configuration to work.</summary>
internal static class WitnessStart
{
    /// <summary>Null when none is configured and nothing waits for a person.</summary>
    public static WitnessingService? Of(AgentOptions options, AgentFolder folder, VolumeLedger ledger, TimeProvider time,
        ILoggerFactory logs)
    {
        var refusals = new WitnessRefusalStore(folder.WitnessRefusals, ledger, logs.CreateLogger<WitnessRefusalStore>());
        if (options.Ledger.Witnesses.Count == 0 && refusals.Open.Count == 0) return null;
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(10) };
        var (client, source) = (new WitnessClient(http), new LedgerHeads(ledger));
        return new([.. options.Ledger.Witnesses.Select(w => new HeadSubmission(WitnessOf(w), client, source))], refusals, time,
            logs.CreateLogger<WitnessingService>());
    }

    private static Witness WitnessOf(WitnessSection section) =>
        VerifierKey.TryParse(section.Key, out var key) ? new(new(section.Address), key)
            : throw new System.Diagnostics.UnreachableException(section.Key);

    private sealed class LedgerHeads(VolumeLedger ledger) : IHeadSource
    {
        /// <summary>A head over more entries than there are proves nothing, and is told as damage of the ledger.</summary>
        public string? NewestHead =>
            ledger.Log.CheckpointNote is { } text && SignedNote.TryParse(text, out var note) && Checkpoint.TryParse(note.Text, out var head)
                && head.Size <= ledger.Log.Size ? text : null;

        public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize) => ledger.Log.ProveConsistency(oldSize, newSize);
    }
}
