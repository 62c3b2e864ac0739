using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>A door on the loopback for one caller who knows its number. Dispose to close it.</summary>
/// <param name="time">Clock.</param>
internal sealed class RelayListener(TimeProvider time) : IDisposable
{
    private const int MostStrangers = 64;
    private static readonly TimeSpan HearingLimit = TimeSpan.FromSeconds(10);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>How every address behind it begins; holds 128 bits that nobody can guess.</summary>
    public string Base { get; private set; } = string.Empty;

    /// <summary>Opens it.</summary>
    public void Start()
    {
        _listener.Start(4);
        Base = $"rtsp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}/{_token}";
    }

    /// <summary>
    /// Waits for the caller, and closes the door behind him. Any program of this machine may connect; a stranger who says nothing keeps
    /// nobody waiting.
    /// </summary>
    /// <returns>The connection, its reader, and the first request.</returns>
    public async Task<(NetworkStream Client, RtspReader Reader, RtspMessage First)> AcceptAsync(CancellationToken cancellationToken)
    {
        var known = new TaskCompletionSource<(NetworkStream, RtspReader, RtspMessage)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var places = new SemaphoreSlim(MostStrangers);
        using var found = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hearings = new List<Task>();
        try
        {
            while (!known.Task.IsCompleted)
            {
                await places.WaitAsync(found.Token).ConfigureAwait(false);
                var accept = _listener.AcceptSocketAsync(found.Token).AsTask();
                if (await Task.WhenAny(accept, known.Task).ConfigureAwait(false) != accept)
                    break;
                hearings.RemoveAll(static h => h.IsCompleted);
                hearings.Add(HearAsync(new(await accept.ConfigureAwait(false), ownsSocket: true)));
            }

            return await known.Task.ConfigureAwait(false);
        }
        finally
        {
            await found.CancelAsync().ConfigureAwait(false);
            _listener.Stop();
            await Task.WhenAll(hearings).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task HearAsync(NetworkStream client)
        {
            var reader = new RtspReader(client);
            var ours = false;
            try
            {
                client.Socket.NoDelay = true;
                using var limit = new CancellationTokenSource(HearingLimit, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, found.Token);
                ours =
                    await reader.NextMessageAsync(either.Token).ConfigureAwait(false) is { } first
                    && IsOurs(first.Target)
                    && known.TrySetResult((client, reader, first));
            }
            catch (Exception e) when (e is InvalidDataException or IOException or SocketException or OperationCanceledException)
            {
                // Not ours.
            }

            if (!ours)
                await client.DisposeAsync().ConfigureAwait(false);
            places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private bool IsOurs(string target) =>
        target.Length >= Base.Length
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(target[..Base.Length]), Encoding.UTF8.GetBytes(Base));
}
