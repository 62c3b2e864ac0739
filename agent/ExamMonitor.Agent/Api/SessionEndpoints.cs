using System.Text;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Sessions;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Agent.Api;

/// <summary>Exam sessions and batches.</summary>
internal static class SessionEndpoints
{
    private const int Most = 2000;
    private static readonly TimeSpan LongestRange = TimeSpan.FromDays(400);

    /// <summary>Sessions of a range.</summary>
    public static IResult List(string? from, string? to, string? room, string? batch, AgentRuntime runtime, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (!TrySessions(from, to, room, batch, runtime, now, out var sessions, out var refusal)) return refusal!;
        var view = runtime.SessionFootage;
        return Results.Json(sessions.Take(Most).Select(s => view.Summarize(s, now)).ToArray(), ContractJson.Options);
    }

    /// <summary>One session with everything that is known of it.</summary>
    public static IResult Detail(string session, AgentRuntime runtime, TimeProvider time) =>
        ExamSessionId.TryParse(session, null, out var id) && runtime.Sessions.Book.Find(id) is { } found
            ? Results.Json(runtime.SessionFootage.Describe(found, time.GetUtcNow()), ContractJson.Options)
            : ProblemResults.Absent($"There is no session of this id. {AgentApi.Sessions} lists them.");

    /// <summary>Adds or changes one.</summary>
    public static async Task<IResult> Put(string session, HttpRequest request, AgentRuntime runtime, CancellationToken cancellationToken)
    {
        if (!request.TryPerson(needsReason: false, out var person, out var refusal)) return refusal;
        var (body, fault) = await request.ReadJsonAsync<ExamSession>(cancellationToken).ConfigureAwait(false);
        if (body is null) return fault!;
        if (body.Id.Text != session) return ProblemResults.Bad($"The body speaks of session \"{body.Id}\", the address of \"{session}\".");
        return Answer(runtime, StatusCodes.Status409Conflict, () => runtime.Sessions.Put(body, new(person.Name, person.Reason, Preview: IsTrue(request, "preview"), Replace: false)));
    }

    /// <summary>Calls one off.</summary>
    public static IResult Cancel(string session, HttpRequest request, AgentRuntime runtime)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal)) return refusal;
        if (!ExamSessionId.TryParse(session, null, out var id) || runtime.Sessions.Book.Find(id) is not { } found) return ProblemResults.Absent("There is no session of this id.");
        return Answer(runtime, StatusCodes.Status409Conflict, () => runtime.Sessions.Put(found with { Cancelled = true }, new(person.Name, person.Reason, Preview: false, Replace: false)));
    }

    /// <summary>Imports a file.</summary>
    public static async Task<IResult> Import(string? file, HttpRequest request, AgentRuntime runtime, CancellationToken cancellationToken)
    {
        var preview = IsTrue(request, "preview");
        ActingPerson? person = null;
        if (!preview && !request.TryPerson(needsReason: false, out person, out var refusal)) return refusal;
        if (file is null || file.Length is 0 or > 200 || file.Any(c => char.IsControl(c) || c is '/' or '\\')) return ProblemResults.Bad("'file' is the name of the file, such as schedule.csv: its ending tells the format.");
        var (bytes, fault) = await request.ReadBytesAsync(AgentApi.LargestScheduleBytes, cancellationToken).ConfigureAwait(false);
        if (bytes is null) return fault!;
        return Answer(runtime, StatusCodes.Status422UnprocessableEntity, () => runtime.Sessions.Import(file, bytes, new(person?.Name ?? "preview", person?.Reason, preview, IsTrue(request, "replace"))));
    }

    /// <summary>The schedule as a file.</summary>
    public static IResult Export(string form, string? from, string? to, string? room, string? batch, AgentRuntime runtime, TimeProvider time)
    {
        if (!TrySessions(from, to, room, batch, runtime, time.GetUtcNow(), out var sessions, out var refusal)) return refusal!;
        return ScheduleExport.Write(form, sessions, runtime.Sessions.Context.Zone, time.GetUtcNow()) is var (text, type)
            ? Results.File(Encoding.UTF8.GetBytes(text), $"{type}; charset=utf-8", $"schedule.{form}")
            : ProblemResults.Absent("The schedule can be had as schedule.yaml, schedule.csv and schedule.ics.");
    }

    /// <summary>Batches, newest first.</summary>
    public static IResult Batches(int? year, AgentRuntime runtime, TimeProvider time) =>
        Results.Json(runtime.SessionFootage.Batches(year, time.GetUtcNow()).Take(Most).ToArray(), ContractJson.Options);

    private static IResult Answer(AgentRuntime runtime, int refused, Func<ScheduleImport> act)
    {
        if ((runtime.Sessions.Book.Failure ?? runtime.Sessions.Obstacle()) is { } failure) return ProblemResults.Unavailable(failure.En);
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

    private static bool TrySessions(string? from, string? to, string? room, string? batch, AgentRuntime runtime, DateTimeOffset now, out IReadOnlyList<ExamSession> sessions, out IResult? refusal)
    {
        (sessions, refusal) = ([], null);
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

        sessions = [.. runtime.Sessions.Calendar.In(range.From, range.To).Where(s => (room is null || s.Room.Text == room) && (batch is null || s.Batch.Text == batch))];
        return true;
    }

    private static bool IsTrue(HttpRequest request, string name) => string.Equals(request.Query[name], "true", StringComparison.OrdinalIgnoreCase);
}
