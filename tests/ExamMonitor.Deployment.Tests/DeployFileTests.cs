using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests;

/// <summary>The files under <c>deploy/</c>, each read by the program that it is for.</summary>
public sealed class DeployFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nginx_ReadsTheReverseProxysConfiguration()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/nginx"), "nginx is not installed.");
        await MakeCertificateAsync("monitor.example.org");
        var site = (await ReadAsync("deploy", "reverse-proxy", "nginx.conf"))
            .Replace("/etc/ssl/certs/monitor.example.org.pem", _folder["monitor.example.org.pem"], StringComparison.Ordinal)
            .Replace("/etc/ssl/private/monitor.example.org.key", _folder["monitor.example.org.key"], StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["site.conf"], site, TestContext.Current.CancellationToken);
        var around = $"pid {_folder["pid"]};\nerror_log stderr;\nevents {{}}\nhttp {{ access_log off; include {_folder["site.conf"]}; }}\n";
        await File.WriteAllTextAsync(_folder["nginx.conf"], around, TestContext.Current.CancellationToken);
        string[] arguments = ["-t", "-c", _folder["nginx.conf"], "-e", "stderr"];
        var result = await ProgramResult.OfAsync("/usr/sbin/nginx", arguments, TimeSpan.FromSeconds(20));
        Assert.True(result.ExitCode == 0 && !result.Errors.Contains("warn", StringComparison.Ordinal), result.All);
    }

    [Theory]
    [InlineData("exam-monitor-agent.service")]
    [InlineData("exam-monitor-dashboard.service")]
    public async Task Unit_IsOneThatSystemdUnderstands(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed.");
        var unit = (await ReadAsync("deploy", "systemd", name))
            .Replace("/usr/lib/exam-monitor/agent/exam-monitor-agent ", "/bin/true ", StringComparison.Ordinal)
            .Replace("/usr/lib/exam-monitor/dashboard/exam-monitor-dashboard ", "/bin/true ", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder[name], unit, TestContext.Current.CancellationToken);
        string[] arguments = ["verify", "--man=no", "--recursive-errors=no", _folder[name]];
        var result = await ProgramResult.OfAsync("systemd-analyze", arguments, TimeSpan.FromSeconds(30));
        var said = result.Errors.Split('\n').Where(l => l.Contains(name, StringComparison.Ordinal));
        Assert.Empty(said);
    }

    [Fact]
    public async Task DashboardUnit_WaitsForTheLinkFileAndTakesSettings()
    {
        var unit = (await ReadAsync("deploy", "systemd", "exam-monitor-dashboard.service")).Split('\n');
        // A missing credential makes the start fail: it must be tried again for as long as it takes.
        Assert.Contains("StartLimitIntervalSec=0", unit);
        Assert.Contains("Restart=always", unit);
        Assert.Contains("EnvironmentFile=-/etc/exam-monitor/dashboard.env", unit);
        var agent = (await ReadAsync("deploy", "systemd", "exam-monitor-agent.service")).Split('\n');
        Assert.Contains("EnvironmentFile=-/etc/exam-monitor/agent.env", agent);
    }

    [Fact]
    public async Task Mosquitto_StartsWithTheConfigurationAndKeepsReadersFromWriting()
    {
        await MakeCertificateAsync("localhost");
        await ProgramResult.OfAsync("mosquitto_passwd", ["-c", "-b", _folder["passwd"], "agent", "agent-pass"], TimeSpan.FromSeconds(10));
        await ProgramResult.OfAsync("mosquitto_passwd", ["-b", _folder["passwd"], "dashboard", "reader-pass"], TimeSpan.FromSeconds(10));
        File.Copy(Repository.PathOf("deploy", "broker", "exam-monitor.acl"), _folder["acl"]);
        var port = Loopback.FreePort();
        var configuration = (await ReadAsync("deploy", "broker", "mosquitto-tls.conf"))
            .Replace("listener 8883", FormattableString.Invariant($"listener {port} 127.0.0.1"), StringComparison.Ordinal)
            .Replace("/etc/mosquitto/ca_certificates/site-ca.pem", _folder["localhost.pem"], StringComparison.Ordinal)
            .Replace("/etc/mosquitto/certs/broker.pem", _folder["localhost.pem"], StringComparison.Ordinal)
            .Replace("/etc/mosquitto/certs/broker.key", _folder["localhost.key"], StringComparison.Ordinal)
            .Replace("/etc/mosquitto/exam-monitor.passwd", _folder["passwd"], StringComparison.Ordinal)
            .Replace("/etc/mosquitto/exam-monitor.acl", _folder["acl"], StringComparison.Ordinal);
        var whole = $"user root\npersistence_location {_folder.Path}/\n{configuration}";
        await File.WriteAllTextAsync(_folder["mosquitto.conf"], whole, TestContext.Current.CancellationToken);
        using var broker = Process.Start(
            new ProcessStartInfo("mosquitto", ["-c", _folder["mosquitto.conf"]])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            var number = port.ToString(CultureInfo.InvariantCulture);
            string[] tls = ["-h", "localhost", "-p", number, "--cafile", _folder["localhost.pem"], "-V", "mqttv5", "-q", "1"];
            const string topic = "exam-monitor/v1/s/agents/a/state";
            await Eventually.TrueAsync(
                async () => (await PublishAsync(tls, "agent", "agent-pass", topic, "yes")).ExitCode == 0,
                TimeSpan.FromSeconds(15)
            );
            await PublishAsync(tls, "dashboard", "reader-pass", topic, "forged");
            string[] subscription = [.. tls, "-u", "dashboard", "-P", "reader-pass", "-t", "exam-monitor/v1/#", "-C", "1", "-W", "5"];
            var read = await ProgramResult.OfAsync("mosquitto_sub", subscription, TimeSpan.FromSeconds(10));
            Assert.Equal("yes", read.Output.Trim());
        }
        finally
        {
            broker.Kill();
            await broker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task BrowserLibrary_IsOfTheVersionThatTheLockFileNames()
    {
        var locks = JsonNode.Parse(await ReadAsync("dashboard", "ExamMonitor.Dashboard", "package-lock.json"))!["packages"]!;
        var locked = locks["node_modules/hls.js"]!["version"]!.GetValue<string>();
        var library = await ReadAsync("dashboard", "ExamMonitor.Dashboard", "wwwroot", "lib", "hls.light.min.mjs");
        Assert.Contains($"\"{locked}\"", library, StringComparison.Ordinal);
    }

    private static Task<ProgramResult> PublishAsync(string[] tls, string user, string password, string topic, string text) =>
        ProgramResult.OfAsync(
            "mosquitto_pub",
            [.. tls, "-u", user, "-P", password, "-t", topic, "-m", text, "-r"],
            TimeSpan.FromSeconds(10)
        );

    private Task<ProgramResult> MakeCertificateAsync(string name)
    {
        string[] arguments =
        [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            _folder[name + ".key"],
            "-out",
            _folder[name + ".pem"],
            "-days",
            "2",
            "-subj",
            "/CN=" + name,
            "-addext",
            "subjectAltName=DNS:" + name,
        ];
        return ProgramResult.OfAsync("openssl", arguments, TimeSpan.FromSeconds(20));
    }

    private static Task<string> ReadAsync(params string[] path) =>
        File.ReadAllTextAsync(Repository.PathOf(path), TestContext.Current.CancellationToken);
}
