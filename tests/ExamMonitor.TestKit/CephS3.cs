using System.Diagnostics;
using System.Globalization;

namespace ExamMonitor.TestKit;

/// <summary>
/// A real S3 server with Object Lock on loopback: Ceph's RADOS gateway over a cluster of one machine that keeps everything in memory.
/// </summary>
/// <remarks>It ends with whoever started it, however that dies: its script lives as long as its standard input is open.</remarks>
public sealed class CephS3 : IAsyncDisposable
{
    /// <summary>Access key.</summary>
    public const string AccessKey = "testkey";

    /// <summary>Its secret; looked for in everything that must not hold it.</summary>
    public const string SecretKey = "testsecret-never-to-be-seen";

    private static readonly string[] Programs = ["ceph-mon", "ceph-mgr", "ceph-osd", "ceph", "radosgw", "radosgw-admin"];

    private readonly TempFolder _folder;
    private readonly Process _process;

    private CephS3(TempFolder folder, Process process, int port) =>
        (_folder, _process, Endpoint) = (folder, process, new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));

    /// <summary>Address.</summary>
    public Uri Endpoint { get; }

    /// <summary>Why there can be no server on this machine; null when there can.</summary>
    public static string? Missing =>
        Programs.FirstOrDefault(p => Find(p) is null) is { } program
            ? $"No S3 server: {program} is not installed (Debian: ceph-mon ceph-mgr ceph-osd ceph-common radosgw; build/packages.sh test)."
            : null;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>Starts a server; some 12 s.</summary>
    public static async Task<CephS3> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var folder = new TempFolder();
            var (port, monitor) = (Loopback.FreePort(), Loopback.FreePort());
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "s3", "ceph-s3.sh"),
                folder.Path,
                Text(port),
                Text(monitor),
                AccessKey,
                SecretKey,
            ];
            var process = Process.Start(
                new ProcessStartInfo("bash", arguments)
                {
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            var answer = process.StandardOutput.ReadLineAsync();
            // Its own commands wait for each other without end where one of its services did not come up.
            if (await Task.WhenAny(answer, Task.Delay(s_patience, TimeProvider.System)).ConfigureAwait(false) != answer)
                process.Kill(entireProcessTree: true);
            if (await answer.ConfigureAwait(false) == "ready")
                return new(folder, process, port);
            await process.WaitForExitAsync().ConfigureAwait(false);
            var said = await errors.ConfigureAwait(false);
            process.Dispose();
            folder.Dispose();
            // Somebody else may have taken a port between the look and the start.
            if (attempt == 3)
                throw new InvalidOperationException("The S3 server did not start: " + said);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Find(string program) =>
        new[] { "/usr/bin", "/usr/sbin", "/bin", "/usr/local/bin" }.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
}
