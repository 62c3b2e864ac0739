using System.Diagnostics;
using System.Globalization;
using ExamMonitor.TestKit;
using Npgsql;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>A throw-away PostgreSQL on loopback, run by a user that is not root, as the server itself demands.</summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    private const string Superuser = "exam";

    private readonly TempFolder _folder = new();
    private Process? _server;
    private int _port;
    private int _databases;

    /// <summary>Why there is none; null when it runs.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (Find("initdb") is not { } initdb || Find("postgres") is not { } postgres)
        {
            Missing = "PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql).";
            return;
        }

        var cluster = _folder["cluster"];
        if (Environment.UserName == "root")
        {
            // The whole path must be open to that user; the temporary folder of root's test is not.
            await RunAsync("chmod", "755", _folder.Path);
            Directory.CreateDirectory(cluster);
            await RunAsync("chown", "postgres", cluster);
        }

        await RunAsync(
            AsUser(
                initdb,
                "--pgdata",
                cluster,
                "--username",
                Superuser,
                "--auth",
                "trust",
                "--no-sync",
                "--encoding",
                "UTF8",
                "--locale",
                "C"
            )
        );
        for (var attempt = 1; attempt <= 5 && _server is null; attempt++)
            await TryStartAsync(postgres, cluster);
        Missing = _server is null ? "PostgreSQL did not start." : null;
        Assert.NotNull(_server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();

            // runuser hands the signal on to the server; SIGTERM there means: wait for nobody's next command, end in order.
            await RunAsync("kill", "-TERM", _server.Id.ToString(CultureInfo.InvariantCulture));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _server.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _server.Kill(entireProcessTree: true);
            }

            _server.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Ends the server as a computer does that loses it.</summary>
    public async Task StopAsync()
    {
        await RunAsync(AsUser(Find("pg_ctl")!, "stop", "--pgdata", _folder["cluster"], "--mode", "immediate", "--wait"));
        await _server!.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Starts it again, at the port that it had.</summary>
    public async Task StartAgainAsync()
    {
        var port = _port;
        // While it was away, a program beside it may have got its port for a call of its own, and the one before may not be gone
        // altogether.
        for (var attempt = 1; attempt <= 60 && _server is null; attempt++)
        {
            await TryStartAsync(Find("postgres")!, _folder["cluster"], port);
            if (_server is null)
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }

        Assert.NotNull(_server);
    }

    /// <summary>Connection string of an empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _databases)}");
        await using var source = NpgsqlDataSource.Create(Connection("postgres"));
        await using var command = source.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync();
        return Connection(name);
    }

    private async Task TryStartAsync(string postgres, string cluster, int? port = null)
    {
        _port = port ?? Loopback.FreePort();
        var command = AsUser(
            postgres,
            "-D",
            cluster,
            "-h",
            "127.0.0.1",
            "-p",
            _port.ToString(CultureInfo.InvariantCulture),
            "-k",
            "",
            "-F"
        );
        var server = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                WorkingDirectory = cluster,
            }
        )!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        await using var source = NpgsqlDataSource.Create(Connection("postgres"));
        await Eventually.TrueAsync(async () => server.HasExited || await AnswersAsync(source));
        if (server.HasExited)
            server.Dispose();
        else
            _server = server;
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource source)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private string Connection(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = _port,
            Username = Superuser,
            Database = database,
            Pooling = true,
            MaxPoolSize = 5,
        }.ToString();

    private static string[] AsUser(string program, params string[] arguments) =>
        Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", program, .. arguments] : [program, .. arguments];

    private static string? Find(string program) =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .OrderDescending(StringComparer.Ordinal)
                .Select(v => Path.Combine(v, "bin", program))
                .FirstOrDefault(File.Exists)
            : null;

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                WorkingDirectory = "/",
            }
        )!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {await error}{await output}");
    }
}
