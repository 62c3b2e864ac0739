using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>
/// What an agent tells: retained state, of which only the newest per topic matters, and events, of which every one matters. Thread safe.
/// </summary>
/// <remarks>Gives every payload its <c>seq</c>. No member but the returned tasks and the disposal waits for disk or network.</remarks>
public sealed class Publisher : IAsyncDisposable
{
    private const int Window = 64;
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(30);

    private readonly PublisherOptions _options;
    private readonly TimeProvider _time;
    private readonly SequenceFile _sequence;
    private readonly StateCache _states;
    private readonly Outbox _outbox;
    private readonly MqttConnection _connection;
    private readonly Lock _events = new();
    private readonly Signal _stateWork = new();
    private readonly Signal _eventWork = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private long _refused;
    private int _statesInFlight;
    private bool _started;
    private int _disposed;

    private Publisher(PublisherOptions options, Outbox outbox, SequenceFile sequence, TimeProvider time)
    {
        (_options, _outbox, _sequence, _time) = (options, outbox, sequence, time);
        _states = new(sequence);
        _connection = new(options.Broker, time, _states.NextWill);
        _connection.StateChanged += OnConnection;
        _outbox.Changed += _eventWork.Set;
    }

    /// <summary>As <see cref="MqttConnection.StateChanged"/>.</summary>
    public event Action<MqttConnectionState>? ConnectionChanged;

    /// <summary>The connection's client id.</summary>
    public string ClientId => _options.Broker.ClientId;

    /// <summary>How it goes.</summary>
    public PublisherStatus Status => new(_connection.State, _outbox.Count, _outbox.Dropped, Interlocked.Read(ref _refused), _outbox.Fault);

    /// <summary>Opens the outbox; nothing is connected before <see cref="Start"/>, and what is set until then is sent first.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The outbox is used by another process, or cannot be read or written.</exception>
    public static async Task<Publisher> OpenAsync(PublisherOptions options, TimeProvider time)
    {
        var outbox = Outbox.Open(options.Outbox, time);
        try
        {
            return new(options, outbox, SequenceFile.Open(options.Outbox.Folder, time), time);
        }
        catch
        {
            await outbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins to connect and to send, and returns at once.</summary>
    public void Start()
    {
        _started = true;
        _running = Task.WhenAll(Task.Run(SendStatesAsync), Task.Run(SendEventsAsync));
        _connection.Start();
    }

    /// <summary>
    /// What readers see while the agent is connected, and what the broker publishes for it when the connection breaks. To be set before
    /// <see cref="Start"/>: a connection takes its last will along when it is made.
    /// </summary>
    /// <param name="topic">Topic of the agent's state.</param>
    /// <param name="online">Published after every connect.</param>
    /// <param name="offline">The last will; also published at an orderly stop. Its <c>ts</c> is the time of this call, not of the
    /// loss.</param>
    /// <exception cref="InvalidOperationException">Already started: the connection may stand without a will, and would say "online" for
    /// ever after it broke.</exception>
    public void SetPresence(string topic, Payload online, Payload offline)
    {
        if (_started)
            throw new InvalidOperationException("Set the presence before the start.");
        _states.SetPresence(topic, online, offline);
        _stateWork.Set();
    }

    /// <summary>
    /// Sets the retained state of a topic; the newest wins while the broker is away. <see cref="Payload.Seq"/> is filled in here.
    /// </summary>
    public void SetState(string topic, Payload payload)
    {
        _states.Set(topic, payload);
        _stateWork.Set();
    }

    /// <summary>Removes the retained state of a topic, as of a station that is no more.</summary>
    public void ClearState(string topic)
    {
        _states.Clear(topic);
        _stateWork.Set();
    }

    /// <summary>
    /// Publishes an event: it is sent after all earlier ones, once the broker is there. <see cref="Payload.Seq"/> is filled in here.
    /// </summary>
    /// <returns>True once it would survive a crash; false when the disk refused and it waits in memory only.</returns>
    public Task<bool> PublishEventAsync(string topic, Payload payload)
    {
        lock (_events)
            return _outbox.AddAsync(topic, StateCache.Format(payload with { Seq = _sequence.Next(topic) }));
    }

    /// <summary>Waits until the broker has acknowledged everything.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (!_states.Clean || Volatile.Read(ref _statesInFlight) > 0 || _outbox.Count > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Says that the agent is offline, gives the rest <see cref="PublisherOptions.Farewell"/> to go out, and closes; events left stay in
    /// the outbox.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_connection.State.Connected)
        {
            _states.Leave();
            _stateWork.Set();
            // The broker is waited for in real time, also where the agent's clock stands.
            using var limit = new CancellationTokenSource(_options.Farewell, TimeProvider.System);
            try
            {
                await DrainAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                // The outbox keeps the rest; the last will tells that we left.
            }
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _outbox.DisposeAsync().ConfigureAwait(false);
        _stateWork.Dispose();
        _eventWork.Dispose();
        _stop.Dispose();
    }

    private void OnConnection(MqttConnectionState state)
    {
        if (state.Connected)
        {
            _states.Reconnected();
            _stateWork.Set();
            _eventWork.Set();
        }

        ConnectionChanged?.Invoke(state);
    }

    private Task SendStatesAsync() =>
        LoopAsync(
            _stateWork,
            async () =>
            {
                var flying = new Queue<(string Topic, Task<PublishOutcome> Outcome)>();
                var refused = false;
                while (true)
                {
                    while (flying.Count < Window && _connection.State.Connected && !refused && _states.Take() is { } message)
                    {
                        flying.Enqueue((message.Topic, _connection.PublishAsync(message)));
                        Volatile.Write(ref _statesInFlight, flying.Count);
                    }

                    if (!flying.TryPeek(out var first))
                        return refused;
                    var outcome = await first.Outcome.ConfigureAwait(false);
                    if (outcome == PublishOutcome.Acknowledged)
                        _states.Sent(first.Topic);
                    else if (outcome == PublishOutcome.Unsendable)
                        Interlocked.Increment(ref _refused);
                    else
                        _states.PutBack(first.Topic);
                    refused |= Refused(outcome);
                    flying.Dequeue();
                    Volatile.Write(ref _statesInFlight, flying.Count);
                }
            }
        );

    /// <summary>
    /// Acknowledgements are taken in the order of sending: after one that failed, all that follow are sent again, and readers drop what
    /// they know. A round keeps to one connection: were the rest of it sent over the next one, the repetition of its beginning would come
    /// too late and be dropped as old.
    /// </summary>
    private Task SendEventsAsync() =>
        LoopAsync(
            _eventWork,
            async () =>
            {
                var flying = new Queue<(long Position, Task<PublishOutcome> Outcome)>();
                var generation = _connection.Generation;
                var sent = _outbox.DonePosition;
                while (true)
                {
                    while (flying.Count < Window && _connection.State.Connected && _outbox.TryPeekAfter(sent, out var record))
                    {
                        sent = record.Position;
                        flying.Enqueue((sent, _connection.PublishAsync(new(record.Topic, record.Payload, Retain: false), generation)));
                    }

                    if (!flying.TryDequeue(out var first))
                        return false;
                    var outcome = await first.Outcome.ConfigureAwait(false);
                    if (outcome is PublishOutcome.Acknowledged or PublishOutcome.Unsendable)
                    {
                        if (outcome == PublishOutcome.Unsendable)
                            Interlocked.Increment(ref _refused);
                        _outbox.Acknowledge(first.Position);
                        continue;
                    }

                    await Task.WhenAll(flying.Select(f => f.Outcome)).ConfigureAwait(false);
                    return Refused(outcome);
                }
            }
        );

    /// <summary>Runs a round whenever there is work; a round that the broker refused is tried again after a pause.</summary>
    private async Task LoopAsync(Signal work, Func<Task<bool>> round)
    {
        try
        {
            while (true)
            {
                await work.WaitAsync(_stop.Token).ConfigureAwait(false);
                while (await round().ConfigureAwait(false))
                    await Task.Delay(RefusedPause, _time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private bool Refused(PublishOutcome outcome)
    {
        if (outcome == PublishOutcome.Refused)
            Interlocked.Increment(ref _refused);
        return outcome == PublishOutcome.Refused;
    }
}
