using Microsoft.Data.Sqlite;

namespace ExamMonitor.Agent.Hosting;

/// <summary>
/// Passes log entries on, but tells a failure of a disk that comes again and again once a minute with their number: a full disk must not
/// fill the log of the disk beside it.
/// </summary>
/// <remarks>
/// Failures are the same when category and event are: which camera or file met them is told by the first. Everything that is no failure of
/// a file passes at once. Thread-safe.
/// </remarks>
internal sealed class FailureLimit : ILoggerProvider, ISupportExternalScope
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string, int), Repeated> _seen = [];
    private readonly ILoggerProvider _inner;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Wraps a provider, and disposes of it with itself.</summary>
    public FailureLimit(ILoggerProvider inner, TimeProvider time)
    {
        (_inner, _time) = (inner, time);
        _timer = time.CreateTimer(_ => TellCounted(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Limited(this, categoryName, _inner.CreateLogger(categoryName));

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
        (_inner as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        TellCounted();
        _inner.Dispose();
    }

    /// <summary>
    /// Whether a failure is one of a file or a disk: those come as often as somebody writes. One of a connection is its owner's to count.
    /// </summary>
    internal static bool IsOfADisk(Exception? failure)
    {
        var disk = false;
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is System.Net.Sockets.SocketException or HttpRequestException)
                return false;
            disk |= e is IOException or UnauthorizedAccessException or SqliteException;
        }

        return disk;
    }

    private bool MayPass(string category, EventId id, ILogger inner)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (!_seen.TryGetValue((category, id.Id), out var repeated))
            {
                _seen[(category, id.Id)] = new(inner, id, now);
                return true;
            }

            if (repeated.Count == 0 && _time.GetElapsedTime(repeated.Since, now) >= Interval)
            {
                repeated.Since = now;
                return true;
            }

            repeated.Count++;
            return false;
        }
    }

    private void TellCounted()
    {
        List<(ILogger Inner, EventId Id, int Count)> told = [];
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            foreach (var repeated in _seen.Values.Where(r => r.Count > 0))
            {
                told.Add((repeated.Inner, repeated.Id, repeated.Count));
                (repeated.Count, repeated.Since) = (0, now);
            }
        }

        foreach (var (inner, id, count) in told)
            FailureLimitLog.Counted(inner, id.Name ?? "event", id.Id, count);
    }

    private sealed class Repeated(ILogger inner, EventId id, long since)
    {
        public ILogger Inner => inner;

        public EventId Id => id;

        public long Since { get; set; } = since;

        public int Count { get; set; }
    }

    private sealed class Limited(FailureLimit owner, string category, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel < LogLevel.Warning || !IsOfADisk(exception) || owner.MayPass(category, eventId, inner))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}

/// <summary>What is said of failures that were counted.</summary>
internal static partial class FailureLimitLog
{
    [LoggerMessage(
        EventId = 316,
        Level = LogLevel.Warning,
        Message = "{Name} ({Number}): {Count} more failures of this kind in the last minute"
    )]
    public static partial void Counted(ILogger log, string name, int number, int count);
}
