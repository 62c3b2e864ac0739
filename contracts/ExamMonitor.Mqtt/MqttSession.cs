using System.Threading.Channels;
using ExamMonitor.Contracts;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace ExamMonitor.Mqtt;

/// <summary>One attempt at a connection: connects, serves until it is lost or stopped, and is thrown away.</summary>
/// <remarks>
/// A fresh client per attempt means that nothing is sent again but by the outbox: order and repetition are decided there alone. One task
/// sends, in the order of the calls and never more at once than the broker said it takes (receive maximum); MQTTnet itself counts neither
/// that nor the broker's packet bound.
/// </remarks>
/// <param name="options">Where and as whom.</param>
/// <param name="events">Who is told.</param>
/// <param name="time">Clock of the waits.</param>
internal sealed partial class MqttSession(MqttOptions options, ISessionEvents events, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly BrokerLine _line = new(options);
    private readonly Channel<PublishCommand> _publishes = Channel.CreateUnbounded<PublishCommand>(new() { SingleReader = true });
    private readonly TaskCompletionSource<LocalText?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _over = new();
    private SemaphoreSlim _window = new(0);
    private uint _brokerPacketBytes = uint.MaxValue;
    private bool _takenOver;
    private bool _closedByBroker;
    private DateTimeOffset? _lastHeard;

    /// <summary>Any thread. False once the session is over.</summary>
    public bool TryPublish(PublishCommand command) => _publishes.Writer.TryWrite(command);

    /// <summary>Any thread: asks for a topic filter; a refusal ends the session.</summary>
    public void Subscribe(string filter) => _ = SubscribeAsync(filter);

    /// <summary>Any thread: ends <see cref="RunAsync"/> with a good-bye to the broker, which then keeps the last will to itself.</summary>
    public void RequestStop() => _ended.TrySetResult(null);

    /// <summary>Runs until the connection is over.</summary>
    public async Task<SessionEnd> RunAsync(MqttMessage? lastWill, CancellationToken stop)
    {
        _client.DisconnectedAsync += OnDisconnectedAsync;
        _client.ApplicationMessageReceivedAsync += OnReceivedAsync;
        if (await ConnectAsync(lastWill, stop).ConfigureAwait(false) is { } failure)
        {
            Close();
            return new(WasConnected: false, stop.IsCancellationRequested ? null : failure);
        }

        try
        {
            events.Connected();
            var (sending, watching) = (SendAsync(), WatchAsync());
            var reason = await _ended.Task.ConfigureAwait(false);
            if (reason is null)
                await SayGoodbyeAsync(sending).ConfigureAwait(false);
            await _over.CancelAsync().ConfigureAwait(false);
            Close();
            await Task.WhenAll(sending, watching).ConfigureAwait(false);
            return new(WasConnected: true, reason)
            {
                TakenOver = _takenOver,
                ClosedByBroker = _closedByBroker,
                LastHeard = _lastHeard,
            };
        }
        finally
        {
            Close();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _over.Cancel();
        _client.Dispose();
        _window.Dispose();
        _over.Dispose();
    }

    /// <summary>Null once the log-in succeeded, else why not.</summary>
    private async Task<LocalText?> ConnectAsync(MqttMessage? lastWill, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            var result = await _client.ConnectAsync(ClientOptions.Of(options, _line, lastWill), either.Token).ConfigureAwait(false);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                return Reasons.Refused(options, (int)result.ResultCode);
            if (result.MaximumPacketSize is > 0 and var bytes)
                _brokerPacketBytes = bytes;
            _window.Dispose();
            _window = new(result.ReceiveMaximum is > 0 and var most ? most : ushort.MaxValue);
            return null;
        }
#pragma warning disable CA1031 // Supervisor of a foreign library: whatever it throws, the reason is said and the next attempt comes.
        catch (Exception e)
        {
            return limit.IsCancellationRequested ? Reasons.NoAnswer(options) : Reasons.CannotConnect(options, e);
        }
#pragma warning restore CA1031
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var command in _publishes.Reader.ReadAllAsync(_over.Token).ConfigureAwait(false))
            {
                if (IsTooLarge(command.Message))
                {
                    command.Done.TrySetResult(PublishOutcome.Unsendable);
                    continue;
                }

                try
                {
                    await _window.WaitAsync(_over.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    command.Done.TrySetResult(PublishOutcome.Unacknowledged);
                    return;
                }

                _ = PublishAsync(command);
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The session is over; Close answers what is left.
        }
    }

    /// <summary>
    /// A connection that broke says so itself, with the better reason; what fails while it stands is a reason of its own.
    /// </summary>
    private void Fail(Exception e)
    {
        if (_client.IsConnected)
            _ended.TrySetResult(Reasons.Lost(options, e));
    }

    /// <summary>Has queued the packet when it returns, and ends with the broker's answer.</summary>
    private async Task PublishAsync(PublishCommand command)
    {
        try
        {
            var result = await _client.PublishAsync(ClientOptions.Packet(command.Message), _over.Token).ConfigureAwait(false);
            command.Done.TrySetResult((int)result.ReasonCode < 0x80 ? PublishOutcome.Acknowledged : PublishOutcome.Refused);
        }
#pragma warning disable CA1031 // However the acknowledgement failed to come: the broker may have the message or not.
        catch (Exception)
        {
            command.Done.TrySetResult(PublishOutcome.Unacknowledged);
        }
#pragma warning restore CA1031
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        try
        {
            _window.Release();
        }
        catch (ObjectDisposedException)
        {
            // An answer after the end.
        }
    }

    private bool IsTooLarge(MqttMessage message) =>
        message.Payload.Length + System.Text.Encoding.UTF8.GetByteCount(message.Topic) + ClientOptions.PublishHead > _brokerPacketBytes;

    private async Task SubscribeAsync(string filter)
    {
        try
        {
            var request = new MqttClientSubscribeOptions
            {
                TopicFilters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }],
            };
            var result = await _client.SubscribeAsync(request, _over.Token).ConfigureAwait(false);
            if (result.Items.Any(i => (int)i.ResultCode >= 0x80))
                _ended.TrySetResult(Reasons.SubscriptionRefused(options));
        }
#pragma warning disable CA1031 // A subscription that does not come about ends the session; the next one asks again.
        catch (Exception e)
        {
            Fail(e);
        }
#pragma warning restore CA1031
    }

    private Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        var message = received.ApplicationMessage;
        if (message.Payload.Length > options.MaxPayloadBytes)
            return Task.CompletedTask;
#pragma warning disable CA1031 // The handler is the caller's; what it throws ends the session and is its reason.
        try
        {
            events.Received(new(message.Topic, System.Buffers.BuffersExtensions.ToArray(message.Payload), message.Retain));
        }
        catch (Exception e)
        {
            received.ProcessingFailed = true;
            _ended.TrySetResult(Reasons.HandlerFailed(e));
        }
#pragma warning restore CA1031
        return Task.CompletedTask;
    }

    private Task OnDisconnectedAsync(MqttClientDisconnectedEventArgs lost)
    {
        _takenOver = lost.Reason == MqttClientDisconnectReason.SessionTakenOver;
        _closedByBroker =
            lost is { Exception: null, Reason: MqttClientDisconnectReason.NormalDisconnection }
            && _line.ClosedByBroker
            && !_ended.Task.IsCompleted;
        _ended.TrySetResult(
            (int)lost.Reason >= 0x80 && lost.Exception is null
                ? Reasons.Refused(options, (int)lost.Reason)
                : Reasons.Lost(options, lost.Exception)
        );
        return Task.CompletedTask;
    }

    /// <summary>What was handed over before goes out first.</summary>
    private async Task SayGoodbyeAsync(Task sending)
    {
        _publishes.Writer.TryComplete();
        using var limit = new CancellationTokenSource(FarewellLimit, TimeProvider.System);
        try
        {
            await sending.WaitAsync(limit.Token).ConfigureAwait(false);
            await _client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A good-bye that does not arrive is told by the last will.
        catch (Exception)
        {
            // The connection is given up anyway.
        }
#pragma warning restore CA1031
    }

    private void Close()
    {
        _publishes.Writer.TryComplete();
        while (_publishes.Reader.TryRead(out var command))
            command.Done.TrySetResult(PublishOutcome.Unacknowledged);
    }
}
