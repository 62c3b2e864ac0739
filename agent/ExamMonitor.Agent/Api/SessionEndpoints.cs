using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Exams.Schedule;

namespace ExamMonitor.Agent.Api;

/// <summary>Exam sessions and batches.</summary>
internal static class SessionEndpoints
{
    private const int Most = 2000;
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(400);

    /// <summary>Sessions of a range.</summary>
    public static IResult List(
        string? from,
        string? to,
        string? room,
        string? batch,
        SessionService sessions,
        SessionFootage footage,
        TimeProvider time
    )
    {
        var now = time.GetUtcNow();
        if (!TrySessions(from, to, room, batch, sessions, now, out var found, out var refusal))
            return refusal!;
        return Results.Json(found.Take(Most).Select(s => footage.Summarize(s, now)).ToArray(), ContractJson.Options);
    }

    /// <summary>One session with everything that is known of it.</summary>
    public static IResult Detail(string session, SessionService sessions, SessionFootage footage, TimeProvider time) =>
        ExamSessionId.TryParse(session, null, out var id) && sessions.Store.Find(id) is { } found
            ? Results.Json(footage.Describe(found, time.GetUtcNow()), ContractJson.Options)
            : ProblemResults.Absent($"There is no session of this id. {AgentApi.Sessions} lists them.");

    /// <summary>Adds or changes one.</summary>
    public static async Task<IResult> Put(string session, HttpRequest request, SessionService sessions, CancellationToken cancellationToken)
    {
        if (!request.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        var (body, fault) = await request.ReadJsonAsync<ExamSession>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.Id.Text != session)
            return ProblemResults.Bad($"The body speaks of session \"{body.Id}\", the address of \"{session}\".");
        return Answer(
            sessions,
            StatusCodes.Status409Conflict,
            () => sessions.Put(body, new(person.Name, person.Reason, Preview: IsTrue(request, "preview"), Replace: false))
        );
    }

    /// <summary>Calls one off.</summary>
    public static IResult Cancel(string session, HttpRequest request, SessionService sessions)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        if (!ExamSessionId.TryParse(session, null, out var id) || sessions.Store.Find(id) is not { } found)
            return ProblemResults.Absent("There is no session of this id.");
        return Answer(
            sessions,
            StatusCodes.Status409Conflict,
            () => sessions.Put(found with { Cancelled = true }, new(person.Name, person.Reason, Preview: false, Replace: false))
        );
    }

    /// <summary>Imports a file.</summary>
    public static async Task<IResult> Import(
        string? file,
        HttpRequest request,
        SessionService sessions,
        CancellationToken cancellationToken
    )
    {
        var preview = IsTrue(request, "preview");
        ActingPerson? person = null;
        if (!preview && !request.TryPerson(needsReason: false, out person, out var refusal))
            return refusal;
        if (file is null || file.Length is 0 or > 200 || file.Any(c => char.IsControl(c) || c is '/' or '\\'))
            return ProblemResults.Bad("'file' is the name of the file, such as schedule.csv: its ending tells the format.");
        var (bytes, fault) = await request.ReadBytesAsync(AgentApi.LargestScheduleBytes, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
            return fault!;
        return Answer(
            sessions,
            StatusCodes.Status422UnprocessableEntity,
            () => sessions.Import(file, bytes, new(person?.Name ?? "preview", person?.Reason, preview, IsTrue(request, "replace")))
        );
    }

    /// <summary>The schedule as a file.</summary>
    public static IResult Export(
        string form,
        string? from,
        string? to,
        string? room,
        string? batch,
        SessionService sessions,
        TimeProvider time
    )
    {
        if (!TrySessions(from, to, room, batch, sessions, time.GetUtcNow(), out var found, out var refusal))
            return refusal!;
        return ScheduleExport.Write(form, found, sessions.Context.Zone, time.GetUtcNow()) is var (text, type)
            ? Results.File(Encoding.UTF8.GetBytes(text), $"{type}; charset=utf-8", $"schedule.{form}")
            : ProblemResults.Absent("The schedule can be had as schedule.yaml, schedule.csv and schedule.ics.");
    }

    /// <summary>Batches, newest first.</summary>
    public static IResult Batches(int? year, SessionFootage footage, TimeProvider time) =>
        Results.Json(footage.Batches(year, time.GetUtcNow()).Take(Most).ToArray(), ContractJson.Options);

    private static IResult Answer(SessionService sessions, int refused, Func<ScheduleImport> act)
    {
        if ((sessions.Store.Failure ?? sessions.Obstacle()) is { } failure)
            return ProblemResults.Unavailable(failure.En);
        try
        {
            var result = act();
            return Results.Json(result, ContractJson.Options, statusCode: result.IsClean ? StatusCodes.Status200OK : refused);
        }
        catch (IOException e)
        {
            return ProblemResults.Unavailable($"The volume did not take the change: {e.Message}");
        }
    }

    private static bool TrySessions(
        string? from,
        string? to,
        string? room,
        string? batch,
        SessionService sessions,
        DateTimeOffset now,
        out IReadOnlyList<ExamSession> found,
        out IResult? refusal
    )
    {
        (found, refusal) = ([], null);
        var range = new TimeRange(now.AddDays(-30), now.AddDays(90));
        if (from is not null || to is not null)
        {
            if (TimeRange.Parse(from, to, LongestRange, out var fault) is not { } asked)
            {
                refusal = ProblemResults.Bad(fault!);
                return false;
            }

            range = asked;
        }

        found =
        [
            .. sessions
                .Calendar.In(range.From, range.To)
                .Where(s => (room is null || s.Room.Text == room) && (batch is null || s.Batch.Text == batch)),
        ];
        return true;
    }

    private static bool IsTrue(HttpRequest request, string name) =>
        string.Equals(request.Query[name], "true", StringComparison.OrdinalIgnoreCase);
}
