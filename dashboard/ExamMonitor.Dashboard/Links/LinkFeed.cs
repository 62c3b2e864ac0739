using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Dashboard.Links;

/// <summary>Follows one link file: waits for it, connects as it says, connects anew when it changes.</summary>
internal sealed partial class LinkFeed(
    string path,
    FloorStore store,
    Inbox inbox,
    SubscriptionLeases leases,
    TimeProvider time,
    ILogger log
)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private MqttConnection? _connection;
    private DashboardLink? _current;
    private bool _subscribed;

    public async Task RunAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            do
            {
                var (link, problem) = await LinkFile.ReadAsync(path, ct).ConfigureAwait(false);

                // A file that vanished or broke after it was read does not end a connection that works: the agent may be writing it anew.
                if (link is null && _connection is null)
                    Tell(problem is null ? LinkCondition.Missing : LinkCondition.Unusable, null, problem);
                else if (link is not null && link != _current)
                    await ConnectAnewAsync(link).ConfigureAwait(false);
                else if (_connection is not null)
                    await LeaseAsync(_connection, _current!).ConfigureAwait(false);
            } while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
        }
        finally
        {
            if (_current is not null)
                leases.Release(At(_current), this);
            if (_connection is not null)
                await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static (string Broker, string? User, string Site) At(DashboardLink link) => (link.Broker, link.BrokerUser, link.Site.Text);

    private async Task ConnectAnewAsync(DashboardLink link)
    {
        if (_current is not null)
            leases.Release(At(_current), this);
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
        _subscribed = leases.Hold(At(link), this);
        _connection = Connect(link);
        _current = link;
    }

    /// <summary>Hands the subscription on while this link is not connected, and takes it when nobody has it.</summary>
    private async Task LeaseAsync(MqttConnection connection, DashboardLink link)
    {
        var isConnected = connection.State.Connected;
        if (_subscribed && !leases.Hold(At(link), this))
            await ConnectAnewAsync(link).ConfigureAwait(false);
        else if (_subscribed && !isConnected)
            leases.Release(At(link), this);
        else if (!_subscribed && isConnected && leases.Hold(At(link), this))
        {
            Subscribe(connection, link);
            _subscribed = true;
        }
    }

    private void Subscribe(MqttConnection connection, DashboardLink link) =>
        connection.Subscribe(new Topics(link.Site).All, m => inbox.TryWrite(m));

    private MqttConnection Connect(DashboardLink link)
    {
        var address = BrokerAddress.Parse(link.Broker);
        var connection = new MqttConnection(
            new MqttOptions
            {
                Host = address.Host,
                Port = address.Port,
                User = link.BrokerUser,
                Password = link.BrokerPassword,
                ClientId = $"dashboard-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}",
                Tls = address.Tls ? TlsOf(link.BrokerCertificateAuthority) : null,
                MaxPayloadBytes = InboxReader.MaxPayloadBytes,
                ReconnectMax = TimeSpan.FromSeconds(10),
            },
            time
        );
        connection.StateChanged += s => Tell(s.Connected ? LinkCondition.Connected : LinkCondition.Connecting, link, s.Reason);
        if (_subscribed)
            Subscribe(connection, link);
        Tell(LinkCondition.Connecting, link, null);
        connection.Start();
        return connection;
    }

    private static MqttTls TlsOf(string? authority) =>
        authority?.Contains("-----BEGIN", StringComparison.Ordinal) == true
            ? new() { CertificateAuthorityPem = authority }
            : new() { CertificateAuthorityFile = authority };

    private void Tell(LinkCondition condition, DashboardLink? link, LocalText? detail)
    {
        var before = store.Links.FirstOrDefault(l => l.Path == path);
        var since = before?.Condition == condition ? before.Since : time.GetUtcNow();
        var status = new LinkStatus(path, condition, since, link, detail) { Warning = link is null ? null : LinkFile.Exposure(path) };
        if (status.Warning is { } warning && before?.Warning is null)
            Exposed(log, warning.En);
        if (status != before)
            store.SetLink(status);
    }

    [LoggerMessage(1002, LogLevel.Warning, "{Sentence}")]
    private static partial void Exposed(ILogger logger, string sentence);
}
