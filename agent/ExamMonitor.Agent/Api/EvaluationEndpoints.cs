using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Evaluation;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Packs.Zip;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace ExamMonitor.Agent.Api;

/// <summary>Draws, findings, scores and packs.</summary>
internal static class EvaluationEndpoints
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>Maps the routes of <see cref="EvaluationApi"/>.</summary>
    public static void MapEvaluation(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(EvaluationApi.Draws, (DrawService draws) => Json(draws.List()))
            .WithSummary("Draws, newest first.")
            .WithTags("evaluation");
        routes
            .MapPost(EvaluationApi.Draws, OpenDraw)
            .WithSummary("Opens a draw: fixes what is drawn from, before the evaluator's number is known.")
            .WithTags("evaluation");
        routes
            .MapGet(
                EvaluationApi.Draws + "/{draw}",
                (string draw, DrawService draws) => draws.Find(draw) is { } found ? Json(found) : NoDraw()
            )
            .WithSummary("A draw.")
            .WithTags("evaluation");
        routes
            .MapGet(
                EvaluationApi.Draws + "/{draw}/population.jsonl",
                (string draw, DrawService draws) =>
                    draws.Population(draw) is { } lines ? Results.Bytes(lines, "application/jsonl") : NoDraw()
            )
            .WithSummary("What was drawn from.")
            .WithTags("evaluation");
        routes
            .MapPost(EvaluationApi.Draws + "/{draw}/number", TypeNumber)
            .WithSummary("Draws with the evaluator's number.")
            .WithTags("evaluation");
        routes
            .MapPost(EvaluationApi.Draws + "/{draw}/replacements", Replace)
            .WithSummary("Replaces a unit that cannot be judged by the next.")
            .WithTags("evaluation");
        routes.MapGet(EvaluationApi.Findings, Findings).WithSummary("Findings, in order of time.").WithTags("evaluation");
        routes.MapPost(EvaluationApi.Findings, RecordFinding).WithSummary("Records a finding.").WithTags("evaluation");
        routes
            .MapGet(EvaluationApi.Scores, (string? evaluation, EvaluationStore store) => Json(store.Scores(evaluation)))
            .WithSummary("Marks, in order of time.")
            .WithTags("evaluation");
        routes.MapPost(EvaluationApi.Scores, RecordScores).WithSummary("Records marks.").WithTags("evaluation");
        routes
            .MapGet(EvaluationApi.Packs, (PackService packs) => Json(packs.List()))
            .WithSummary("Packs that can be downloaded, newest first.")
            .WithTags("evaluation");
        routes
            .MapPost(EvaluationApi.Packs, MakePack)
            .WithSummary("Makes an evidence pack; what lies on the archive tier alone is brought back first. 202 while it is made.")
            .WithTags("evaluation");
        routes.MapPost(EvaluationApi.PackSizes, SizePack).WithSummary("How large a pack would be; nothing is made.").WithTags("evaluation");
        routes
            .MapGet(
                EvaluationApi.Packs + "/{pack}",
                (string pack, PackService packs) => packs.State(pack) is { } found ? Json(found) : NoPack()
            )
            .WithSummary("A pack that was asked for, also while it is made.")
            .WithTags("evaluation");
        routes
            .MapGet(AgentApi.Sessions + "/{session}/record.pdf", RecordSheet)
            .WithSummary("Record sheet of a session with the newest signed head; onDuty names who was on duty.")
            .WithTags("evaluation");
        routes
            .MapGet(AgentApi.Root + "/evaluation/reports/{evaluation}.pdf", Report)
            .WithSummary("Report of an evaluation; language is zh or en.")
            .WithTags("evaluation");
        routes
            .MapGet(EvaluationApi.Copies, (RedactedCopies copies) => Json(copies.List()))
            .WithSummary("Copies with blurred regions, newest first.")
            .WithTags("evaluation");
        routes
            .MapPost(EvaluationApi.Copies, MakeCopy)
            .WithSummary("Makes a copy with blurred regions, which is no evidence. 202 while it is made.")
            .WithTags("evaluation");
        routes
            .MapGet(EvaluationApi.Copies + "/{copy}.mp4", Copy)
            .WithSummary("A copy with blurred regions; byte ranges.")
            .WithTags("evaluation");
        routes.MapGet(EvaluationApi.Packs + "/{pack}.zip", Download).WithSummary("An evidence pack; byte ranges.").WithTags("evaluation");
    }

    private static IResult Json<T>(T value) => Results.Json(value, ContractJson.Options);

    private static ProblemHttpResult NoDraw() => ProblemResults.Absent($"There is no draw of this id. {EvaluationApi.Draws} lists them.");

    private static ProblemHttpResult Refused(EvaluationException e) => Refused(e.Text);

    private static ProblemHttpResult Refused(LocalText text) => ProblemResults.Conflict(text, "This cannot be done.");

    private static async Task<IResult> OpenDraw(HttpRequest http, DrawService draws, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (request, fault) = await http.ReadJsonAsync<DrawRequest>(cancellationToken).ConfigureAwait(false);
        if (request is null)
            return fault!;
        if (request.Fault() is { } wrong)
            return ProblemResults.Bad(wrong);
        return Done(() => draws.Open(request, person));
    }

    private static async Task<IResult> TypeNumber(string draw, HttpRequest http, DrawService draws, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<DrawNumber>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (!DrawSeed.IsNumber(body.Number))
            return ProblemResults.Bad($"'number' is 1 to {DrawSeed.MostDigits} digits.");
        return draws.Find(draw) is null ? NoDraw() : Done(() => draws.Draw(draw, body.Number, person));
    }

    private static async Task<IResult> Replace(string draw, HttpRequest http, DrawService draws, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<DrawReplacementRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        return draws.Find(draw) is null ? NoDraw() : Done(() => draws.Replace(draw, body.Unit, person));
    }

    private static IResult Findings(string? session, EvaluationStore store)
    {
        if (session is null)
            return Json(store.Findings(null));
        return ExamSessionId.TryParse(session, null, out var id)
            ? Json(store.Findings(id))
            : ProblemResults.Bad("'session' is no session id.");
    }

    private static async Task<IResult> RecordFinding(
        HttpRequest http,
        EvaluationStore store,
        SessionStore sessions,
        CancellationToken cancellationToken
    )
    {
        if (!http.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<SampleFindingRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.Fault() is { } wrong)
            return ProblemResults.Bad(wrong);
        return sessions.Find(body.Session) is null
            ? ProblemResults.Absent("There is no session of this id.")
            : Done(() => store.Record(body, person));
    }

    private static async Task<IResult> RecordScores(HttpRequest http, EvaluationStore store, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<ScoreMarksRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        return body.Fault() is { } wrong ? ProblemResults.Bad(wrong) : Done(() => store.Record(body, person));
    }

    private static async Task<IResult> MakePack(HttpRequest http, PackService packs, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<PackRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        try
        {
            var asked = packs.Begin(body, person);
            // Whoever asks waits at most ten seconds for an answer: a large pack goes on being made without it.
            var made = await packs.WaitAsync(asked.Id, AnswersWithin, cancellationToken).ConfigureAwait(false);
            return made.State == PackState.Failed
                ? Refused(made.Fault ?? new("The pack could not be made.", "证据包未能生成。"))
                : Results.Json(
                    made,
                    ContractJson.Options,
                    statusCode: made.State == PackState.Making ? StatusCodes.Status202Accepted : StatusCodes.Status200OK
                );
        }
        catch (EvaluationException e)
        {
            return Refused(e);
        }
    }

    private static async Task<IResult> SizePack(HttpRequest http, PackService packs, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<PackRequest>(cancellationToken).ConfigureAwait(false);
        return body is null ? fault! : Done(() => packs.SizeOf(body));
    }

    private static IResult Download(string pack, PackService packs) =>
        packs.Find(pack) is { } found
            ? Results.Stream(
                new ZipStream(found.Layout),
                "application/zip",
                $"{pack}.zip",
                found.Summary.MadeAt,
                new EntityTagHeaderValue($"\"{pack}\""),
                enableRangeProcessing: true
            )
            : NoPack();

    private static async Task<IResult> MakeCopy(HttpRequest http, RedactedCopies copies, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<RedactedCopyRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.Fault() is { } wrong)
            return ProblemResults.Bad(wrong);
        try
        {
            var made = await copies.WaitAsync(copies.Begin(body, person).Id, AnswersWithin, cancellationToken).ConfigureAwait(false);
            return made.State == PackState.Failed
                ? Refused(made.Fault ?? new("The copy could not be made.", "副本未能生成。"))
                : Results.Json(
                    made,
                    ContractJson.Options,
                    statusCode: made.State == PackState.Making ? StatusCodes.Status202Accepted : StatusCodes.Status200OK
                );
        }
        catch (EvaluationException e)
        {
            return Refused(e);
        }
    }

    private static async Task<IResult> Report(
        string evaluation,
        string? language,
        ReportService reports,
        CancellationToken cancellationToken
    )
    {
        if (language is not (null or "zh" or "en"))
            return ProblemResults.Bad("'language' is zh or en.");
        if (!IdText.IsValid(evaluation))
            return ProblemResults.Bad("'evaluation' is the id of a draw, a session or a batch.");
        try
        {
            return Results.File(
                await reports.PrintAsync(evaluation, language != "en", cancellationToken).ConfigureAwait(false),
                "application/pdf",
                $"{evaluation}_report_{language ?? "zh"}.pdf"
            );
        }
        catch (EvaluationException e)
        {
            return Refused(e);
        }
    }

    private static IResult Copy(string copy, RedactedCopies copies) =>
        copies.State(copy) is { } found && copies.PathOf(copy) is { } path && File.Exists(path)
            ? Results.File(
                path,
                "video/mp4",
                found.FileName,
                enableRangeProcessing: true,
                entityTag: new EntityTagHeaderValue($"\"{found.Sha256}\"")
            )
            : ProblemResults.Absent($"There is no copy of this id, or it is not ready. {EvaluationApi.Copies} lists them.");

    private static ProblemHttpResult NoPack() =>
        ProblemResults.Absent(
            $"There is no pack of this id, or it is not ready. {EvaluationApi.Packs} lists them; of the newest 16 each can be taken."
        );

    private static IResult RecordSheet(string session, string? onDuty, RecordSheetService sheets, SessionStore sessions)
    {
        if (onDuty is { Length: > 200 } || onDuty?.Any(char.IsControl) == true)
            return ProblemResults.Bad("'onDuty' has at most 200 characters.");
        if (!ExamSessionId.TryParse(session, null, out var id) || sessions.Find(id) is not { } found)
            return ProblemResults.Absent("There is no session of this id.");
        try
        {
            return Results.File(sheets.Print(found, onDuty?.Trim() ?? string.Empty), "application/pdf", $"{id}_record.pdf");
        }
        catch (EvaluationException e)
        {
            return Refused(e);
        }
    }

    private static IResult Done<T>(Func<T> act)
    {
        try
        {
            return Json(act());
        }
        catch (EvaluationException e)
        {
            return Refused(e);
        }
    }
}
