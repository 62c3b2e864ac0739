using System.IO.Pipes;
using System.Net.Sockets;

namespace ExamMonitor.Capture.Pictures;

/// <summary>
/// A local pipe that ffmpeg writes pictures to: a socket in a folder that only we may enter, or a named pipe on Windows (untested).
/// </summary>
internal sealed class PicturePipe : IAsyncDisposable
{
    private readonly Socket? _listener;
    private readonly NamedPipeServerStream? _named;
    private readonly string? _path;

    private PicturePipe(Socket listener, string path) => (_listener, _path, Target) = (listener, path, "unix:" + path);

    private PicturePipe(NamedPipeServerStream named, string target) => (_named, Target) = (named, target);

    /// <summary>What ffmpeg writes to.</summary>
    public string Target { get; }

    /// <summary>Opens a pipe of its own.</summary>
    public static PicturePipe Open(string? folder)
    {
        var name = "exam-monitor-" + Guid.NewGuid().ToString("N")[..16];
        if (OperatingSystem.IsWindows())
        {
            var options = PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly;
            return new(
                new NamedPipeServerStream(name, PipeDirection.In, 1, PipeTransmissionMode.Byte, options, 1 << 20, 0),
                @"\\.\pipe\" + name
            );
        }

        // A socket's path holds at most 107 bytes (unix(7)).
        var home = folder ?? DefaultFolder();
        var path = Path.Combine(home, name);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            return new(listener, path);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Waits for ffmpeg to open it; then the name is gone and nobody else can.</summary>
    public async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
    {
        if (_named is not null)
        {
            await _named.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
            return _named;
        }

        var socket = await _listener!.AcceptAsync(cancellationToken).ConfigureAwait(false);
        File.Delete(_path!);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        if (_path is not null)
            File.Delete(_path);
        if (_named is not null)
            await _named.DisposeAsync().ConfigureAwait(false);
    }

    private static string DefaultFolder()
    {
        var runtime =
            Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY")?.Split(':')[0] ?? Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        if (!string.IsNullOrEmpty(runtime) && Directory.Exists(runtime))
            return runtime;
        return Private.Value;
    }

    private static readonly Lazy<string> Private = new(static () => Directory.CreateTempSubdirectory("exam-monitor-pipes-").FullName);
}
