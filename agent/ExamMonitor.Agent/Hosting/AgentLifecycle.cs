using ExamMonitor.Agent.Configuration;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ExamMonitor.Agent.Hosting;

/// <summary>Starts the parts from the broker to the cameras, and stops them the other way round, so that nothing is lost on the way.</summary>
/// <remarks>Stop order: sources (each commits its run) → measuring → telling → second tier → archive → signed checkpoint → last MQTT message → broker.</remarks>
internal sealed partial class AgentLifecycle(AgentRuntime runtime, AgentParts parts, IServer server, IHostApplicationLifetime lifetime, ILogger<AgentLifecycle> log) : IHostedLifecycleService
{
    private static readonly TimeSpan PartLimit = TimeSpan.FromSeconds(15);
    private readonly PartFailures _parts = new(lifetime, log);
    private bool _failed;

    /// <summary>Whether the agent must report a failure when it ends.</summary>
    public bool Failed => _failed || _parts.Any;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (parts.Broker is { } broker) await StartAsync("broker", broker, cancellationToken).ConfigureAwait(false);
        if (parts.Watch is { } watch) await StartAsync("measuring", watch, cancellationToken).ConfigureAwait(false);
        if (parts.Sound is { } sound) await StartAsync("sound", sound, cancellationToken).ConfigureAwait(false);
        await StartAsync("telling", parts.Telling, cancellationToken).ConfigureAwait(false);
        await StartAsync("cameras", parts.Capture, cancellationToken).ConfigureAwait(false);
        runtime.Tier?.Start([.. runtime.Rooms.SelectMany(r => r.Cameras)]);
        _ = runtime.Archive.Failure.ContinueWith(StopOnFailure, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>The API's address is known only now, when its port was chosen.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var address = ApiAddress();
        var identity = parts.Identity;
        var now = identity.StartedAt;
        var state = new AgentState(AgentState.SchemaName, now, 0, AgentConnection.Online, AgentIdentity.Version, now, address, parts.PublicKey);
        runtime.Publisher.SetPresence(identity.Topics.AgentState(identity.Agent), state, state with { State = AgentConnection.Offline });
        parts.Manifest.Begin();
        runtime.Sessions.Book.Changed += parts.Manifest.Tell;
        try
        {
            runtime.PublishCheckpoint(identity);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A volume that takes no head now keeps nobody from live pictures: the job of every minute tries again, and the problem says
            // what to do.
            LogNoHead(log, e);
        }

        runtime.Publisher.Start();
        var link = new DashboardLink(
            identity.Site, identity.Agent, address, parts.Token.Text, runtime.Broker.Address.ToString(), runtime.Broker.Reader?.User, runtime.Broker.Reader?.Password, AuthorityText(runtime.Broker));
        Secrets.WritePrivately(parts.Folder.DashboardLink, System.Text.Json.JsonSerializer.Serialize(link, ContractJson.Options) + "\n");
        LogReady(log, AgentIdentity.Version, address, runtime.Broker.Address);
        return Task.CompletedTask;
    }

    /// <summary>The authority itself: a path of this machine would mean nothing on the dashboard's.</summary>
    private static string? AuthorityText(Broker.BrokerAccess broker) => broker.CertificateAuthority is { } file ? File.ReadAllText(file) : null;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StepAsync("cameras", parts.Capture.StopAsync).ConfigureAwait(false);
        await StepAsync("plates", runtime.Plates.StopAsync).ConfigureAwait(false);
        if (parts.Watch is { } watch) await StepAsync("measuring", watch.StopAsync).ConfigureAwait(false);
        if (parts.Sound is { } sound) await StepAsync("sound", sound.StopAsync).ConfigureAwait(false);
        await StepAsync("telling", parts.Telling.StopAsync).ConfigureAwait(false);
        if (runtime.Tier is { } tier)
        {
            await StepAsync("second tier", tier.StopAsync).ConfigureAwait(false);
            tier.Dispose();
        }

        await StepAsync("archive", _ => runtime.Archive.DisposeAsync().AsTask()).ConfigureAwait(false);
        await StepAsync("ledger", _ => Task.Run(() => runtime.PublishCheckpoint(parts.Identity), CancellationToken.None)).ConfigureAwait(false);
        runtime.Plates.Dispose();
        runtime.Ledger.Dispose();
        await StepAsync("publisher", _ => runtime.Publisher.DisposeAsync().AsTask()).ConfigureAwait(false);
        if (parts.Broker is { } broker) await StepAsync("broker", broker.StopAsync).ConfigureAwait(false);
        LogStopped(log);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The host knows only what is registered with it: these parts are watched here.</summary>
    private async Task StartAsync(string name, BackgroundService part, CancellationToken cancellationToken)
    {
        await part.StartAsync(cancellationToken).ConfigureAwait(false);
        _parts.Watch(name, part);
    }

    private string ApiAddress()
    {
        if (parts.Options.Api.PublicAddress is { } configured) return configured.TrimEnd('/');
        var bound = server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return bound.TrimEnd('/');
    }

    private void StopOnFailure(Task failure)
    {
        _failed = true;
        LogArchiveFailed(log, failure.Exception);
        lifetime.StopApplication();
    }

    /// <summary>A part that does not stop in time is left behind: the ones after it still get their turn.</summary>
    private async Task StepAsync(string part, Func<CancellationToken, Task> stop)
    {
        try
        {
            using var limit = new CancellationTokenSource(PartLimit);
            await stop(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Supervisor of the stop: whatever one part does, the next ones must be closed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failed = true;
            LogStepFailed(log, e, part);
        }
    }

    [LoggerMessage(EventId = 310, Level = LogLevel.Information, Message = "Exam Monitor agent {Version} works: API {Address}, broker {Broker}")]
    private static partial void LogReady(ILogger log, string version, string address, Mqtt.BrokerAddress broker);

    [LoggerMessage(EventId = 311, Level = LogLevel.Information, Message = "Stopped in order")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(EventId = 315, Level = LogLevel.Error, Message = "The ledger's head could not be signed at the start; the next try is in a minute")]
    private static partial void LogNoHead(ILogger log, Exception exception);

    [LoggerMessage(EventId = 312, Level = LogLevel.Critical, Message = "The archive must be opened anew; the agent stops so that its service manager starts it again")]
    private static partial void LogArchiveFailed(ILogger log, Exception? exception);

    [LoggerMessage(EventId = 313, Level = LogLevel.Error, Message = "Stopping the {Part} failed")]
    private static partial void LogStepFailed(ILogger log, Exception exception, string part);
}
