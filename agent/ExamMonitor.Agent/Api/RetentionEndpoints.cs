using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Keeping;
using ExamMonitor.Footage.Retention;

namespace ExamMonitor.Agent.Api;

/// <summary>What is kept, held, and let go.</summary>
internal static class RetentionEndpoints
{
    /// <summary>Holds, newest first.</summary>
    public static IResult Holds(bool? all, AgentRuntime runtime, TimeProvider time) =>
        Guard(() => Results.Json(runtime.Retention.Holds(time.GetUtcNow()).Where(h => all == true || h.IsInForce).ToArray(), ContractJson.Options));

    /// <summary>Places a hold.</summary>
    public static async Task<IResult> PlaceHold(HttpRequest request, AgentRuntime runtime, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal)) return refusal;
        var (body, fault) = await request.ReadJsonAsync<Contracts.Api.HoldRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null) return fault!;
        return Guard(() => FindFault(body.Scope, runtime) is { } fault
            ? ProblemResults.Bad(fault)
            : Results.Json(runtime.Retention.Place(body, person, time.GetUtcNow()), ContractJson.Options, statusCode: StatusCodes.Status201Created));
    }

    private static string? FindFault(Contracts.Api.HoldScope scope, AgentRuntime runtime) => HoldTarget.FindFault(
        scope, runtime.Sessions.Book.Failure is null ? runtime.Sessions.Book.Sessions : null,
        runtime.Rooms.SelectMany(r => r.Cameras.Select(c => (Room: r.Id, Camera: c.Setup.Id))).ToLookup(c => c.Room, c => c.Camera),
        (room, camera) => HoldTarget.HasFootage(runtime.VolumePath, room, camera));

    /// <summary>Lifts a hold.</summary>
    public static IResult LiftHold(string hold, HttpRequest request, AgentRuntime runtime, TimeProvider time)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal)) return refusal;
        if (!HoldId.TryParse(hold, null, out var id)) return ProblemResults.Absent("There is no hold of this id.");
        return Guard(() => Results.Json(runtime.Retention.Lift(id, person, time.GetUtcNow()), ContractJson.Options));
    }

    /// <summary>A person vouches for the clock.</summary>
    public static IResult VouchClock(HttpRequest request, AgentRuntime runtime)
    {
        if (!request.TryPerson(needsReason: false, out var person, out var refusal)) return refusal;
        return Guard(() =>
        {
            var now = runtime.Retention.Footage.TrustClock(person.Name);
            return Results.Json(new { wall = now.Wall, trusted = now.Trusted }, ContractJson.Options);
        });
    }

    /// <summary>Answers what the world or the request did wrong in its own words.</summary>
    internal static IResult Guard(Func<IResult> act)
    {
        try
        {
            return act();
        }
        catch (ArgumentException e)
        {
            return ProblemResults.Bad(e.Message);
        }
        catch (RetentionException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status409Conflict, title: "This cannot be done as things stand.");
        }
        catch (IOException e)
        {
            return ProblemResults.Unavailable($"The volume did not take it: {e.Message}");
        }
    }
}
