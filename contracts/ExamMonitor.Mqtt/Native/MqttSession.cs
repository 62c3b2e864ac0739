using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt.Native;

/// <summary>One attempt at a connection: connects, pumps until it is lost or stopped, and is thrown away.</summary>
/// <remarks>
/// Every call into libmosquitto is made on the one thread of <see cref="Run"/>; other threads only queue and wake. A fresh client per attempt means that the
/// library never re-sends on its own: order and repetition are decided by the outbox alone. The library's own <c>mosquitto_loop</c> waits with <c>select</c>,
/// which writes outside its table for a descriptor above 1023; an agent with many viewers has such, so that the wait is ours.
/// </remarks>
internal sealed partial class MqttSession : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    private readonly MqttOptions _options;
    private readonly TimeProvider _time;
    private readonly ISessionEvents _events;
    private readonly ConcurrentQueue<PublishCommand> _publishes = new();
    private readonly ConcurrentQueue<string> _subscriptions = new();
    private readonly Dictionary<int, TaskCompletionSource<PublishOutcome>> _unacknowledged = [];
    private readonly WakeSocket _wake = new();
    private readonly Lock _gate = new();
    private nint _client;
    private bool _closed;
    private bool _connected;
    private volatile bool _stop;
    private LocalText? _failure;
    private string? _lastError;

    public MqttSession(MqttOptions options, ISessionEvents events, TimeProvider time) => (_options, _events, _time) = (options, events, time);

    /// <summary>Any thread. False once the session is over.</summary>
    public bool TryPublish(PublishCommand command)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _publishes.Enqueue(command);
        }

        _wake.Signal();
        return true;
    }

    /// <summary>Any thread.</summary>
    public void Subscribe(string filter)
    {
        _subscriptions.Enqueue(filter);
        _wake.Signal();
    }

    /// <summary>Any thread: says good-bye to the broker (which then keeps the last will to itself) and ends <see cref="Run"/>.</summary>
    public void RequestStop()
    {
        _stop = true;
        _wake.Signal();
    }

    /// <summary>Blocks until the connection is over.</summary>
    public SessionEnd Run(MqttMessage? lastWill)
    {
        var self = GCHandle.Alloc(this);
        try
        {
            _client = LibMosquitto.New(_options.ClientId, cleanStart: _options.KeepSession is null, GCHandle.ToIntPtr(self));
            if (_client == 0) throw new MqttException("Creating an MQTT client", _options.ClientId, "The system is out of memory.");
            var reason = Configure(lastWill) ?? Connect() ?? Pump();
            return new(_connected, reason);
        }
        finally
        {
            Close();
            if (_client != 0) LibMosquitto.Destroy(_client);
            _client = 0;
            self.Free();
        }
    }

    public void Dispose() => _wake.Dispose();

    private LocalText? Pump()
    {
        using var broker = new Socket(new SafeSocketHandle(LibMosquitto.Socket(_client), ownsHandle: false));
        var started = _time.GetTimestamp();
        while (true)
        {
            _wake.Clear();
            if (_stop) return SayGoodbye(broker);
            if (_connected && Drain() is { } unsendable) return unsendable;
            if (!_connected && _time.GetElapsedTime(started) > _options.ConnectTimeout) return Reasons.NoAnswer(_options);
            var code = Turn(broker, LongestWait);
            if (_failure is not null) return _failure;
            if (code != LibMosquitto.Success) return Reasons.Lost(_options, code, Marshal.GetLastPInvokeError(), _lastError, _connected);
        }
    }

    /// <summary>Waits for either socket and does what there is to do.</summary>
    private int Turn(Socket broker, TimeSpan wait)
    {
        if (LibMosquitto.Socket(_client) < 0) return LibMosquitto.NoConnection;
        var readable = new List<Socket>(2) { broker, _wake.Socket };
        var writable = LibMosquitto.WantWrite(_client) ? new List<Socket>(1) { broker } : null;
        Socket.Select(readable, writable, null, wait);
        if (readable.Contains(broker))
        {
            var code = LibMosquitto.LoopRead(_client, 1);
            if (code != LibMosquitto.Success) return code;
        }

        if (writable is { Count: > 0 })
        {
            var code = LibMosquitto.LoopWrite(_client, 1);
            if (code != LibMosquitto.Success) return code;
        }

        return LibMosquitto.LoopMisc(_client);
    }

    /// <summary>Hands every queued command to the library; null while the connection holds.</summary>
    private LocalText? Drain()
    {
        while (_subscriptions.TryDequeue(out var filter))
        {
            var code = LibMosquitto.Subscribe(_client, out _, filter, qos: 1, options: 0, properties: 0);
            if (code != LibMosquitto.Success) return Reasons.Lost(_options, code, 0, _lastError, _connected);
        }

        while (_publishes.TryDequeue(out var command))
        {
            var code = Send(command.Message, out var id);
            if (code == LibMosquitto.Success) _unacknowledged[id] = command.Done;
            else if (code is LibMosquitto.NoConnection or LibMosquitto.ConnectionLost or LibMosquitto.Errno or LibMosquitto.Tls)
            {
                command.Done.TrySetResult(PublishOutcome.Unacknowledged);
                return Reasons.Lost(_options, code, 0, _lastError, _connected);
            }
            else command.Done.TrySetResult(PublishOutcome.Unsendable);
        }

        return null;
    }

    private unsafe int Send(MqttMessage message, out int id)
    {
        var properties = message.Payload.IsEmpty ? default : PropertyList.Json();
        try
        {
            fixed (byte* payload = message.Payload.Span)
                return LibMosquitto.Publish(_client, out id, message.Topic, message.Payload.Length, payload, qos: 1, message.Retain, properties.Pointer);
        }
        finally
        {
            properties.Dispose();
        }
    }

    private LocalText? SayGoodbye(Socket broker)
    {
        if (!_connected) return null;
        _ = Drain();
        _ = LibMosquitto.Disconnect(_client, 0, 0);
        var started = _time.GetTimestamp();
        while (LibMosquitto.Socket(_client) >= 0 && LibMosquitto.WantWrite(_client) && _time.GetElapsedTime(started) < FarewellLimit)
        {
            if (Turn(broker, TimeSpan.FromMilliseconds(100)) != LibMosquitto.Success) break;
        }

        return null;
    }

    private void Close()
    {
        lock (_gate) _closed = true;
        while (_publishes.TryDequeue(out var command)) command.Done.TrySetResult(PublishOutcome.Unacknowledged);
        foreach (var waiting in _unacknowledged.Values) waiting.TrySetResult(PublishOutcome.Unacknowledged);
        _unacknowledged.Clear();
    }
}
