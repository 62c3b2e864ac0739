using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ExamMonitor.CameraSimulator.Streaming;

namespace ExamMonitor.CameraSimulator.Rtsp;

/// <summary>Listens on one port for one or more cameras. Can be closed and opened again on the same port.</summary>
internal sealed class RtspListener(
    IPAddress address,
    int port,
    IReadOnlyList<CameraUnit> cameras,
    CameraSimulatorOptions options,
    TimeProvider time,
    Func<TimeSpan> elapsed
) : IAsyncDisposable
{
    /// <summary>Connections at once; more are closed at the door.</summary>
    private const int MaxConnections = 512;

    private readonly ConcurrentDictionary<Task, byte> _running = new();

    private readonly CancellationTokenSource _stop = new();

    private readonly Lock _gate = new();

    private Socket? _socket;

    public int Port { get; private set; } = port;

    public IReadOnlyList<CameraUnit> Cameras => cameras;

    /// <summary>Opens the port, if it is not open.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    [SuppressMessage(
        "Reliability",
        "CA2025:Ensure tasks using 'IDisposable' instances complete before the instances are disposed",
        Justification = "Closing the socket is how its accepting task is ended; disposal waits for the task."
    )]
    public void Open()
    {
        lock (_gate)
        {
            if (_socket is not null || _stop.IsCancellationRequested)
            {
                return;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: !OperatingSystem.IsWindows());
                socket.Bind(new IPEndPoint(address, Port));
                socket.Listen(128);
            }
            catch (SocketException)
            {
                socket.Dispose();
                throw;
            }

            Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            _socket = socket;
            Track(AcceptAsync(socket));
        }
    }

    /// <summary>Closes the port: new connections are refused by the system. Open ones stay.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _socket?.Dispose();
            _socket = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Close();
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Track(Task task)
    {
        _running.TryAdd(task, 0);
        _ = task.ContinueWith(
            t => _running.TryRemove(t, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    [SuppressMessage(
        "Reliability",
        "CA2025:Ensure tasks using 'IDisposable' instances complete before the instances are disposed",
        Justification = "Ownership of a client's socket moves to its serving task."
    )]
    private async Task AcceptAsync(Socket socket)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException)
            {
                // The client went away between its knock and our answer.
                continue;
            }

            if (_running.Count > MaxConnections)
            {
                client.Dispose();
                continue;
            }

            Track(ServeAsync(client));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        client.NoDelay = true;
        using var connection = new RtspConnection(client, new RtspSurroundings(Find, time, elapsed, options.SessionTimeoutSeconds));
        await connection.RunAsync(_stop.Token).ConfigureAwait(false);
    }

    private CameraUnit? Find(string path) =>
        cameras.FirstOrDefault(c =>
            c.Streams.Any(s =>
                path == s.Path
                || (
                    path.StartsWith(s.Path, StringComparison.Ordinal)
                    && path[s.Path.Length..].StartsWith("/trackID=", StringComparison.Ordinal)
                )
            )
        );
}
