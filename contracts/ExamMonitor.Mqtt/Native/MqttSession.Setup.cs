using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExamMonitor.Contracts;
using static ExamMonitor.Mqtt.Native.LibMosquitto;

namespace ExamMonitor.Mqtt.Native;

/// <content>Setting up, and what the library calls back.</content>
internal sealed unsafe partial class MqttSession
{
    /// <summary>Room for topic and properties beside the payload in a packet, bytes.</summary>
    private const int PacketOverhead = 4096;

    private LocalText? Configure(MqttMessage? lastWill)
    {
        OnConnect(_client, &Connected);
        OnDisconnect(_client, &Disconnected);
        OnPublish(_client, &Published);
        OnSubscribe(_client, &Subscribed);
        OnMessage(_client, &Received);
        OnLog(_client, &Logged);
        var code = IntOption(_client, OptionProtocolVersion, ProtocolV5);
        if (code == Success && _options.User is not null) code = SetUser(_client, _options.User, _options.Password);
        if (code == Success && lastWill is not null) code = SetLastWill(lastWill);
        if (code != Success) return Reasons.Setup(_options, code);
        if (_options.Tls is { } tls) code = ConfigureTls(tls);
        return code == Success ? null : Reasons.TlsSetup(_options, code);
    }

    private int ConfigureTls(MqttTls tls)
    {
        var code = tls.CertificateAuthorityFile is null
            ? IntOption(_client, OptionTlsUseOsCertificates, 1)
            : Success;
        if (code == Success && (tls.CertificateAuthorityFile ?? tls.ClientCertificateFile) is not null)
            code = SetTls(_client, tls.CertificateAuthorityFile, null, tls.ClientCertificateFile, tls.ClientKeyFile, 0);
        if (code == Success && tls.SkipHostNameCheck) code = SetTlsInsecure(_client, true);
        return code;
    }

    private int SetLastWill(MqttMessage will)
    {
        var properties = PropertyList.Json();
        fixed (byte* payload = will.Payload.Span)
        {
            // libmosquitto takes ownership of a will's properties when it accepts them.
            var code = SetWill(_client, will.Topic, will.Payload.Length, payload, 1, will.Retain, properties.Pointer);
            if (code != Success) properties.Dispose();
            return code;
        }
    }

    private LocalText? Connect()
    {
        var properties = PropertyList.Connect(_options.MaxPayloadBytes + PacketOverhead, _options.KeepSession);
        try
        {
            var code = LibMosquitto.Connect(_client, _options.Host, _options.Port, (int)_options.KeepAlive.TotalSeconds, null, properties.Pointer);
            return code == Success ? null : Reasons.Lost(_options, code, Marshal.GetLastPInvokeError(), _lastError, connected: false);
        }
        finally
        {
            properties.Dispose();
        }
    }

    private static MqttSession Self(nint userData) => (MqttSession)GCHandle.FromIntPtr(userData).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Connected(nint client, nint self, int reason, int flags, nint properties) => Guard(self, session =>
    {
        if (reason != Success)
        {
            session._failure = Reasons.Refused(session._options, reason);
            return;
        }

        session._connected = true;
        session._events.Connected();
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Disconnected(nint client, nint self, int reason, nint properties) => Guard(self, session =>
    {
        // Reason codes of MQTT 5 start at 0x80; smaller values are the library's own and come back from its loop as well.
        if (reason >= 0x80) session._failure ??= Reasons.Refused(session._options, reason);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Published(nint client, nint self, int messageId, int reason, nint properties) => Guard(self, session =>
    {
        if (session._unacknowledged.Remove(messageId, out var done))
            done.TrySetResult(reason < 0x80 ? PublishOutcome.Acknowledged : PublishOutcome.Refused);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Subscribed(nint client, nint self, int messageId, int count, int* granted, nint properties)
    {
        for (var i = 0; i < count; i++)
        {
            if (granted[i] < 0x80) continue;
            Guard(self, static session => session._failure = Reasons.SubscriptionRefused(session._options));
            return;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Received(nint client, nint self, NativeMessage* message, nint properties)
    {
        var length = message->PayloadLength;
        var session = Self(self);
        if (length < 0 || length > session._options.MaxPayloadBytes) return;
        var topic = Marshal.PtrToStringUTF8((nint)message->Topic) ?? string.Empty;
        var payload = length == 0 ? [] : new ReadOnlySpan<byte>(message->Payload, length).ToArray();
        var received = new MqttMessage(topic, payload, message->Retain != 0);
        Guard(self, s => s._events.Received(received));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Logged(nint client, nint self, int level, byte* text)
    {
        if (level == LogError) Self(self)._lastError = Marshal.PtrToStringUTF8((nint)text);
    }

    /// <summary>An exception must not cross the native border: it ends the session and is thrown again by <see cref="Run"/>'s owner as its reason.</summary>
    private static void Guard(nint self, Action<MqttSession> action)
    {
        var session = Self(self);
#pragma warning disable CA1031 // Supervisor of a native callback: letting anything through would end the process.
        try
        {
            action(session);
        }
        catch (Exception e)
        {
            session._failure = Reasons.HandlerFailed(e);
        }
#pragma warning restore CA1031
    }
}
