using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.State;
using ExamMonitor.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>The whole dashboard in this process, on a port of its own, with a real broker and a stand-in for the agent's API.</summary>
public sealed class DashboardHost : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private WebApplication? _app;

    internal ShiftedClock Clock { get; } = new();

    internal MosquittoBroker Broker { get; private set; } = null!;

    internal FakeAgent Agent { get; private set; } = null!;

    internal FloorPublisher Publisher { get; private set; } = null!;

    internal string Address => _app!.Urls.First();

    internal string DataFolder => _folder["data"];

    internal string LinkFile => _folder["link.json"];

    internal FloorStore Store => Service<FloorStore>();

    internal string FirstPassword =>
        File.ReadAllLines(Path.Combine(DataFolder, Dashboard.Accounts.FirstPassword.FileName))[1]["password: ".Length..];

    public async ValueTask InitializeAsync()
    {
        Broker = await MosquittoBroker.StartAsync();
        Agent = await FakeAgent.StartAsync(Clock);
        Publisher = new(Broker, Clock);
        await Publisher.StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Publisher.DisposeAsync();
        await Agent.DisposeAsync();
        await Broker.DisposeAsync();
        _folder.Dispose();
    }

    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    internal async Task StartAsync()
    {
        _app = await DashboardApplication.CreateAsync(
            ["--link", LinkFile, "--data", DataFolder, "--urls", "http://127.0.0.1:0"],
            s =>
            {
                QuickPasswords.Use(s);
                s.AddSingleton<TimeProvider>(Clock);
            },
            CancellationToken.None
        );
        await _app.StartAsync();
    }

    internal async Task StopAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Writes the link file as the agent does, and waits until the dashboard hears the broker.</summary>
    internal async Task LinkAsync()
    {
        var link = new DashboardLink(
            DemoFloor.Site,
            DemoFloor.Agent,
            Agent.Address,
            FakeAgent.Token,
            $"mqtt://127.0.0.1:{Broker.Port}",
            MosquittoBroker.User,
            MosquittoBroker.Password,
            null
        );
        await File.WriteAllBytesAsync(LinkFile, JsonSerializer.SerializeToUtf8Bytes(link, ContractJson.Options));
        await Eventually.TrueAsync(() => Store.Links.Any(l => l.Condition == Links.LinkCondition.Connected));
    }
}
