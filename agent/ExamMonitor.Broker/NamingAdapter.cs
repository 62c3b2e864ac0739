using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace ExamMonitor.Broker;

/// <summary>
/// Gives a client of MQTT 3.1.1 that names itself with nothing, and asks for a clean session, an id of its own (MQTT 3.1.1,
/// [MQTT-3.1.3-6]): mosquitto_sub does so. Keeps to itself when a session expires.
/// </summary>
/// <remarks>
/// MQTTnet names clients of MQTT 5 alone, and refuses the others. It ends a kept session by the wall clock when its client comes again;
/// told that it never expires, it leaves that to whoever measures time.
/// </remarks>
/// <param name="inner">The connection.</param>
internal sealed class NamingAdapter(IMqttChannelAdapter inner) : IMqttChannelAdapter
{
    /// <summary>
    /// Seconds for which the client wants its session kept; <see cref="uint.MaxValue"/> = without end (MQTT 5, 3.1.2.11.2).
    /// </summary>
    public uint SessionExpiry { get; private set; }

    /// <inheritdoc/>
    public long BytesReceived => inner.BytesReceived;

    /// <inheritdoc/>
    public long BytesSent => inner.BytesSent;

    /// <inheritdoc/>
    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    /// <inheritdoc/>
    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    /// <inheritdoc/>
    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    /// <inheritdoc/>
    public bool IsSecureConnection => inner.IsSecureConnection;

    /// <inheritdoc/>
    public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<MqttPacket> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        var packet = await inner.ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
        if (
            packet is MqttConnectPacket { CleanSession: true } connect
            && string.IsNullOrEmpty(connect.ClientId)
            && PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V311
        )
            connect.ClientId = "auto-" + Guid.NewGuid().ToString("N");
        if (packet is MqttConnectPacket { SessionExpiryInterval: > 0 } keeping)
            (SessionExpiry, keeping.SessionExpiryInterval) = (keeping.SessionExpiryInterval, uint.MaxValue);
        return packet;
    }

    /// <inheritdoc/>
    public void ResetStatistics() => inner.ResetStatistics();

    /// <inheritdoc/>
    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken) => inner.SendPacketAsync(packet, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Whoever made the connection ends it.
    }
}
