using System.Diagnostics.CodeAnalysis;
using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>
/// Events that wait for the broker, in order, in memory and on disk. Thread safe; no member waits for the disk but the task of
/// <see cref="AddAsync"/>.
/// </summary>
/// <remarks>
/// An event leaves by <see cref="Acknowledge"/>. A crash between the broker's acknowledgement and the next write of the mark sends it again
/// with the same bytes, so that a reader knows it by its <c>seq</c>. While the disk fails, events wait in memory and are still sent: an
/// alarm about a full disk must go out. When full, the oldest are dropped and counted: what is retained tells the present, and the newest
/// events explain it.
/// </remarks>
public sealed class Outbox : IAsyncDisposable
{
    private const int BatchBytes = 1024 * 1024;
    private static readonly TimeSpan DiskRetry = TimeSpan.FromSeconds(5);

    private readonly OutboxOptions _options;
    private readonly OutboxLog _log;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly LinkedList<OutboxRecord> _waiting = new();
    private readonly LinkedList<(long Position, TaskCompletionSource<bool> Done)> _writers = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private long _next;
    private long _written;
    private long _done;
    private long _dropped;
    private long _bytes;
    private LocalText? _fault;
    private int _disposed;

    private Outbox(OutboxOptions options, OutboxLog log, List<OutboxRecord> waiting, TimeProvider time)
    {
        (_options, _log, _time) = (options, log, time);
        (_done, _dropped) = (log.DonePosition, log.Dropped);
        foreach (var record in waiting)
            Keep(record);
        _written = Math.Max(_done, waiting.Count > 0 ? waiting[^1].Position : 0);
        _next = _written + 1;
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Raised after an event was added or the disk's state changed; on any thread, must not block.</summary>
    public event Action? Changed;

    /// <summary>Events that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Events dropped because the outbox was full, since it was made.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
                return _dropped;
        }
    }

    /// <summary>Why events wait in memory only; null while the disk works.</summary>
    public LocalText? Fault
    {
        get
        {
            lock (_gate)
                return _fault;
        }
    }

    /// <summary>Position of the newest event that is done with.</summary>
    internal long DonePosition
    {
        get
        {
            lock (_gate)
                return _done;
        }
    }

    /// <summary>Opens the folder; what waited at the last stop or crash waits again, a torn last record is cut.</summary>
    /// <exception cref="IOException">Another process uses the folder, or it cannot be read or written.</exception>
    public static Outbox Open(OutboxOptions options, TimeProvider time)
    {
        if (options.MaxRecords < 16 || options.MaxBytes < 64 * 1024)
            throw new ArgumentOutOfRangeException(nameof(options), "An outbox holds at least 16 events and 64 KiB.");
        var log = OutboxLog.Open(options.Folder, out var waiting);
        return new(options, log, waiting, time);
    }

    /// <summary>Adds an event behind all others, at once.</summary>
    /// <returns>True once it would survive a crash; false when the disk refused (see <see cref="Fault"/>) and it waits in memory
    /// only.</returns>
    /// <exception cref="ArgumentException">Topic or payload is larger than the outbox could ever hold.</exception>
    public Task<bool> AddAsync(string topic, ReadOnlyMemory<byte> payload)
    {
        if (!TopicText.IsPublishable(topic))
            throw new ArgumentException("An event needs a topic without wildcards.", nameof(topic));
        if (payload.Length > _options.MaxBytes / 4)
            throw new ArgumentException($"An event of {payload.Length} bytes is more than a quarter of the outbox.", nameof(payload));
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            var record = new OutboxRecord(_next++, topic, payload);
            Keep(record);
            _writers.AddLast((record.Position, done));
        }

        _work.Release();
        Changed?.Invoke();
        return done.Task;
    }

    /// <summary>The first event after <paramref name="position"/>; false when there is none.</summary>
    internal bool TryPeekAfter(long position, [NotNullWhen(true)] out OutboxRecord? record)
    {
        lock (_gate)
        {
            // Nearly always the wanted one is close to either end.
            var node = _waiting.First;
            if (_waiting.Last is { } last && last.Value.Position <= position)
                node = null;
            while (node is not null && node.Value.Position <= position)
                node = node.Next;
            record = node?.Value;
            return record is not null;
        }
    }

    /// <summary>Everything up to <paramref name="position"/> is done with.</summary>
    internal void Acknowledge(long position)
    {
        lock (_gate)
        {
            while (_waiting.First is { } first && first.Value.Position <= position)
                RemoveFirst();
            _done = Math.Max(_done, position);
        }

        _work.Release();
    }

    /// <summary>Writes what is still in memory, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed != 0)
                return;
            _disposed = 1;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _ = WriteOnce();
        CompleteWriters(long.MaxValue, durable: false);
        _log.Dispose();
        _stop.Dispose();
        _work.Dispose();
    }

    private void Keep(OutboxRecord record)
    {
        _waiting.AddLast(record);
        _bytes += record.SizeBytes;
        while (_waiting.Count > _options.MaxRecords || _bytes > _options.MaxBytes)
        {
            _done = Math.Max(_done, RemoveFirst());
            _dropped++;
        }
    }

    private long RemoveFirst()
    {
        var record = _waiting.First!.Value;
        _waiting.RemoveFirst();
        _bytes -= record.SizeBytes;
        return record.Position;
    }

    private async Task WriteAllAsync()
    {
        try
        {
            while (true)
            {
                await _work.WaitAsync(_stop.Token).ConfigureAwait(false);
                while (_work.CurrentCount > 0)
                    await _work.WaitAsync(_stop.Token).ConfigureAwait(false);
                while (!WriteOnce())
                    await Task.Delay(DiskRetry, _time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The disposal writes the rest.
        }
    }

    /// <summary>Brings the files up to date; false when the disk refused.</summary>
    private bool WriteOnce()
    {
        try
        {
            while (true)
            {
                var (batch, upTo, done, dropped) = TakeBatch();
                _log.Append(batch);
                if (done != _log.DonePosition || dropped != _log.Dropped)
                    _log.Done(done, dropped);
                lock (_gate)
                    (_written, _fault) = (Math.Max(_written, upTo), null);
                CompleteWriters(upTo, durable: true);
                if (batch.Count == 0)
                    return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (_gate)
            {
                _fault = new(
                    $"Events cannot be written to {_options.Folder}: {e.Message} They wait in memory and are lost if the agent stops before the broker is back. Free space, or mend the volume.",
                    $"事件无法写入 {_options.Folder}：{e.Message} 事件暂存于内存，若监测主机在消息代理恢复前停止，这些事件将丢失。请释放空间或修复磁盘。"
                );
            }

            CompleteWriters(long.MaxValue, durable: false);
            Changed?.Invoke();
            return false;
        }
    }

    private (List<OutboxRecord> Batch, long UpTo, long Done, long Dropped) TakeBatch()
    {
        lock (_gate)
        {
            var batch = new List<OutboxRecord>();
            var bytes = 0;
            var node = _waiting.Last;
            while (node?.Previous is { } previous && previous.Value.Position > _written)
                node = previous;
            for (; node is not null && bytes < BatchBytes; node = node.Next)
            {
                if (node.Value.Position <= _written)
                    continue;
                batch.Add(node.Value);
                bytes += node.Value.SizeBytes;
            }

            // What was acknowledged or dropped before it reached the disk need not be written.
            var upTo =
                batch.Count > 0 ? batch[^1].Position
                : _waiting.Last is null ? _next - 1
                : _written;
            return (batch, upTo, _done, _dropped);
        }
    }

    private void CompleteWriters(long upTo, bool durable)
    {
        while (true)
        {
            TaskCompletionSource<bool> done;
            lock (_gate)
            {
                if (_writers.First is not { } first || first.Value.Position > upTo)
                    return;
                done = first.Value.Done;
                _writers.RemoveFirst();
            }

            done.TrySetResult(durable);
        }
    }
}
