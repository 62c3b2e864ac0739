using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace ExamMonitor.Broker;

/// <summary>What waits for one session, its subscriptions, and how many messages may be under way to it. Thread safe.</summary>
/// <remarks>
/// MQTTnet counts only what is queued: what was sent and never acknowledged is kept without a bound, and the receive maximum of a client is
/// not followed.
/// </remarks>
/// <param name="user">Whose session it is.</param>
/// <param name="limits">Bounds.</param>
internal sealed class DeliveryAccount(BrokerLogin user, BrokerLimits limits) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MqttQualityOfServiceLevel> _subscriptions = new(StringComparer.Ordinal);
    private SemaphoreSlim _window = new(ushort.MaxValue);
    private int _windowSize = ushort.MaxValue;
    private int _keepAlive;
    private int _quietLooks;
    private uint _packetBytes = uint.MaxValue;
    private long _messages;
    private long _bytes;
    private long _oneWayMessages;
    private long _oneWayBytes;

    /// <summary>Whose session it is.</summary>
    public BrokerLogin User => user;

    /// <summary>Whether a connection stands.</summary>
    public bool Online { get; private set; }

    /// <summary>Measured time at which the last connection ended; null while one stands, or before the first.</summary>
    public long? OfflineSince { get; private set; }

    /// <summary>Seconds for which its session is kept after the end of a connection; <see cref="uint.MaxValue"/> = without end.</summary>
    public uint SessionExpiry { get; set; }

    /// <summary>Number of the retained change from which on a subscription under way may miss live messages.</summary>
    public long SubscribesFrom { get; set; }

    /// <summary>Messages that wait.</summary>
    public long Messages
    {
        get
        {
            lock (_gate)
                return _messages + _oneWayMessages;
        }
    }

    /// <summary>What the client of the next connection asks for; 0 = no bound, and for <paramref name="keepAlive"/> (s) no end.</summary>
    public void Expect(ushort receiveMaximum, uint maximumPacketBytes, ushort keepAlive)
    {
        lock (_gate)
        {
            (_keepAlive, _quietLooks) = (keepAlive, 0);
            _windowSize = receiveMaximum == 0 ? ushort.MaxValue : receiveMaximum;
            _packetBytes = maximumPacketBytes == 0 ? uint.MaxValue : maximumPacketBytes;
        }
    }

    /// <summary>A connection begins: what was queued with QoS 0 is gone, what was not acknowledged is sent again.</summary>
    public void Connected()
    {
        lock (_gate)
        {
            (Online, OfflineSince, _quietLooks) = (true, null, 0);
            (_oneWayMessages, _oneWayBytes) = (0, 0);
            _window = new(_windowSize);
        }
    }

    /// <summary>The connection has ended; the session may be kept.</summary>
    /// <param name="at">Measured time.</param>
    public void Disconnected(long at)
    {
        lock (_gate)
            (Online, OfflineSince) = (false, at);
    }

    /// <summary>A packet came. Of two connections with one id the end of the older may be told after the beginning of the newer.</summary>
    public void Heard()
    {
        lock (_gate)
            (Online, OfflineSince, _quietLooks) = (true, null, 0);
    }

    /// <summary>
    /// To be asked once a second: whether nothing came for one and a half keep-alives. Looks are counted, not time: a computer that stood
    /// still itself gives up nobody.
    /// </summary>
    public bool IsSilent()
    {
        lock (_gate)
        {
            if (!Online || _keepAlive == 0 || ++_quietLooks <= _keepAlive * 1.5)
                return false;
            _quietLooks = 0;
            return true;
        }
    }

    /// <summary>Notes a subscription; false when there are too many.</summary>
    public bool TrySubscribe(string filter, MqttQualityOfServiceLevel qos)
    {
        lock (_gate)
        {
            if (_subscriptions.Count >= limits.Subscriptions && !_subscriptions.ContainsKey(filter))
                return false;
            _subscriptions[filter] = qos;
            return true;
        }
    }

    /// <summary>Forgets a subscription.</summary>
    public void Unsubscribe(string filter)
    {
        lock (_gate)
            _subscriptions.Remove(filter);
    }

    /// <summary>Whether a message may be queued for it, which then counts until it is acknowledged (QoS 0: sent).</summary>
    public Admission Admit(string topic, long bytes, MqttQualityOfServiceLevel qos)
    {
        lock (_gate)
        {
            if (bytes + topic.Length > _packetBytes)
                return Admission.Skip;
            var granted = _subscriptions.Where(s => Mqtt.TopicText.Matches(s.Key, topic)).Select(s => s.Value).DefaultIfEmpty(qos).Max();
            var oneWay = qos == MqttQualityOfServiceLevel.AtMostOnce || granted == MqttQualityOfServiceLevel.AtMostOnce;
            if (oneWay && !Online)
                return Admission.Skip;
            if (_messages + _oneWayMessages >= limits.QueuedMessages || _bytes + _oneWayBytes + bytes > limits.QueuedBytes)
                return Online ? Admission.Overflow : Admission.Skip;
            if (oneWay)
                (_oneWayMessages, _oneWayBytes) = (_oneWayMessages + 1, _oneWayBytes + bytes);
            else
                (_messages, _bytes) = (_messages + 1, _bytes + bytes);
            return Admission.Queue;
        }
    }

    /// <summary>Before a message goes out: waits until the client may have one more under way.</summary>
    public async Task SendingAsync(MqttPublishPacket packet, CancellationToken cancellationToken)
    {
        if (packet.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            lock (_gate)
                (_oneWayMessages, _oneWayBytes) = (Math.Max(0, _oneWayMessages - 1), Math.Max(0, _oneWayBytes - packet.Payload.Length));
            return;
        }

        SemaphoreSlim window;
        lock (_gate)
            window = _window;
        await window.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The client has it.</summary>
    public void Acknowledged(MqttPublishPacket packet)
    {
        lock (_gate)
        {
            (_messages, _bytes) = (Math.Max(0, _messages - 1), Math.Max(0, _bytes - packet.Payload.Length));
            if (_window.CurrentCount < _windowSize)
                _window.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _window.Dispose();
}

/// <summary>What becomes of a message for a session.</summary>
internal enum Admission
{
    /// <summary>It waits its turn.</summary>
    Queue,

    /// <summary>It is not for this session: too large for it, or nobody there to take it.</summary>
    Skip,

    /// <summary>Too much waits already: the client is let go, comes again and reads the retained state.</summary>
    Overflow,
}
