using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.Dashboard.Accounts;

namespace ExamMonitor.Dashboard.Media;

/// <summary>
/// Hands an agent's live stream on over a WebSocket, of which a browser opens as many as a wall has cameras: six plain requests would take
/// all its connections. First the media type as text, then the bytes as they come. The socket ends with the run, the account or the page.
/// </summary>
internal sealed partial class LiveRelay(LoginSessions logins, TimeProvider time)
{
    /// <summary>Sockets of one account at a time.</summary>
    public const int MostOfAnAccount = 64;

    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, int> _open = new();

    public async Task RelayAsync(HttpContext http, HttpResponseMessage? response, CancellationToken ct)
    {
        var type = response?.Content.Headers.ContentType?.ToString();
        if (response is not { IsSuccessStatusCode: true } || type is null || !StreamType().IsMatch(type))
        {
            http.Response.StatusCode = (int?)response?.StatusCode is 404 or 503
                ? (int)response!.StatusCode
                : StatusCodes.Status502BadGateway;
            return;
        }

        var account = LoginClaims.IdOf(http.User) ?? 0;
        try
        {
            if (_open.AddOrUpdate(account, 1, (_, n) => n + 1) > MostOfAnAccount)
                http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            else
                await RelayAsync(http, response, type, ct).ConfigureAwait(false);
        }
        finally
        {
            if (_open.AddOrUpdate(account, 0, (_, n) => n - 1) == 0)
                _open.TryRemove(new(account, 0));
        }
    }

    private async Task RelayAsync(HttpContext http, HttpResponseMessage response, string type, CancellationToken ct)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
#pragma warning disable CA2025 // Both are awaited before what they use is released.
        var watching = Task.WhenAll(WatchCloseAsync(socket, end), WatchAccountAsync(http, end));
#pragma warning restore CA2025
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(type), WebSocketMessageType.Text, true, end.Token).ConfigureAwait(false);
            await PumpAsync(await response.Content.ReadAsStreamAsync(end.Token).ConfigureAwait(false), socket, end.Token)
                .ConfigureAwait(false);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or HttpRequestException or IOException)
        {
            // One of the two went away, or the account may look no longer: the page asks again, and is told why it gets nothing.
            socket.Abort();
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task PumpAsync(Stream from, WebSocket to, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            while (await from.ReadAsync(buffer, ct).ConfigureAwait(false) is > 0 and var read)
                await to.SendAsync(buffer.AsMemory(0, read), WebSocketMessageType.Binary, true, ct).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The page has nothing to say: whatever it sends ends the relay, as its leaving does.</summary>
    private static async Task WatchCloseAsync(WebSocket socket, CancellationTokenSource end)
    {
        try
        {
            await socket.ReceiveAsync(new byte[16].AsMemory(), end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Over, either way.
        }

        await end.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>As an open page does, a picture ends within half a minute of the log-in's end.</summary>
    private async Task WatchAccountAsync(HttpContext http, CancellationTokenSource end)
    {
        using var timer = new PeriodicTimer(CheckEvery, time);
        try
        {
            do await timer.WaitForNextTickAsync(end.Token).ConfigureAwait(false);
            while (await logins.HoldAsync(http.User, end.Token).ConfigureAwait(false));
        }
        finally
        {
            // An account that cannot be asked about is not one that may look on.
            await end.CancelAsync().ConfigureAwait(false);
        }
    }

    [GeneratedRegex("\\Avideo/mp4; codecs=\"[A-Za-z0-9. ,]{1,100}\"\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex StreamType();
}
