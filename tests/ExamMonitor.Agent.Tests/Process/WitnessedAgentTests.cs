using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>An agent whose heads go to a witness that is not ours.</summary>
public sealed class WitnessedAgentFixture : AgentFixture
{
    public PythonWitness Witness { get; private set; } = null!;

    protected override IReadOnlyList<string> CameraIds => ["C1"];

    protected override string Watching => "enabled: false";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Witness is not null)
            await Witness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task PrepareAsync(ProcessStartInfo start)
    {
        Witness = await PythonWitness.StartAsync("example.com/w1");
        await File.AppendAllTextAsync(
            ConfigurationPath,
            $"ledger:\n  witnesses:\n    - address: {Witness.Address}\n      key: {Witness.Key}\n"
        );
    }
}

/// <summary>The whole way: agent, witness, volume, broker, verify.</summary>
public sealed class WitnessedAgentTests(WitnessedAgentFixture agent) : IClassFixture<WitnessedAgentFixture>
{
    private const string Origin = "exam-monitor/test/agent-1";

    [Fact]
    public async Task Heads_OfARunningAgent_AreCosignedPublishedVerifiedAndARefusalIsCritical()
    {
        var (code, key, errors) = await AgentFixture.RunAsync("ledger", "key", "--config", agent.ConfigurationPath, "--vkey");
        Assert.True(code == 0, errors);
        Assert.StartsWith(Origin + "+", key, StringComparison.Ordinal);
        await agent.Witness.TellAsync("log " + key.Trim());
        await Eventually.TrueAsync(
            async () => (await HeadAsync()).Contains("— example.com/w1 ", StringComparison.Ordinal),
            TimeSpan.FromSeconds(150)
        );

        // The broker has it, too: an agent's retained head is the one with the cosignature.
        await Eventually.TrueAsync(
            async () => (await RetainedAsync()).Contains("example.com/w1", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20)
        );

        await File.WriteAllTextAsync(agent.PathOf("policy"), $"log {key.Trim()}\nwitness office {agent.Witness.Key}\nquorum office\n");
        var (_, report, failure) = await AgentFixture.RunAsync(
            "verify",
            "--config",
            agent.ConfigurationPath,
            "--policy",
            agent.PathOf("policy")
        );
        Assert.True(report.Contains("witnesses  policy met: ", StringComparison.Ordinal), report + failure);
        Assert.Contains("office (example.com/w1): ", report, StringComparison.Ordinal);

        await agent.Witness.TellAsync("fork " + Origin);
        await Eventually.TrueAsync(
            async () =>
                (await agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.Problems)).Contains(
                    "witness-refused",
                    StringComparison.Ordinal
                ),
            TimeSpan.FromSeconds(150)
        );
        var (_, entries, _) = await AgentFixture.RunAsync("ledger", "list", "--config", agent.ConfigurationPath, "--count", "1000");
        // What lies behind the newest head is listed once it is covered; the problem is told at once.
        if (entries.Contains("witness-refusal", StringComparison.Ordinal))
            Assert.Contains("\"finding\":\"forked\"", entries, StringComparison.Ordinal);
        await AgentFixture.RunAsync(
            "ledger",
            "acknowledge",
            "--config",
            agent.ConfigurationPath,
            "--who",
            "Li Na",
            "--reason",
            "a test of the witness"
        );
    }

    private Task<string> HeadAsync() => agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.LedgerCheckpoint);

    private async Task<string> RetainedAsync()
    {
        var broker = new Uri(agent.Link.Broker);
        var start = new ProcessStartInfo(
            "mosquitto_sub",
            [
                "-h",
                broker.Host,
                "-p",
                broker.Port.ToString(CultureInfo.InvariantCulture),
                "-u",
                agent.Link.BrokerUser ?? "",
                "-P",
                agent.Link.BrokerPassword ?? "",
                "-t",
                "exam-monitor/v1/test/agents/agent-1/checkpoint",
                "-C",
                "1",
                "-W",
                "5",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync();
    }
}
