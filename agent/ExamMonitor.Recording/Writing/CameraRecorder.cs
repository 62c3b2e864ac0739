using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Recording;

/// <summary>
/// Writes one camera on a thread of its own. Calls come one after another; none waits for the disk except <see cref="EndRunAsync"/>.
/// </summary>
/// <remarks>
/// Fragments wait in a queue of at most <see cref="FootageOptions.QueueBytes"/>. When the disk is so slow that it is full, what arrives is
/// given up until
/// half of it is written: a gap of cause <c>disk</c>, while stream and live viewers go on.
/// </remarks>
public sealed class CameraRecorder : IDisposable
{
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(1);

    private readonly ArchiveContext _context;
    private readonly CameraJournal _journal;
    private readonly Action<Exception> _fatal;

    // A monitor, not Lock and SemaphoreSlim: whoever waits on a semaphore spins first, and a writer that waits for two seconds spun longer
    // than it hashed.
    private readonly object _gate = new();
    private readonly Queue<Order> _orders = new();
    private readonly Thread _thread;
    private long _waitingBytes;
    private bool _givingUp;
    private bool _open;
    private bool _closed;

    internal CameraRecorder(ArchiveContext context, CameraRow camera, Action<Exception> fatal)
    {
        (_context, _fatal, Room, Camera, CameraNo) = (context, fatal, camera.Room, camera.Camera, camera.No);
        _journal = new CameraJournal(context, camera);
        Live = new LiveWindow(context.Options.LiveLength, context.Options.LiveBytes, context.Time);
        _thread = new Thread(Work) { IsBackground = true, Name = $"footage {camera.Room}/{camera.Camera}" };
        _thread.Start();
    }

    /// <summary>Room.</summary>
    public RoomId Room { get; }

    /// <summary>Camera.</summary>
    public CameraId Camera { get; }

    /// <summary>The newest fragments, for live viewers.</summary>
    public LiveWindow Live { get; }

    /// <summary>Bytes that wait for the disk.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (_gate)
                return _waitingBytes;
        }
    }

    /// <summary>
    /// Why what arrives is not written: the disk fails, is full or another one. Null while it is written, and while nothing arrives.
    /// </summary>
    public LocalText? Trouble => _journal.State.Trouble;

    internal RecorderState State => _journal.State;

    internal long CameraNo { get; }

    /// <summary>Begins a run; a run that is open is ended first.</summary>
    /// <param name="initialization">Its <c>ftyp</c> + <c>moov</c>.</param>
    /// <param name="facts">What is kept beside the media.</param>
    /// <param name="atUtc">UTC.</param>
    /// <param name="cancellationToken">Not used once the order is taken.</param>
    public ValueTask StartRunAsync(
        InitializationSegment initialization,
        RunFacts facts,
        DateTimeOffset atUtc,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            (_open, _givingUp) = (true, false);
            Enqueue(new(() => _journal.StartRun(initialization, facts, atUtc), 0, null));
        }

        Live.StartRun(initialization);
        return ValueTask.CompletedTask;
    }

    /// <summary>Adds a fragment. Fragments before the first sync sample of a run are passed over.</summary>
    /// <param name="fragment">Next fragment of the run.</param>
    /// <param name="arrivedAtUtc">When its last byte arrived: monotonic clock plus the run's one wall offset.</param>
    /// <param name="cancellationToken">Not used once the order is taken.</param>
    /// <param name="pause">Cause of a pause that the fragment shows.</param>
    /// <returns>False when the disk is too slow and the fragment was given up (a gap of cause <c>disk</c>).</returns>
    /// <exception cref="InvalidOperationException">No run is open.</exception>
    public ValueTask<bool> AppendAsync(
        Fragment fragment,
        DateTimeOffset arrivedAtUtc,
        CancellationToken cancellationToken,
        GapCause pause = GapCause.Unknown
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var live = Live.Add(fragment, arrivedAtUtc - new Pts90k(fragment.Duration).ToTimeSpan());
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_open)
                throw new InvalidOperationException("No run is open.");
            if (!HasRoom(fragment, arrivedAtUtc))
                return new(false);
            Enqueue(new(() => Write(fragment, arrivedAtUtc, pause, live), fragment.Bytes.Length, null));
            return new(true);
        }
    }

    /// <summary>Ends the run and opens a gap. Does nothing when no run is open.</summary>
    /// <param name="cause">Cause of the gap.</param>
    /// <param name="detail">For a person; null for none.</param>
    /// <param name="atUtc">UTC.</param>
    /// <param name="cancellationToken">Ends the waiting; the run is ended all the same.</param>
    public Task EndRunAsync(GapCause cause, LocalText? detail, DateTimeOffset atUtc, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_open || _closed)
                return Task.CompletedTask;
            _open = false;
            Enqueue(new(() => _journal.EndRun(cause, detail, atUtc), 0, done));
        }

        return done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Says that the cause of the open gap is another from now on. Does nothing while a run is open or when the cause is the same.
    /// </summary>
    /// <param name="cause">Cause.</param>
    /// <param name="detail">For a person; null for none.</param>
    /// <param name="atUtc">UTC.</param>
    /// <param name="cancellationToken">Not used once the order is taken.</param>
    public ValueTask ChangeGapAsync(GapCause cause, LocalText? detail, DateTimeOffset atUtc, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_open && !_closed)
                Enqueue(new(() => _journal.ChangeGap(cause, detail, atUtc), 0, null));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Returns when everything that was added before is written, and what is due by the clock is done.</summary>
    internal Task DrainAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed)
                return Task.CompletedTask;
            Enqueue(new(Idle, 0, done));
        }

        return done.Task;
    }

    /// <summary>Ends the run, commits everything and stops the thread.</summary>
    internal async Task CloseAsync(GapCause cause, LocalText? detail)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed)
                return;
            Enqueue(new(() => _journal.Close(cause, detail, _context.Time.GetUtcNow()), 0, done));
            _closed = true;
        }

        await done.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _thread.Join();
        Live.Close();
        _journal.Dispose();
    }

    /// <summary>Releases what no order needs any more; the archive calls it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
        Live.Close();
        _journal.Dispose();
    }

    private bool HasRoom(Fragment fragment, DateTimeOffset at)
    {
        if (_givingUp && (_waitingBytes > _context.Options.QueueBytes / 2 || !fragment.StartsWithSync))
            return false;
        if (_waitingBytes == 0 || _waitingBytes + fragment.Bytes.Length <= _context.Options.QueueBytes)
        {
            _givingUp = false;
            return true;
        }

        if (_givingUp)
            return false;
        _givingUp = true;
        _context.Logger.TooSlow(Room, Camera, _waitingBytes);
        Enqueue(new(() => _journal.GiveUp(at), 0, null));
        return false;
    }

    private void Write(Fragment fragment, DateTimeOffset arrivedAtUtc, GapCause pause, LiveFragment? live)
    {
        if (_journal.Append(fragment, arrivedAtUtc, pause) is { } place)
            live?.Written(place);
    }

    private void Idle()
    {
        _journal.Idle(_context.Time.GetUtcNow());
        Live.Rest();
    }

    private void Enqueue(Order order)
    {
        _orders.Enqueue(order);
        _waitingBytes += order.Bytes;
        Monitor.Pulse(_gate);
    }

    private void Work()
    {
        Exception? failure = null;
        Order? order;
        while (true)
        {
            // Else the last fragment stays in memory while the next one is awaited.
            order = null;
            lock (_gate)
            {
                if (_orders.Count == 0 && !_closed)
                    Monitor.Wait(_gate, IdleAfter);
                if (!_orders.TryDequeue(out order) && _closed)
                    return;
            }

            try
            {
                if (failure is null && order is not null)
                    order.Work();
                else if (failure is null)
                    Idle();
            }
#pragma warning disable CA1031 // The writer's supervisor: what is thrown here stops the process, and the archive says so once.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
                _fatal(e);
            }

            if (order is null)
                continue;
            lock (_gate)
                _waitingBytes -= order.Bytes;
            if (failure is null)
                order.Done?.TrySetResult();
            else
                order.Done?.TrySetException(failure);
        }
    }

    private sealed record Order(Action Work, int Bytes, TaskCompletionSource? Done);
}
