using MQTTnet.Protocol;
using MQTTnet.Server;

namespace ExamMonitor.Broker;

/// <content>What is done from time to time, by measured time: the wall clock may be set at any moment.</content>
/// <remarks>
/// MQTTnet compares the wall clock with that of a client's last packet: a clock set forward cuts everybody, one set back lets the dead live
/// for years. Its own look is turned off.
/// </remarks>
public sealed partial class EmbeddedBroker
{
    private static readonly TimeSpan Care = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Keeps retained messages, and ends sessions that have expired.</summary>
    private async Task CareAsync()
    {
        using var timer = new PeriodicTimer(Care, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                _store.Flush();
                foreach (var session in await _server.GetSessionsAsync().ConfigureAwait(false))
                    await EndIfExpiredAsync(session).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task EndIfExpiredAsync(MqttSessionStatus session)
    {
        if (session.DisconnectedTimestamp is null)
            return;
        if (_accounts.GetValueOrDefault(session.Id) is not { OfflineSince: { } since, SessionExpiry: < uint.MaxValue and var seconds })
            return;
        if (_time.GetElapsedTime(since) > TimeSpan.FromSeconds(seconds))
            await session.DeleteAsync().ConfigureAwait(false);
    }

    /// <summary>Lets go who said nothing for one and a half times its keep-alive (MQTT 5, 3.1.2.10); its last will is published.</summary>
    private async Task ListenForSilenceAsync()
    {
        using var timer = new PeriodicTimer(Look, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                foreach (var (id, account) in _accounts)
                {
                    if (account.IsSilent())
                        _ = DisconnectAsync(id, MqttDisconnectReasonCode.KeepAliveTimeout);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task DisconnectAsync(string clientId, MqttDisconnectReasonCode reason)
    {
        try
        {
            await _server
                .DisconnectClientAsync(clientId, new MqttServerClientDisconnectOptions { ReasonCode = reason })
                .ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // It left by itself.
        }
    }
}
