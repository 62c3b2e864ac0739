using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Transparency;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>
/// The dashboard as a standard witness over HTTP: c2sp.org/tlog-witness. Anonymous, as the protocol is: a request is worth what the log's
/// signature in it is worth.
/// </summary>
internal static class WitnessEndpoint
{
    /// <summary>Submission and monitoring prefix.</summary>
    public const string Prefix = "/witness";

    /// <summary>Name of the rate limit.</summary>
    public const string Limit = "witness";

    private const string Text = "text/plain; charset=utf-8";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Prefix + "/add-checkpoint", AddAsync).AllowAnonymous().DisableAntiforgery().RequireRateLimiting(Limit);
        app.MapGet(Prefix + "/{hash:length(64)}/checkpoint", CheckpointAsync).AllowAnonymous().RequireRateLimiting(Limit);
    }

    private static async Task<IResult> AddAsync(
        HttpContext http,
        CheckpointCosigner cosigner,
        LedgerWitness witness,
        IOptions<DashboardOptions> options,
        TimeProvider time
    )
    {
        var ct = http.RequestAborted;
        var (body, tooLarge) = await ReadAsync(http.Request, ct).ConfigureAwait(false);
        if (tooLarge)
            return Results.Text("The request is too large.\n", Text, Encoding.UTF8, StatusCodes.Status413PayloadTooLarge);
        if (!AddCheckpointRequest.TryParse(body, out var request))
            return Refuse(AddCheckpointAnswer.Malformed);
        var origin = request.Note.Text[..request.Note.Text.IndexOf('\n', StringComparison.Ordinal)];
        var log = await KnownLogs.FindAsync(origin, witness, options.Value, ct).ConfigureAwait(false);
        var answer = await cosigner.AddAsync(request, log, ct).ConfigureAwait(false);
        if (answer.Answer == AddCheckpointAnswer.NotConsistent)
            await KeepEvidenceAsync(request, log!, answer.Latest, witness, cosigner, time, ct).ConfigureAwait(false);
        return answer.Answer switch
        {
            AddCheckpointAnswer.Cosign => Results.Text(answer.Line!.Format(), Text, Encoding.UTF8),
            AddCheckpointAnswer.OtherSize => Results.Text(
                string.Create(CultureInfo.InvariantCulture, $"{answer.Latest?.Size ?? 0}\n"),
                AddCheckpointRequest.SizeContentType,
                contentEncoding: null,
                StatusCodes.Status409Conflict
            ),
            var other => Refuse(other),
        };
    }

    /// <summary>
    /// Two heads of one size with two roots, both signed by the log, are proof of a fork, whoever brings them. A proof that does not hold
    /// is none: anybody can write one below a genuine head, and an alarm must not be had that cheaply.
    /// </summary>
    private static async Task KeepEvidenceAsync(
        AddCheckpointRequest request,
        KnownLog log,
        TreeHead? latest,
        LedgerWitness witness,
        CheckpointCosigner cosigner,
        TimeProvider time,
        CancellationToken ct
    )
    {
        if (latest is null || !TreeHead.TryParse(request.Note.Text, out var head) || head.Size != latest.Size || head.Root == latest.Root)
            return;
        var note = log.Strip(request.Note).Format();
        if (await witness.FindAsync(log.Origin, ct).ConfigureAwait(false) is var (site, agent, _))
        {
            await witness
                .HearAsync(site, new(LedgerCheckpoint.SchemaName, time.GetUtcNow(), 0, agent, head.Size, head.Root.ToBase64(), note), ct)
                .ConfigureAwait(false);
            return;
        }

        // A log of the configuration alone has no heads here but the one that was cosigned: the two are the evidence.
        var known = (await cosigner.FindAsync(log.Origin, ct).ConfigureAwait(false))?.Note;
        await witness.HearForkAsync(log.Origin, note, known, ct).ConfigureAwait(false);
    }

    private static async Task<IResult> CheckpointAsync(string hash, HttpContext http, CheckpointCosigner cosigner) =>
        hash.All(char.IsAsciiHexDigitLower) && await cosigner.FindByHashAsync(hash, http.RequestAborted).ConfigureAwait(false) is { } head
            ? Results.Text(head.Note, Text, Encoding.UTF8)
            : Results.Text("This witness has cosigned nothing of such a log.\n", Text, Encoding.UTF8, StatusCodes.Status404NotFound);

    private static IResult Refuse(AddCheckpointAnswer answer) =>
        Results.Text(
            answer switch
            {
                AddCheckpointAnswer.NotSigned => "The checkpoint is not signed by a key that this witness knows for its origin.\n",
                AddCheckpointAnswer.UnknownLog => "This witness does not know the origin.\n",
                AddCheckpointAnswer.NotConsistent => "The checkpoint is not shown to continue the one that was cosigned last.\n",
                _ => "This is no request of c2sp.org/tlog-witness.\n",
            },
            Text,
            Encoding.UTF8,
            (int)answer
        );

    private static async Task<(string? Body, bool TooLarge)> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > AddCheckpointRequest.MaxBytes)
            return (null, true);
        using var buffer = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await request.Body.ReadAsync(part, ct).ConfigureAwait(false) is > 0 and var read)
        {
            if (buffer.Length + read > AddCheckpointRequest.MaxBytes)
                return (null, true);
            await buffer.WriteAsync(part.AsMemory(0, read), ct).ConfigureAwait(false);
        }

        try
        {
            return (Strict.GetString(buffer.GetBuffer(), 0, (int)buffer.Length), false);
        }
        catch (DecoderFallbackException)
        {
            return (null, false);
        }
    }
}
