namespace ExamMonitor.Mqtt;

/// <summary>A connection to a broker that is made again by itself for as long as it lives. MQTT 5, QoS 1 both ways.</summary>
/// <remarks>
/// Thread safe. No member waits for the network but <see cref="PublishAsync(MqttMessage)"/>'s task and the disposal (bounded to some
/// seconds). Callbacks come from the connection's own tasks: hand over to a bounded channel and return.
/// </remarks>
public sealed class MqttConnection : IAsyncDisposable, ISessionEvents
{
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(5);

    private readonly MqttOptions _options;
    private readonly Func<MqttMessage?> _lastWill;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = [];
    private volatile MqttConnectionState _state;
#pragma warning disable CA2213 // Disposed by RunOnceAsync, which owns it.
    private MqttSession? _session;
#pragma warning restore CA2213
    private Task? _running;
    private long _connectedAt;
    private Evictions _evictions = Evictions.None;
    private long _generation;
    private int _disposed;

    /// <summary>Makes it; nothing is connected before <see cref="Start"/>.</summary>
    /// <param name="options">Where and as whom.</param>
    /// <param name="time">Clock for waits and labels.</param>
    /// <param name="lastWill">Asked before every attempt for what the broker is to publish should the connection break; null for
    /// none.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public MqttConnection(MqttOptions options, TimeProvider time, Func<MqttMessage?>? lastWill = null)
    {
        _options = options.Checked();
        _time = time;
        _lastWill = lastWill ?? (static () => null);
        _state = new(Connected: false, time.GetUtcNow(), 0, null);
    }

    /// <summary>
    /// Raised after <see cref="State"/> changed: connected, lost, or one more attempt failed. From the connection's own tasks, one at a
    /// time.
    /// </summary>
    public event Action<MqttConnectionState>? StateChanged;

    /// <summary>Now.</summary>
    public MqttConnectionState State => _state;

    /// <summary>Number of the present connection; grows with each.</summary>
    internal long Generation
    {
        get
        {
            lock (_gate)
                return _generation;
        }
    }

    /// <summary>
    /// Ends with the disposal; faults when a handler of <see cref="StateChanged"/> threw, after which nothing connects any more.
    /// </summary>
    public Task Completion
    {
        get
        {
            lock (_gate)
                return _running ?? Task.CompletedTask;
        }
    }

    /// <summary>Begins to connect, and returns at once. The second call does nothing.</summary>
    public void Start()
    {
        lock (_gate)
            _running ??= Task.Run(RunAsync);
    }

    /// <summary>Calls <paramref name="onMessage"/> for every message that matches, after this and every later connect.</summary>
    /// <param name="filter">Topic filter; retained messages arrive again after every connect.</param>
    /// <param name="onMessage">Must not block and must not throw; an exception ends the connection, which is then made again.</param>
    public void Subscribe(string filter, Action<MqttMessage> onMessage)
    {
        ArgumentException.ThrowIfNullOrEmpty(filter);
        lock (_gate)
        {
            _subscriptions.Add(new(filter, onMessage));
            if (_state.Connected)
                _session?.Subscribe(filter);
        }
    }

    /// <summary>Sends a message once, with QoS 1. Messages of one caller go out in the order of the calls.</summary>
    /// <returns>What became of it. Without a connection that is <see cref="PublishOutcome.Unacknowledged"/> at once: nothing is kept
    /// here.</returns>
    public Task<PublishOutcome> PublishAsync(MqttMessage message) => PublishAsync(message, generation: null);

    /// <summary>As the other, over the connection of that number only; null means whichever there is.</summary>
    internal Task<PublishOutcome> PublishAsync(MqttMessage message, long? generation)
    {
        if (message.Payload.Length > _options.MaxPayloadBytes || !TopicText.IsPublishable(message.Topic))
            return Task.FromResult(PublishOutcome.Unsendable);
        var done = new TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        MqttSession? session;
        lock (_gate)
            session = _state.Connected && (generation is null || generation == _generation) ? _session : null;
        return session is not null && session.TryPublish(new(message, done)) ? done.Task : Task.FromResult(PublishOutcome.Unacknowledged);
    }

    /// <summary>Says good-bye to the broker, so that no last will is published, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        lock (_gate)
            _session?.RequestStop();
        await Completion.ConfigureAwait(false);
        _stop.Dispose();
    }

    void ISessionEvents.Connected()
    {
        lock (_gate)
        {
            _connectedAt = _time.GetTimestamp();
            _generation++;
            foreach (var filter in _subscriptions.Select(s => s.Filter).Distinct(StringComparer.Ordinal))
                _session!.Subscribe(filter);
            _state = new(Connected: true, _time.GetUtcNow(), 0, null) { Evictions = _evictions };
        }

        StateChanged?.Invoke(_state);
    }

    void ISessionEvents.Received(MqttMessage message)
    {
        Subscription[] matching;
        lock (_gate)
            matching = [.. _subscriptions.Where(s => TopicText.Matches(s.Filter, message.Topic))];
        foreach (var subscription in matching)
            subscription.OnMessage(message);
    }

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            var end = await RunOnceAsync().ConfigureAwait(false);
            var stable = end.WasConnected && _time.GetElapsedTime(_connectedAt) >= (end.ClosedByBroker ? Evictions.Short : StableAfter);
            failures = stable ? 0 : failures + 1;
            var evicted = _evictions.Count;
            _evictions = _evictions.After(end, _time.GetElapsedTime(_connectedAt), _time.GetUtcNow());
            Report(end);
            var longer = _evictions.Count > evicted ? _evictions.Wait : null;
            try
            {
                await Task.Delay(longer is { } wait ? Jitter(wait) : Backoff(failures), _time, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>One attempt, from the first packet to the end of the connection.</summary>
    private async Task<SessionEnd> RunOnceAsync()
    {
        using var session = new MqttSession(_options, this, _time);
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return new(WasConnected: false, null);
            _session = session;
        }

        try
        {
            return await session.RunAsync(_lastWill(), _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _session = null;
        }
    }

    private void Report(SessionEnd end)
    {
        lock (_gate)
        {
            var before = _state;
            var since = before.Connected ? end.LastHeard ?? _time.GetUtcNow() : before.Since;
            _state = new(Connected: false, since, before.FailedAttempts + (end.WasConnected ? 0 : 1), end.Reason)
            {
                Evictions = _evictions,
            };
        }

        StateChanged?.Invoke(_state);
    }

    private TimeSpan Backoff(int failures)
    {
        var whole = Math.Min(
            _options.ReconnectMax.TotalSeconds,
            _options.ReconnectMin.TotalSeconds * Math.Pow(2, Math.Min(failures, 20) - 1)
        );
        return Jitter(TimeSpan.FromSeconds(Math.Max(_options.ReconnectMin.TotalSeconds, whole)));
    }

    /// <summary>Between half and the whole, so that many clients of one broker do not return at once.</summary>
    private static TimeSpan Jitter(TimeSpan whole) => whole * (0.5 + (Random.Shared.NextDouble() / 2));

    private sealed record Subscription(string Filter, Action<MqttMessage> OnMessage);
}
