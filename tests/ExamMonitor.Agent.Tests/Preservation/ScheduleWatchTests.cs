using ExamMonitor.Exams;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Jobs;
using ExamMonitor.Preservation;
using ExamMonitor.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

public sealed class ScheduleWatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(60, 59, false)]
    [InlineData(60, 120, false)]
    [InlineData(60, 121, true)]
    [InlineData(60, -5, false)]
    [InlineData(null, 25 * 3600, false)]
    [InlineData(null, 26 * 3600 + 1, true)]
    [InlineData(60, 64L * 365 * 86400, true)]
    public void WaitsTooLong_LongerThanTheInterval_IsPlannedAnew(int? intervalSeconds, long nextSeconds, bool expected) =>
        Assert.Equal(
            expected,
            ScheduleWatch.WaitsTooLong(Now.AddSeconds(nextSeconds), intervalSeconds is { } s ? TimeSpan.FromSeconds(s) : null, Now)
        );

    /// <summary>Hosted services stop in the other order of their registration.</summary>
    [Fact]
    public void Watch_IsStoppedBeforeTheSchedulerThatItAsks()
    {
        var services = new ServiceCollection();
        services.AddJob<NothingToDo>(TimeSpan.FromMinutes(1), Now).AddNightlyJob<NothingAtNight>(2, 30, TimeZoneInfo.Utc).AddJobScheduler();
        var hosted = services.Where(s => s.ServiceType == typeof(IHostedService)).Select(s => s.ImplementationType).ToList();
        Assert.Contains(typeof(Quartz.QuartzHostedService), hosted);
        Assert.Equal(typeof(ScheduleWatch), hosted[^1]);
        Assert.Single(hosted, typeof(ScheduleWatch));
    }

    [Fact]
    public async Task Scheduler_ThatIsGoneWhileTheAgentStops_IsNoError()
    {
        var time = new ManualTimeProvider(Now);
        var (factory, lines) = (new GoneScheduler(), new LineLog());
        using var watch = new ScheduleWatch([new("job", TimeSpan.FromMinutes(1))], factory, time, lines);
        await watch.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return factory.Asked.Task.IsCompleted;
            },
            TimeSpan.FromSeconds(20)
        );
        var stop = watch.StopAsync(CancellationToken.None);
        factory.Fail.SetResult();
        await stop;
        Assert.Empty(lines.Lines);
    }

    private class NothingToDo : Quartz.IJob
    {
        public ValueTask Execute(Quartz.IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;
    }

    private sealed class NothingAtNight : NothingToDo;

    private sealed class GoneScheduler : Quartz.ISchedulerFactory
    {
        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Fail { get; } = new();

        public async ValueTask<Quartz.IScheduler> GetScheduler(CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            await Fail.Task;
            throw new Quartz.SchedulerException("The scheduler has been shut down.");
        }

        public ValueTask<Quartz.IScheduler?> LookupScheduler(string schedName, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<List<Quartz.IScheduler>> GetAllSchedulers(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }

    private sealed class LineLog : ILogger<ScheduleWatch>
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Enqueue(formatter(state, exception));
    }

    /// <summary>A job that nobody plans never runs, and nobody would plan it anew.</summary>
    [Fact]
    public void Jobs_EveryOneOfTheParts_IsPlanned()
    {
        var options = new AgentOptions
        {
            Ledger = new()
            {
                Anchor = new() { Address = "http://127.0.0.1:1", CaFile = "ca.pem" },
            },
        };
        var services = new ServiceCollection();
        services.AddPreservationJobs(options, TimeZoneInfo.Utc, Now).AddExamJobs(Now);
        var jobs = new[] { typeof(PreservationServices), typeof(ExamServices) }
            .SelectMany(t => t.Assembly.GetTypes())
            .Where(t => t.IsClass && t.IsAssignableTo(typeof(Quartz.IJob)));
        Assert.Equal(
            jobs.Select(j => j.Name).Order(StringComparer.Ordinal),
            services.Select(s => s.ImplementationInstance).OfType<JobPlan>().Select(p => p.Name).Order(StringComparer.Ordinal)
        );
    }
}
