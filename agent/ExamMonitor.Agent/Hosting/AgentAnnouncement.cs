using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Messaging;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Preservation.Heads;

namespace ExamMonitor.Agent.Hosting;

/// <summary>
/// What the agent says of itself once everything has started: presence, manifest, a first head, and the link that a dashboard reads.
/// </summary>
/// <param name="head">What it says.</param>
/// <param name="publisher">Where it says it.</param>
/// <param name="access">Which broker is used.</param>
/// <param name="manifest">What is watched.</param>
/// <param name="checkpoints">Heads of the ledger.</param>
/// <param name="sessions">Schedule.</param>
/// <param name="log">Log.</param>
internal sealed partial class AgentAnnouncement(
    AgentHead head,
    Publisher publisher,
    BrokerAccess access,
    ManifestPublisher manifest,
    CheckpointPublisher checkpoints,
    SessionStore sessions,
    ILogger<AgentAnnouncement> log
) : IHostedLifecycleService
{
    /// <summary>The API's address is known only now, when its port was chosen.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var (identity, address) = (head.Identity, head.Address());
        var now = identity.StartedAt;
        var state = new AgentState(
            AgentState.SchemaName,
            now,
            0,
            AgentConnection.Online,
            AgentIdentity.Version,
            now,
            address,
            head.PublicKey
        );
        publisher.SetPresence(identity.Topics.AgentState(identity.Agent), state, state with { State = AgentConnection.Offline });
        manifest.Begin();
        sessions.Changed += manifest.Publish;
        PublishHead();
        publisher.Start();
        var link = new DashboardLink(
            identity.Site,
            identity.Agent,
            address,
            head.Token,
            access.Address.ToString(),
            access.Reader?.User,
            access.Reader?.Password,
            AuthorityText()
        );
        Secrets.WritePrivately(head.LinkPath, System.Text.Json.JsonSerializer.Serialize(link, ContractJson.Options) + "\n");
        LogReady(log, AgentIdentity.Version, address, access.Address);
        return Task.CompletedTask;
    }

    /// <summary>The authority itself: a path of this machine would mean nothing on the dashboard's.</summary>
    private string? AuthorityText() => access.CertificateAuthority is { } file ? File.ReadAllText(file) : null;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        LogStopped(log);
        return Task.CompletedTask;
    }

    private void PublishHead()
    {
        try
        {
            checkpoints.Publish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A volume that takes no head now keeps nobody from live pictures: the job of every minute tries again, and the problem says
            // what to do.
            LogNoHead(log, e);
        }
    }

    [LoggerMessage(
        EventId = 310,
        Level = LogLevel.Information,
        Message = "Exam Monitor agent {Version} works: API {Address}, broker {Broker}"
    )]
    private static partial void LogReady(ILogger log, string version, string address, Mqtt.BrokerAddress broker);

    [LoggerMessage(EventId = 311, Level = LogLevel.Information, Message = "Stopped in order")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(
        EventId = 315,
        Level = LogLevel.Error,
        Message = "The ledger's head could not be signed at the start; the next try is in a minute"
    )]
    private static partial void LogNoHead(ILogger log, Exception exception);
}
