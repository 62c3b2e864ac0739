using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Dashboard.Links;

/// <summary>Follows one link file: waits for it, connects as it says, connects anew when it changes.</summary>
internal sealed partial class LinkFeed(string path, FloorStore store, Inbox inbox, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private long _dropped;

    /// <summary>Messages that found the inbox full. Statuses come again within <see cref="Heartbeat.Every"/>; problems are compared with the agent's list.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public async Task RunAsync(CancellationToken ct)
    {
        MqttConnection? connection = null;
        DashboardLink? current = null;
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            do
            {
                var (link, problem) = await LinkFile.ReadAsync(path, ct).ConfigureAwait(false);

                // A file that vanished or broke after it was read does not end a connection that works: the agent may be writing it anew.
                if (link is null && connection is not null) continue;
                if (link is null) Tell(problem is null ? LinkCondition.Missing : LinkCondition.Unusable, null, problem);
                else if (link != current)
                {
                    if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
                    connection = Connect(link);
                    current = link;
                }
            }
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

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
                Tls = address.Tls ? new MqttTls { CertificateAuthorityFile = link.BrokerCertificateAuthority } : null,
                MaxPayloadBytes = InboxReader.MaxPayloadBytes,
                ReconnectMax = TimeSpan.FromSeconds(10),
            }, time);
        connection.StateChanged += s => Tell(s.Connected ? LinkCondition.Connected : LinkCondition.Connecting, link, s.Reason);
        connection.Subscribe(new Topics(link.Site).All, m =>
        {
            if (!inbox.TryWrite(m)) Interlocked.Increment(ref _dropped);
        });
        Tell(LinkCondition.Connecting, link, null);
        connection.Start();
        return connection;
    }

    private void Tell(LinkCondition condition, DashboardLink? link, LocalText? detail)
    {
        var before = store.Links.FirstOrDefault(l => l.Path == path);
        var since = before?.Condition == condition ? before.Since : time.GetUtcNow();
        var status = new LinkStatus(path, condition, since, link, detail) { Warning = link is null ? null : LinkFile.Exposure(path) };
        if (status.Warning is { } warning && before?.Warning is null) Exposed(log, warning.En);
        if (status != before) store.SetLink(status);
    }

    [LoggerMessage(1002, LogLevel.Warning, "{Sentence}")]
    private static partial void Exposed(ILogger logger, string sentence);
}
