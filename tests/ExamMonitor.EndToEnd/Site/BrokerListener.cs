using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.EndToEnd.Site;

/// <summary>A message as mosquitto_sub printed it.</summary>
internal sealed record Heard(bool Retained, string Topic, string Json, DateTimeOffset At);

/// <summary>Listens with mosquitto_sub: the broker's own client, not ours.</summary>
internal sealed class BrokerListener : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentDictionary<string, Heard> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Heard> _all = [];

    public BrokerListener(DashboardLink link, string folder)
    {
        // User and password come from mosquitto_sub's own file of options, not from its command line.
        var options = Directory.CreateDirectory(Path.Combine(folder, "mosquitto-sub")).FullName;
        File.WriteAllText(Path.Combine(options, "mosquitto_sub"), $"-u {link.BrokerUser}\n-P {link.BrokerPassword}\n");
        var address = new Uri(link.Broker);
        var start = new ProcessStartInfo(
            "mosquitto_sub",
            [
                "-h",
                address.Host,
                "-p",
                address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                "-V",
                "5",
                "-q",
                "1",
                "-t",
                $"{Topics.Root}/{link.Site}/#",
                "-F",
                "%r\t%t\t%p",
            ]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["XDG_CONFIG_HOME"] = options;
        _process = Process.Start(start)!;
        _reading = ReadAsync();
    }

    /// <summary>Everything heard, in order.</summary>
    public IReadOnlyList<Heard> All => [.. _all];

    /// <summary>Newest payload of a topic as <typeparamref name="T"/>; null when nothing was heard.</summary>
    public T? Last<T>(string topic)
        where T : class => _last.TryGetValue(topic, out var heard) ? JsonSerializer.Deserialize<T>(heard.Json, ContractJson.Options) : null;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split('\t', 3) is not [var retained, var topic, var json])
                continue;
            var heard = new Heard(retained == "1", topic, json, TimeProvider.System.GetUtcNow());
            _last[topic] = heard;
            _all.Enqueue(heard);
        }
    }
}
