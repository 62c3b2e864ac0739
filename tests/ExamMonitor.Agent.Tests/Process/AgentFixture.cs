using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>An agent as a process with two simulated cameras of the sample room, shared by the tests that ask it.</summary>
public class AgentFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _log = [];
    private System.Diagnostics.Process? _process;

    public CameraSimulatorServer Cameras { get; private set; } = null!;

    public DashboardLink Link { get; private set; } = null!;

    public HttpClient Api { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public int ProcessId => _process!.Id;

    public string StateFolder => _folder["state"];

    public string ConfigurationPath => _folder["agent.yaml"];

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public async ValueTask InitializeAsync()
    {
        Cameras = await CameraSimulatorServer.StartAsync(
            new()
            {
                ClipFolder = await ClipsAsync(),
                Cameras =
                [
                    .. CameraIds.Select(id => new SimulatedCamera
                    {
                        Id = id,
                        Clips = [ClipOf(id)],
                        Order = PlayOrder.Shuffle,
                        UserName = "viewer",
                        Password = "s3cret-of-the-camera",
                    }),
                ],
            },
            TimeProvider.System
        );
        Directory.CreateDirectory(_folder["second"]);
        Secrets.WritePrivately(_folder["camera-password"], "s3cret-of-the-camera\n");
        await File.WriteAllTextAsync(ConfigurationPath, Configuration());
        await BeginAsync();
        if (RecordsAtOnce)
            await Eventually.TrueAsync(async () => (await TimelineAsync(CameraIds[0])).Segments.Count > 0, TimeSpan.FromSeconds(60));
    }

    /// <summary>Starts the agent (again, after <see cref="StopAsync"/>), and waits until its API answers.</summary>
    public async Task BeginAsync()
    {
        var link = Path.Combine(StateFolder, "dashboard-link.json");
        if (File.Exists(link))
            File.Delete(link);
        var start = new ProcessStartInfo(OwnProgram.Path, ["run", "--config", ConfigurationPath])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        await PrepareAsync(start);
        _process = Start(start);
        await Eventually.TrueAsync(() => _process.HasExited || File.Exists(link), TimeSpan.FromSeconds(60));
        Assert.False(_process.HasExited, Log);
        Link = JsonSerializer.Deserialize<DashboardLink>(await File.ReadAllTextAsync(link), ContractJson.Options)!;
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Link.ApiToken);
    }

    /// <summary>Stops the agent, lets the test do something to what it left, and starts it again.</summary>
    public async Task RestartAsync(Func<Task> meanwhile)
    {
        await StopAsync();
        _process!.Dispose();
        await meanwhile();
        await BeginAsync();
    }

    /// <summary>Sections that a test needs beside those of every test.</summary>
    protected virtual string MoreConfiguration => "tier:\n  kind: folder\n  path: second\n  create: true\n";

    /// <summary>
    /// How pictures are watched. A clip comes round within the minute, and a watch that looks for replays is right to say so.
    /// </summary>
    protected virtual string Watching => "findReplays: false";

    /// <summary>Lines of the room that a test needs beside those of every test.</summary>
    protected virtual string MoreOfRoom => string.Empty;

    /// <summary>Cameras of the sample room that take part.</summary>
    protected virtual IReadOnlyList<string> CameraIds => ["C1", "C2"];

    /// <summary>Folder of the clips.</summary>
    protected virtual Task<string> ClipsAsync() => Task.FromResult(Repository.PathOf("samples", "video"));

    /// <summary>Clip of a camera.</summary>
    protected virtual string ClipOf(string id) => $"{id}_normal.mp4";

    /// <summary>The rooms of the configuration file.</summary>
    protected virtual string Rooms =>
        $"rooms:\n  - map: {Repository.PathOf("samples", "rooms", "room7", "room.json")}\n    cameras:\n"
        + string.Concat(
            CameraIds.Select(id =>
                $"      - id: {id}\n        address: {Cameras.RtspAddress(id)}\n        user: viewer\n        passwordFile: camera-password\n"
            )
        )
        + MoreOfRoom;

    /// <summary>Whether the fixture waits for the first footage.</summary>
    protected virtual bool RecordsAtOnce => true;

    /// <summary>A path of the test's own folder.</summary>
    public string PathOf(string name) => _folder[name];

    /// <summary>Changes how the agent's process is started.</summary>
    protected virtual Task PrepareAsync(ProcessStartInfo start) => Task.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopAsync();
            _process.Dispose();
        }

        if (Cameras is not null)
            await Cameras.DisposeAsync();
        Api.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    public async Task<int> StopAsync()
    {
        if (!_process!.HasExited)
            Signal(_process.Id, "TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }

        return _process.ExitCode;
    }

    public async Task<Timeline> TimelineAsync(string camera)
    {
        var now = TimeProvider.System.GetUtcNow();
        return JsonSerializer.Deserialize<Timeline>(
            await Api.GetStringAsync(
                Link.ApiAddress + AgentApi.Timeline(RoomId.Of("R7"), CameraId.Of(camera)) + Range(now.AddMinutes(-10), now)
            ),
            ContractJson.Options
        )!;
    }

    public static string Range(DateTimeOffset from, DateTimeOffset to) =>
        $"?from={UtcJsonConverter.ToText(from)}&to={UtcJsonConverter.ToText(to)}";

    /// <summary>The child of the agent whose command line holds a word.</summary>
    public int? Child(string word) =>
        Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id =>
                id > 0
                && Read($"/proc/{id}/stat").Split(") ").LastOrDefault()?.Split(' ') is [_, var parent, ..]
                && parent == ProcessId.ToString(CultureInfo.InvariantCulture)
            )
            .Where(id => Read($"/proc/{id}/cmdline").Contains(word, StringComparison.Ordinal))
            .Cast<int?>()
            .FirstOrDefault();

    public static void Signal(int process, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Runs a command of the agent to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new ProcessStartInfo(OwnProgram.Path, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            }
        )!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        // Beside a working agent, a verification waits for its next head: 90 s at most.
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(180));
        return (process.ExitCode, await output, await errors);
    }

    private System.Diagnostics.Process Start(ProcessStartInfo start)
    {
        var process = System.Diagnostics.Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        lock (_log)
            _log.Add(line ?? string.Empty);
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return string.Empty;
        }
        catch (UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private string Configuration() =>
        $"""
            site: test
            agent: agent-1
            folder: state
            footage:
              volume: footage
              createVolume: true
              segmentSeconds: 10
            {Rooms}broker:
              port: 0
            api:
              listen: 127.0.0.1:0
            plates:
              daily: false
              pictures: 3
            watch:
              {Watching}
            {MoreConfiguration}
            """;
}
