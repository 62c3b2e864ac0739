using System.Net.Http.Headers;

namespace ExamMonitor.Evidence.Anchoring;

/// <summary>Asks a time stamp authority over HTTP (RFC 3161 §3.4). One attempt; whoever calls tries again.</summary>
/// <param name="http">Follows no redirects.</param>
public sealed class TimestampClient(HttpClient http)
{
    private static readonly MediaTypeHeaderValue Query = new("application/timestamp-query");

    /// <summary>Sends a request and returns the answer's bytes, at most <see cref="Timestamp.MaxAnswerSize"/>.</summary>
    /// <exception cref="AnchorException">No answer, another status than 200, or far too many bytes.</exception>
    public async Task<byte[]> AskAsync(Uri address, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new ByteArrayContent(request) { Headers = { ContentType = Query } },
            };
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new AnchorException(
                    AnchorFault.Unreachable,
                    $"{address} answered with status {(int)answer.StatusCode}.",
                    "Is the address right, and does the authority serve this machine?"
                );
            return await ReadAsync(answer.Content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException and not AnchorException)
        {
            throw new AnchorException(
                AnchorFault.Unreachable,
                $"{address} could not be reached: {e.Message}",
                "Check the network between this machine and the authority.",
                e
            );
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AnchorException(
                AnchorFault.Unreachable,
                $"{address} did not answer in time.",
                "Check the network between this machine and the authority.",
                e
            );
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new byte[Timestamp.MaxAnswerSize + 1];
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var read = await stream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (read == buffer.Length)
                throw new AnchorException(
                    AnchorFault.Malformed,
                    "The answer is too large for a time stamp.",
                    "Is the address that of an RFC 3161 authority?"
                );
            return buffer[..read];
        }
    }
}
