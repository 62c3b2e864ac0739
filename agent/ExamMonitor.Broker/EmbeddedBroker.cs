using System.Collections.Concurrent;
using ExamMonitor.Mqtt;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace ExamMonitor.Broker;

/// <summary>
/// The MQTT broker that an agent brings along: MQTTnet's server with users, rights, bounds, and a store for retained messages.
/// </summary>
/// <remarks>Rights are asked for at the moment of use: a last will and a kept session have those that their user has then.</remarks>
public sealed partial class EmbeddedBroker : IAsyncDisposable
{
    private readonly BrokerLimits _limits;
    private readonly TimeProvider _time;
    private readonly BrokerLog _log;
    private readonly LoginGuard _logins;
    private readonly BoundedListener _listener;
    private readonly RetainedStore _store;
    private readonly MqttServer _server;
    private readonly ConcurrentDictionary<string, DeliveryAccount> _accounts = new(StringComparer.Ordinal);

    /// <summary>
    /// Clients whose newest retained message may not have reached all subscribers yet, and the number of the change before it.
    /// </summary>
    private readonly ConcurrentDictionary<string, long> _unsettled = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _caring = Task.CompletedTask;

    private EmbeddedBroker(BrokerSettings settings, Action<string> log, TimeProvider time)
    {
        (_limits, _time, _log) = (settings.Limits ?? new(), time, new(log, time));
        _logins = new(settings.Users, _limits, time);
        _listener = new(settings.EndPoints, _limits, _log, time);
        _store = RetainedStore.Open(settings.Folder, _limits, _log, time);
        _server = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptions
            {
                EnablePersistentSessions = true,
                DefaultCommunicationTimeout = _limits.LoginWithin,
                MaxPendingMessagesPerClient = _limits.QueuedMessages + 1000,
                PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropNewMessage,
                KeepAliveOptions = { MonitorInterval = Timeout.InfiniteTimeSpan },
            },
            [_listener],
            MqttNetNullLogger.Instance
        );
        Wire();
    }

    /// <summary>Messages that wait for clients, of all of them.</summary>
    internal long Waiting => _accounts.Values.Sum(a => a.Messages);

    /// <summary>Whether a session is kept whose client is not there.</summary>
    internal bool IsAway(string clientId) => _accounts.GetValueOrDefault(clientId) is { OfflineSince: not null };

    /// <summary>Connections that have not logged in.</summary>
    internal int Pending => _listener.Pending;

    /// <summary>Listens when it returns.</summary>
    /// <param name="settings">Where, who, how much.</param>
    /// <param name="log">Takes sentences for the log; any thread.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public static async Task<EmbeddedBroker> StartAsync(BrokerSettings settings, Action<string> log, TimeProvider time)
    {
        var broker = new EmbeddedBroker(settings, log, time);
        try
        {
            await broker._server.StartAsync().ConfigureAwait(false);
            broker._caring = Task.WhenAll(broker.CareAsync(), broker.ListenForSilenceAsync());
            return broker;
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_server.IsStarted)
            await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        await _caring.ConfigureAwait(false);
        _server.Dispose();
        _listener.Dispose();
        _store.Dispose();
        foreach (var account in _accounts.Values)
            account.Dispose();
        _stop.Dispose();
    }

    private void Wire()
    {
        _server.ValidatingConnectionAsync += ValidateAsync;
        _server.ClientConnectedAsync += e => Done(() => AccountOf(e.ClientId, e.UserName)?.Connected());
        _server.ClientDisconnectedAsync += e =>
            Done(() =>
            {
                _unsettled.TryRemove(e.ClientId, out _);
                _accounts.GetValueOrDefault(e.ClientId)?.Disconnected(_time.GetTimestamp());
            });
        _server.SessionDeletedAsync += e => Done(() => _accounts.TryRemove(e.Id, out _));
        _server.InterceptingInboundPacketAsync += e => Done(() => Inspect(e.ClientId, e.Packet));
        _server.InterceptingOutboundPacketAsync += SendingAsync;
        _server.InterceptingPublishAsync += e => Done(() => Publish(e));
        _server.InterceptingSubscriptionAsync += e => Done(() => Subscribe(e));
        _server.ClientSubscribedTopicAsync += e => Done(() => CatchUp(e.ClientId, e.TopicFilter));
        _server.InterceptingUnsubscriptionAsync += e => Done(() => _accounts.GetValueOrDefault(e.ClientId)?.Unsubscribe(e.Topic));
        _server.InterceptingClientEnqueueAsync += e => Done(() => Enqueue(e));
        _server.ClientAcknowledgedPublishPacketAsync += e =>
            Done(() => _accounts.GetValueOrDefault(e.ClientId)?.Acknowledged(e.PublishPacket));
        _server.LoadingRetainedMessageAsync += e => Done(() => e.LoadedRetainedMessages = _store.Messages);
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task ValidateAsync(ValidatingConnectionEventArgs login)
    {
        if (string.IsNullOrEmpty(login.ClientId) && login.ProtocolVersion == MQTTnet.Formatter.MqttProtocolVersion.V500)
            login.AssignedClientIdentifier = "auto-" + Guid.NewGuid().ToString("N");
        var id = string.IsNullOrEmpty(login.ClientId) ? login.AssignedClientIdentifier : login.ClientId;
        login.ReasonCode = _logins.Judge(login, id);
        if (login.ReasonCode != MqttConnectReasonCode.Success)
        {
            _log.Say("login", $"The broker refused a log-in from {LoginGuard.AddressOf(login.RemoteEndPoint)} ({login.ReasonCode}).");
            await Task.Delay(_limits.RefusalDelay, _time, login.CancellationToken).ConfigureAwait(false);
            return;
        }

        var user = _logins.Find(login.UserName)!;
        if (!_accounts.ContainsKey(id) && _accounts.Values.Count(a => a.User == user) >= _limits.SessionsPerUser)
        {
            login.ReasonCode = MqttConnectReasonCode.QuotaExceeded;
            _log.Say(
                "sessions",
                $"The broker refused a connection: the user {user.Name} has {_limits.SessionsPerUser} connections and kept sessions already."
            );
            return;
        }

        _listener.LoggedIn(login.ChannelAdapter);
        if (login.CleanSession != false)
            _accounts.TryRemove(id, out _);
        var account = AccountOf(id, user.Name)!;
        account.Expect(login.ReceiveMaximum, login.MaximumPacketSize, login.KeepAlivePeriod ?? 0);
        account.SessionExpiry = (login.ChannelAdapter as NamingAdapter)?.SessionExpiry ?? 0;
    }

    private DeliveryAccount? AccountOf(string id, string userName) =>
        _logins.Find(userName) is { } user ? _accounts.GetOrAdd(id, _ => new(user, _limits)) : null;

    /// <summary>A throw ends the connection. A client's packets come one after the other: what it sent before is delivered.</summary>
    private void Inspect(string clientId, MqttPacket packet)
    {
        _unsettled.TryRemove(clientId, out _);
        var account = _accounts.GetValueOrDefault(clientId);
        account?.Heard();
        if (packet is MqttSubscribePacket && account is not null)
            account.SubscribesFrom = _unsettled.Values.Append(_store.Version).Min();
        if (packet is MqttPublishPacket { TopicAlias: > 0 })
            throw new MqttProtocolViolationException("Topic aliases were not offered.");
        if (packet is MqttSubscribePacket subscribe && subscribe.TopicFilters.Count > _limits.Subscriptions)
            throw new MqttProtocolViolationException("Too many topic filters in one packet.");
    }

    private async Task SendingAsync(InterceptingPacketEventArgs e)
    {
        if (e.Packet is MqttConnAckPacket answer)
            (answer.MaximumPacketSize, answer.TopicAliasMaximum) = ((uint)_limits.PacketBytes, 0);
        if (e.Packet is MqttPublishPacket publish && _accounts.TryGetValue(e.ClientId, out var account))
            await account.SendingAsync(publish, e.CancellationToken).ConfigureAwait(false);
    }

    private void Publish(InterceptingPublishEventArgs e)
    {
        var code = JudgePublish(e);
        if (code == MqttPubAckReasonCode.Success)
            return;
        (e.ProcessPublish, e.Response.ReasonCode) = (false, code);
        _log.Say("publish", $"The broker refused a message of the user {_logins.Find(e.UserName)?.Name} ({code}).");
    }

    private MqttPubAckReasonCode JudgePublish(InterceptingPublishEventArgs e)
    {
        var message = e.ApplicationMessage;
        if (
            message.Topic is not { } topic
            || !TopicText.IsPublishable(topic)
            || topic.Length > _limits.TopicLength
            || topic.StartsWith('$')
        )
            return MqttPubAckReasonCode.TopicNameInvalid;
        if (_logins.Find(e.UserName) is not { } user || !user.Write.Any(f => TopicText.Matches(f, topic)))
            return MqttPubAckReasonCode.NotAuthorized;
        if (!message.Retain)
            return MqttPubAckReasonCode.Success;
        _unsettled[e.ClientId] = _store.Version;
        if (_store.TrySet(message))
            return MqttPubAckReasonCode.Success;
        _log.Say(
            "retained",
            $"The broker keeps {_limits.RetainedTopics} retained topics or {_limits.RetainedBytes} bytes already and refused one more."
        );
        return MqttPubAckReasonCode.QuotaExceeded;
    }

    private void Subscribe(InterceptingSubscriptionEventArgs e)
    {
        if (e.Response.ReasonCode > MqttSubscribeReasonCode.GrantedQoS2)
            return;
        var filter = e.TopicFilter.Topic;
        var user = _logins.Find(e.UserName);
        var code =
            !TopicText.IsFilter(filter) || filter.Length > _limits.TopicLength ? MqttSubscribeReasonCode.TopicFilterInvalid
            : user is null || !user.Read.Any(f => TopicText.Covers(f, filter)) ? MqttSubscribeReasonCode.NotAuthorized
            : !_accounts.TryGetValue(e.ClientId, out var account) || !account.TrySubscribe(filter, e.TopicFilter.QualityOfServiceLevel)
                ? MqttSubscribeReasonCode.QuotaExceeded
            : e.Response.ReasonCode;
        if (code == e.Response.ReasonCode)
            return;
        (e.ProcessSubscription, e.Response.ReasonCode) = (false, code);
        _log.Say("subscribe", $"The broker refused a subscription of the user {user?.Name} ({code}).");
    }

    /// <summary>
    /// MQTTnet reads the retained messages first and adds the subscription then: what was published between the two would reach the
    /// subscriber neither way, and state that seldom changes would be missing for hours. It is sent once more; whoever got it already drops
    /// it by its number.
    /// </summary>
    private void CatchUp(string clientId, MqttTopicFilter filter)
    {
        if (!_accounts.TryGetValue(clientId, out var account))
            return;
        foreach (var message in _store.Since(account.SubscribesFrom).Where(m => TopicText.Matches(filter.Topic, m.Topic)))
        {
            if (account.Admit(message.Topic, message.Payload.Length, message.QualityOfServiceLevel) == Admission.Queue)
                _ = DeliverAsync(clientId, message, filter.QualityOfServiceLevel);
        }
    }

    private async Task DeliverAsync(string clientId, MQTTnet.MqttApplicationMessage message, MqttQualityOfServiceLevel granted)
    {
        var copy = new MQTTnet.MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = message.Payload,
            Retain = true,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)Math.Min((int)granted, (int)message.QualityOfServiceLevel),
            ContentType = message.ContentType,
            PayloadFormatIndicator = message.PayloadFormatIndicator,
            UserProperties = message.UserProperties,
        };
        try
        {
            var session = await _server.GetSessionAsync(clientId).ConfigureAwait(false);
            await session.DeliverApplicationMessageAsync(copy).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The client left, or the delivery was cancelled: its next subscription begins anew.
        catch (Exception)
        {
            // Nothing to do.
        }
#pragma warning restore CA1031
    }

    private void Enqueue(InterceptingClientApplicationMessageEnqueueEventArgs e)
    {
        if (!_accounts.TryGetValue(e.ReceiverClientId, out var account))
        {
            e.AcceptEnqueue = false;
            return;
        }

        // What was read before a newer message of the topic came would arrive after it: CatchUp sends the newer one.
        var message = e.ApplicationMessage;
        if (e.SenderClientId.Length == 0 && !_store.IsCurrent(message))
        {
            e.AcceptEnqueue = false;
            return;
        }

        var admission = account.Admit(message.Topic, message.Payload.Length, message.QualityOfServiceLevel);
        e.AcceptEnqueue = admission == Admission.Queue;
        if (admission == Admission.Overflow)
            _ = LetGoAsync(e.ReceiverClientId);
    }

    /// <summary>
    /// A client that does not keep up is let go rather than served with holes: it comes again and reads the retained state.
    /// </summary>
    private async Task LetGoAsync(string clientId)
    {
        _log.Say(
            "slow",
            $"The broker let the client {clientId} go: it does not take its messages, {_limits.QueuedMessages} messages or {_limits.QueuedBytes} bytes wait for it."
        );
        await DisconnectAsync(clientId, MqttDisconnectReasonCode.QuotaExceeded).ConfigureAwait(false);
    }
}
