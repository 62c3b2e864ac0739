using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using Microsoft.AspNetCore.Http.Features;

namespace ExamMonitor.Agent.Api;

/// <summary>Reads what writing requests carry: who asks, why, and the body, with bounds.</summary>
internal static class RequestReading
{
    /// <summary>Who asks; false with the refusal when the headers do not say.</summary>
    /// <param name="request">Request.</param>
    /// <param name="needsReason">Whether a reason must be given.</param>
    /// <param name="person">Who.</param>
    /// <param name="refusal">What to answer.</param>
    public static bool TryPerson(
        this HttpRequest request,
        bool needsReason,
        [NotNullWhen(true)] out ActingPerson? person,
        [NotNullWhen(false)] out IResult? refusal
    )
    {
        refusal = null;
        if (!ActingPerson.TryRead(request.Headers[ActingPerson.NameHeader], request.Headers[ActingPerson.ReasonHeader], out person))
        {
            refusal = ProblemResults.Bad(
                $"Say who asks: header {ActingPerson.NameHeader}, percent-encoded, 1 to {ActingPerson.LongestName} characters (and {ActingPerson.ReasonHeader}, at most {ActingPerson.LongestReason}). It stands in the ledger."
            );
            return false;
        }

        if (needsReason && person.Reason is null)
        {
            refusal = ProblemResults.Bad($"Say why: header {ActingPerson.ReasonHeader}, percent-encoded. It stands in the ledger.");
            return false;
        }

        return true;
    }

    /// <summary>The body as JSON; null with the refusal when it is none.</summary>
    public static Task<(T? Body, IResult? Refusal)> ReadJsonAsync<T>(this HttpRequest request, CancellationToken cancellationToken)
        where T : class => request.ReadJsonAsync<T>(null, cancellationToken);

    /// <summary>The same of a body that may be larger than most.</summary>
    public static async Task<(T? Body, IResult? Refusal)> ReadJsonAsync<T>(
        this HttpRequest request,
        int? most,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (most is { } bytes && request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = bytes;
        try
        {
            var body = await JsonSerializer
                .DeserializeAsync<T>(request.Body, ContractJson.Options, cancellationToken)
                .ConfigureAwait(false);
            return body is null ? (null, ProblemResults.Bad("The body is null.")) : (body, null);
        }
        catch (JsonException e)
        {
            return (null, ProblemResults.Bad($"The body is not what it must be: {e.Message}"));
        }
        catch (BadHttpRequestException e)
        {
            return (null, TypedResults.Problem(e.Message, statusCode: e.StatusCode, title: "The request cannot be answered as it is."));
        }
    }

    /// <summary>The whole body, at most <paramref name="most"/> bytes; null with the refusal when it is longer.</summary>
    public static async Task<(byte[]? Body, IResult? Refusal)> ReadBytesAsync(
        this HttpRequest request,
        int most,
        CancellationToken cancellationToken
    )
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken).ConfigureAwait(false);
            return (body.ToArray(), null);
        }
        catch (BadHttpRequestException e)
        {
            return (
                null,
                TypedResults.Problem(
                    $"{e.Message} At most {most} bytes are taken.",
                    statusCode: e.StatusCode,
                    title: "The request cannot be answered as it is."
                )
            );
        }
    }
}
