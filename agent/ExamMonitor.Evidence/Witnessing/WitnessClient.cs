using System.Net;
using System.Text;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Witnessing;

/// <summary>A witness that heads are sent to.</summary>
/// <param name="Address">Its submission prefix.</param>
/// <param name="Key">What its cosignatures are verified with; of kind <see cref="NoteKeyType.Cosignature"/>.</param>
public sealed record Witness(Uri Address, VerifierKey Key);

/// <summary>What a witness answered.</summary>
/// <param name="Status">HTTP status; null when there was no answer, or one that is far too long.</param>
/// <param name="Body">Text of the body; empty without one.</param>
public sealed record WitnessReply(HttpStatusCode? Status, string Body);

/// <summary>
/// Sends a head to a witness over HTTP (c2sp.org/tlog-witness, <c>add-checkpoint</c>). One attempt; whoever calls tries again.
/// </summary>
/// <param name="http">Follows no redirects, and has a time limit.</param>
public sealed class WitnessClient(HttpClient http)
{
    /// <summary>Longest answer that is read, bytes: some hundred lines.</summary>
    public const int MaxAnswerSize = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Sends a request.</summary>
    public async Task<WitnessReply> AskAsync(Witness witness, AddCheckpointRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var address = new Uri(witness.Address.AbsoluteUri.TrimEnd('/') + "/add-checkpoint");
            using var message = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new StringContent(request.Format(), Encoding.UTF8, "text/plain"),
            };
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            return await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or DecoderFallbackException)
        {
            return new(null, string.Empty);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, string.Empty);
        }
    }

    /// <summary>Size in the body of an answer 409; null when it is none.</summary>
    public static long? SizeIn(string body) => body.EndsWith('\n') && TreeHead.TryParseSize(body[..^1], out var size) ? size : null;

    private static async Task<WitnessReply> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswerSize + 1];
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var read = await stream
                .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            return read == buffer.Length ? new(null, string.Empty) : new(answer.StatusCode, Strict.GetString(buffer, 0, read));
        }
    }
}
