using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ExamMonitor.TestKit;

/// <summary>A stream of <see cref="GstRtspServer"/>.</summary>
/// <param name="Path">Such as <c>/cam</c>.</param>
/// <param name="Launch">GStreamer pipeline in parentheses with payloaders <c>pay0</c>, <c>pay1</c>.</param>
/// <param name="Shared">Whether all clients see one pass (a late one joins in the middle), or each its own from the start.</param>
public sealed record GstMount(string Path, string Launch, bool Shared = false)
{
    /// <summary>H.264 (or H.265) and, when asked for, AAC of an MP4 file, in real time, once.</summary>
    public static GstMount File(string path, string file, bool audio = true, bool hevc = false, bool shared = false)
    {
        var codec = hevc ? "h265" : "h264";
        var sound = audio ? " d.audio_0 ! queue ! aacparse ! rtpmp4gpay name=pay1 pt=97" : string.Empty;
        return new(
            path,
            $"( filesrc location=\"{file}\" ! qtdemux name=d d.video_0 ! queue ! {codec}parse config-interval=-1 ! rtp{codec}pay name=pay0 pt=96{sound} )",
            shared
        );
    }
}

/// <summary>
/// GStreamer's RTSP server on a free port of the loopback: an implementation that is not ours, for tests. Ends with the test.
/// </summary>
public sealed class GstRtspServer : IAsyncDisposable
{
    private readonly Process _process;

    private GstRtspServer(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Address of a mount, without credentials.</summary>
    public Uri Address(string path) => new(string.Create(CultureInfo.InvariantCulture, $"rtsp://127.0.0.1:{Port}{path}"));

    /// <summary>Starts it.</summary>
    /// <param name="mounts">Streams.</param>
    /// <param name="user">With <paramref name="password"/>: asks for digest authentication.</param>
    /// <param name="password">Password.</param>
    public static async Task<GstRtspServer> StartAsync(IEnumerable<GstMount> mounts, string? user = null, string? password = null)
    {
        var info = new ProcessStartInfo("/usr/bin/python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "rtsp", "gst-rtsp-server.py"));
        if (user is not null)
            info.ArgumentList.Add(user);
        if (user is not null)
            info.ArgumentList.Add(password ?? string.Empty);
        var process = Process.Start(info)!;
        foreach (var mount in mounts)
        {
            await process
                .StandardInput.WriteLineAsync(
                    JsonSerializer.Serialize(
                        new
                        {
                            path = mount.Path,
                            launch = mount.Launch,
                            shared = mount.Shared,
                        }
                    )
                )
                .ConfigureAwait(false);
        }

        await process.StandardInput.WriteLineAsync().ConfigureAwait(false);
        await process.StandardInput.FlushAsync().ConfigureAwait(false);
        var line = await process
            .StandardOutput.ReadLineAsync()
            .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System)
            .ConfigureAwait(false);
        if (line?.Split(' ') is not ["port", var port])
            throw new InvalidOperationException($"The RTSP server did not start: {line ?? "nothing said"}");
        return new(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>Ends it at once, as a camera that loses power.</summary>
    public void Kill() => _process.Kill();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }
}
