using ExamMonitor.Capture;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Messaging;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;

namespace ExamMonitor.Agent.Hosting;

/// <summary>What must be opened before anything can be composed, since it takes time and may be refused: tools, volume, outbox.</summary>
/// <param name="Tools">ffmpeg.</param>
/// <param name="Ledger">Ledger of the volume.</param>
/// <param name="Archive">Archive.</param>
/// <param name="Broker">Files of the agent's own broker.</param>
/// <param name="Access">Which broker is used.</param>
/// <param name="Publisher">The connection; not started.</param>
internal sealed record AgentStores(
    FfmpegTools Tools,
    VolumeLedger Ledger,
    FootageArchive Archive,
    BrokerFolder Broker,
    BrokerAccess Access,
    Publisher Publisher
)
{
    /// <summary>Opens everything; nothing runs yet.</summary>
    /// <exception cref="IOException">The volume, the index, the outbox or a secret cannot be used; the message says what to do.</exception>
    public static async Task<AgentStores> OpenAsync(
        AgentOptions options,
        AgentFolder folder,
        AgentIdentity identity,
        TimeProvider time,
        ILoggerFactory logs,
        CancellationToken cancellationToken
    )
    {
        folder.Create();
        var tools = await FfmpegTools.FindAsync(options.Tools.Ffmpeg, options.Tools.Ffprobe, time, cancellationToken).ConfigureAwait(false);
        var broker = new BrokerFolder(folder.Broker, options.Site);
        var access = BrokerPlace.Settle(options, folder.Configuration, broker);
        var ledger = new VolumeLedger(
            folder.Resolve(options.Footage.Volume),
            folder.LedgerKey,
            options.Site,
            options.Agent,
            time,
            folder.LedgerHeads
        );
        var archive = await FootageArchive
            .OpenAsync(folder.Footage(options), ledger, time, logs.CreateLogger<FootageArchive>(), cancellationToken)
            .ConfigureAwait(false);
        var publisher = await Publisher.OpenAsync(MqttPresence.Options(access, identity, folder.Outbox), time).ConfigureAwait(false);
        return new(tools, ledger, archive, broker, access, publisher);
    }
}
