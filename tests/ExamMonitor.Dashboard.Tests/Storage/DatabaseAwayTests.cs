using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Links;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Mqtt;
using ExamMonitor.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Dashboard.Tests.Storage;

/// <summary>PostgreSQL goes and comes back below a dashboard that runs, or is not there when it starts.</summary>
public sealed class DatabaseAwayTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>
{
    private const int Events = 50;

    [Fact]
    public async Task Database_GoesAndComesBack_PagesLiveNothingIsLostAndItIsSaidOnce()
    {
        if (cluster.Missing is { } missing)
            Assert.Skip(missing);
        var log = new Lines();
        await using var dashboard = await StartAsync(log);
        await dashboard.AddAsync("kim", Role.Administrator);
        var (client, _) = await dashboard.LogInAsync("kim");

        await cluster.StopAsync();
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        for (var i = 0; i < Events; i++)
            Hear(dashboard, DemoFloor.Problem($"away-{i}", ProblemChange.Opened, now.AddSeconds(i), i + 1));
        await Eventually.TrueAsync(() => dashboard.Service<HistoryOutbox>().Waiting == Events);
        for (var i = 0; i < 20; i++)
        {
            using var live = await client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            Assert.Contains("data-storage=\"away\"", await live.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var list = await client.GetAsync(new Uri("/users", UriKind.Relative));
        Assert.Contains("data-storage=\"away\"", await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var download = await client.GetAsync(new Uri("/ledger/demo/agent-1/head.txt", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, download.StatusCode);
        await cluster.StartAgainAsync();
        await Eventually.TrueAsync(() => dashboard.Service<StorageHealth>().Now is { AwaySince: null, Waiting: 0, Lost: 0 });
        var kept = await dashboard.Service<IHistoryStore>().FindAsync(new(now.AddDays(-1), now.AddDays(1)), CancellationToken.None);
        Assert.Equal(Events, kept.Count(p => p.Id.StartsWith("away-", StringComparison.Ordinal)));
        Assert.Single(log.Errors, l => l.Contains("does not answer", StringComparison.Ordinal));
        Assert.True(log.Errors.Count <= 3, string.Join('\n', log.Errors));
    }

    [Fact]
    public async Task Dashboard_StartsWhileTheDatabaseIsAway_AndTakesItWhenItIsThere()
    {
        if (cluster.Missing is { } missing)
            Assert.Skip(missing);
        var connection = await cluster.NewDatabaseAsync();
        await cluster.StopAsync();
        await using var dashboard = await StartAsync(new Lines(), connection);
        try
        {
            using var client = dashboard.Visitor();
            Assert.Contains("name=\"password\"", await client.GetStringAsync("/login"), StringComparison.Ordinal);
            using var answer = await BareDashboard.PostLogInAsync(client, "admin", "x");
            Assert.Equal("/problem/503", answer.Headers.Location?.OriginalString);
        }
        finally
        {
            await cluster.StartAgainAsync();
        }

        await Eventually.TrueAsync(() => File.Exists(Path.Combine(dashboard.DataFolder, FirstPassword.FileName)));
    }

    private static void Hear(BareDashboard dashboard, ProblemEvent problem) =>
        Assert.True(
            dashboard
                .Service<Inbox>()
                .TryWrite(
                    new MqttMessage(
                        new Topics(DemoFloor.Site).Events,
                        JsonSerializer.SerializeToUtf8Bytes(problem, ContractJson.Options),
                        false
                    )
                )
        );

    private async Task<BareDashboard> StartAsync(Lines log, string? connection = null)
    {
        var dashboard = new BareDashboard
        {
            Settings = new Dictionary<string, string?>
            {
                ["Dashboard:PostgresConnection"] = connection ?? await cluster.NewDatabaseAsync(),
            },
            Services = s => s.AddSingleton<ILoggerProvider>(log),
        };
        await dashboard.InitializeAsync();
        return dashboard;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                Errors.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception?.GetType().Name}");
        }

        public void Dispose() { }
    }
}
