using ExamMonitor.Agent.Hosting;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExamMonitor.Agent.Tests.Hosting;

/// <summary>Failures of a disk that come again and again are counted, and told once a minute.</summary>
public sealed class FailureLimitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventId Written = new(3003, "WriteFailed");

    private readonly ManualTimeProvider _time = new(Noon);
    private readonly Lines _lines = new();

    [Fact]
    public void FullDisk_ForNineMinutes_IsToldOnceAMinuteWithItsNumber()
    {
        using var limit = new FailureLimit(_lines, _time);
        var cameras = Enumerable.Range(1, 8).Select(_ => limit.CreateLogger("Footage")).ToList();
        for (var second = 0; second < 9 * 60; second++)
        {
            foreach (var camera in cameras)
                Log(camera, Written, new IOException("No space left on device"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // The first in full, then one line a minute for every writer of the disk.
        Assert.InRange(_lines.Told.Count, 9, 20);
        Assert.Equal("failed", _lines.Told[0]);
        Assert.Contains("479 more failures", _lines.Told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void LastFailures_OfATimeOfTrouble_AreCountedToo()
    {
        using var limit = new FailureLimit(_lines, _time);
        var log = limit.CreateLogger("Footage");
        for (var i = 0; i < 5; i++)
            Log(log, Written, new UnauthorizedAccessException("Read-only file system"));
        Assert.Single(_lines.Told);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("4 more failures", Assert.Single(_lines.Told.Skip(1)), StringComparison.Ordinal);
        // Quiet for a minute: the next one is told at once, in full.
        _time.Advance(TimeSpan.FromMinutes(1));
        Log(log, Written, new IOException("No space left on device"));
        Assert.Equal((3, "failed"), (_lines.Told.Count, _lines.Told[^1]));
    }

    [Fact]
    public void OtherEventsOtherFailuresAndLowerLevels_PassAtOnce()
    {
        using var limit = new FailureLimit(_lines, _time);
        var log = limit.CreateLogger("Footage");
        var full = new IOException("No space left on device");
        for (var i = 0; i < 3; i++)
        {
            Log(log, new(3100 + i), full);
            Log(log, Written, new InvalidOperationException("ours"));
            Log(log, Written, new HttpRequestException("far", new IOException("reset", new System.Net.Sockets.SocketException(104))));
            Log(log, Written, full, LogLevel.Information);
            Log(log, Written, null);
        }

        Assert.Equal(15, _lines.Told.Count);
        Log(limit.CreateLogger("Ledger"), Written, full);
        Log(log, Written, full);
        Assert.Equal(17, _lines.Told.Count);
    }

    private static void Log(ILogger log, EventId id, Exception? failure, LogLevel level = LogLevel.Error) =>
        log.Log(level, id, "failed", failure, (text, _) => text);

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> Told { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Told.Add(formatter(state, exception));

        public void Dispose() { }
    }
}
