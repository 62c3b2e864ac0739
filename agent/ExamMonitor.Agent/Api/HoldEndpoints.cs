using ExamMonitor.Contracts.Api;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Retention;

namespace ExamMonitor.Agent.Api;

/// <summary>Holds, and vouching for the clock that retention goes by.</summary>
internal static class HoldEndpoints
{
    /// <summary>Holds, newest first.</summary>
    public static IResult Holds(bool? all, HoldService holds, TimeProvider time) =>
        Guard(() => Results.Json(holds.Holds(time.GetUtcNow()).Where(h => all == true || h.IsInForce).ToArray(), ContractJson.Options));

    /// <summary>Places a hold.</summary>
    public static async Task<IResult> PlaceHold(
        HttpRequest request,
        HoldService holds,
        HoldGround ground,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (body, fault) = await request.ReadJsonAsync<HoldRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        return Guard(() =>
            ground.FindFault(body.Scope) is { } unknown
                ? ProblemResults.Bad(unknown)
                : Results.Json(holds.Place(body, person, time.GetUtcNow()), ContractJson.Options, statusCode: StatusCodes.Status201Created)
        );
    }

    /// <summary>Lifts a hold.</summary>
    public static IResult LiftHold(string hold, HttpRequest request, HoldService holds, TimeProvider time)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        if (!HoldId.TryParse(hold, null, out var id))
            return ProblemResults.Absent("There is no hold of this id.");
        return Guard(() => Results.Json(holds.Lift(id, person, time.GetUtcNow()), ContractJson.Options));
    }

    /// <summary>A person vouches for the clock.</summary>
    public static IResult VouchClock(HttpRequest request, FootageRetention retention)
    {
        if (!request.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        return Guard(() =>
        {
            var now = retention.TrustClock(person.Name);
            return Results.Json(
                new
                {
                    wall = now.Wall,
                    trusted = now.Trusted,
                    waitsForSecondPerson = now.WaitsForSecondPerson,
                },
                ContractJson.Options
            );
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
            return TypedResults.Problem(
                e.Message,
                statusCode: StatusCodes.Status409Conflict,
                title: "This cannot be done as things stand."
            );
        }
        catch (IOException e)
        {
            return ProblemResults.Unavailable($"The volume did not take it: {e.Message}");
        }
    }
}
