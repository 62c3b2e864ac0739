using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Witnessing;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.Transparency;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>Puts the witnesses of the configuration to work.</summary>
internal static class WitnessStart
{
    /// <summary>Witnesses of the configuration; refusals of earlier runs wait for a person, whether one is configured or not.</summary>
    public static WitnessingService Of(
        AgentOptions options,
        AgentFolder folder,
        VolumeLedger ledger,
        TimeProvider time,
        ILoggerFactory logs
    )
    {
        var refusals = new WitnessRefusalStore(folder.WitnessRefusals, ledger, logs.CreateLogger<WitnessRefusalStore>());
        var (shared, source) = (new WitnessClient(Http(null)), new LedgerHeads(ledger));
        WitnessClient ClientOf(WitnessSection witness) => witness.CaFile is { } file ? new(Http(folder.Resolve(file))) : shared;
        var registry = new WitnessRegistry(
            folder.Witnesses,
            ledger,
            options.Ledger.Witnesses.Select(w => w.Key),
            time,
            logs.CreateLogger<WitnessRegistry>()
        );
        return new(
            [.. options.Ledger.Witnesses.Select(w => new HeadSubmission(WitnessOf(w), ClientOf(w), source))],
            refusals,
            registry,
            time,
            logs.CreateLogger<WitnessingService>()
        );
    }

    /// <summary>A client that follows nobody elsewhere and waits for nobody long.</summary>
    /// <param name="authority">PEM file of the authority that it trusts alone; null for those of the system.</param>
    internal static HttpClient Http(string? authority)
    {
#pragma warning disable CA2000 // The HTTP client owns its handler.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
#pragma warning restore CA2000
        if (authority is not null)
            handler.SslOptions.CertificateChainPolicy = PrivateAuthority.PolicyOf(authority);
        return new(handler) { Timeout = TimeSpan.FromSeconds(10) };
    }

    private static Witness WitnessOf(WitnessSection section) =>
        VerifierKey.TryParse(section.Key, out var key)
            ? new(new(section.Address), key)
            : throw new System.Diagnostics.UnreachableException(section.Key);

    private sealed class LedgerHeads(VolumeLedger ledger) : IHeadSource
    {
        /// <summary>A head over more entries than there are proves nothing, and is told as damage of the ledger.</summary>
        public string? NewestHead =>
            ledger.Log.CheckpointNote is { } text
            && SignedNote.TryParse(text, out var note)
            && Checkpoint.TryParse(note.Text, out var head)
            && head.Size <= ledger.Log.Size
                ? text
                : null;

        public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize) => ledger.Log.ProveConsistency(oldSize, newSize);
    }
}
