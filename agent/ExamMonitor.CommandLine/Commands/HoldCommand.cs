using System.CommandLine;
using System.Globalization;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>hold</c>: footage that is kept whatever its window says.</summary>
internal static class HoldCommand
{
    /// <summary>The command with its own.</summary>
    public static Command Create() =>
        new("hold", "Holds: footage that is kept whatever its window says (complaint, dispute, evaluation).") { Place(), Lift(), List() };

    private static Command Place()
    {
        var room = new Option<string?>("--room") { Description = "Room." };
        var camera = new Option<string?>("--camera") { Description = "Camera of the room." };
        var session = new Option<string?>("--session") { Description = "Exam session, with its margins." };
        var batch = new Option<string?>("--batch") { Description = "Batch, with all its sessions." };
        var from = new Option<DateTimeOffset?>("--from") { Description = "Beginning, with an offset: 2026-11-21T09:00:00+08:00." };
        var to = new Option<DateTimeOffset?>("--to") { Description = "End." };
        var until = new Option<DateOnly?>("--until")
        {
            Description = "Last day on which it holds, 2026-12-31; left out, until it is lifted.",
            CustomParser = r => DateOnly.TryParse(r.Tokens[0].Value, CultureInfo.InvariantCulture, out var day) ? day : Fail(r),
        };
        var (person, reason) = (AskingCommand.Person(), AskingCommand.Reason(required: true));
        return new Command(
            "place",
            """
            Places a hold. At least one of room, session, batch, from and to must be given.

            Example:
              exam-monitor-agent hold place --session 2026-1121-AM --person "Wang Fang" --reason "complaint 17" --config agent.yaml
            """
        )
        {
            room,
            camera,
            session,
            batch,
            from,
            to,
            until,
            person,
            reason,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var r = ask.Result;
                var scope = new HoldScope(
                    Id<RoomId>(r.GetValue(room)),
                    Id<CameraId>(r.GetValue(camera)),
                    r.GetValue(from)?.ToUniversalTime(),
                    r.GetValue(to)?.ToUniversalTime(),
                    Id<ExamSessionId>(r.GetValue(session)),
                    Id<BatchId>(r.GetValue(batch))
                );
                using var body = AgentClient.Json(new HoldRequest(scope, r.GetValue(until)));
                var hold = await ask
                    .Client.PostAsync<FootageHold>(AgentApi.Holds, body, AskingCommand.PersonOf(r, person, reason), cancellationToken)
                    .ConfigureAwait(false);
                await ask.Output.WriteLineAsync($"Hold {hold.Id} is in force.").ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    private static Command Lift()
    {
        var hold = new Argument<string>("hold") { Description = "Id of the hold." };
        var (person, reason) = (AskingCommand.Person(), AskingCommand.Reason(required: true));
        return new Command("lift", "Lifts a hold.") { hold, person, reason }.Asks(
            async (ask, cancellationToken) =>
            {
                var lifted = await ask
                    .Client.PostAsync<FootageHold>(
                        AgentApi.LiftHold(Uri.EscapeDataString(ask.Result.GetValue(hold)!)),
                        null,
                        AskingCommand.PersonOf(ask.Result, person, reason),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await ask.Output.WriteLineAsync($"Hold {lifted.Id} was lifted.").ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "With those that hold no more." };
        var json = AskingCommand.Json();
        return new Command("list", "Holds in force.") { all, json }.Asks(
            async (ask, cancellationToken) =>
            {
                var holds = await ask
                    .Client.GetAsync<IReadOnlyList<FootageHold>>(
                        AgentApi.Holds + (ask.Result.GetValue(all) ? "?all=true" : string.Empty),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                if (ask.Result.GetValue(json))
                    await ask.WriteJsonAsync(holds).ConfigureAwait(false);
                else
                    foreach (var h in holds)
                        await ask
                            .Output.WriteLineAsync(
                                $"{h.Id, -6} {(h.IsInForce ? "in force" : "ended"), -9} {h.PlacedBy}: {h.Reason}  {ScopeText(ask, h.Scope)}{(h.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"  until {until:yyyy-MM-dd}") : string.Empty)}"
                            )
                            .ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    private static string ScopeText(Asking ask, HoldScope s) =>
        string.Join(
            ' ',
            new[]
            {
                $"{s.Room}",
                $"{s.Camera}",
                $"{s.Session}",
                $"{s.Batch}",
                s.From is { } f ? $"from {ask.At(f)}" : "",
                s.To is { } t ? $"to {ask.At(t)}" : "",
            }.Where(p => p.Length > 0)
        );

    private static T? Id<T>(string? text)
        where T : struct, IId<T> =>
        text is null ? null
        : T.TryParse(text, null, out var id) ? id
        : throw new AgentAnswerException($"\"{text}\" is no {T.What} id.");

    private static DateOnly? Fail(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"\"{result.Tokens[0].Value}\" is not a date: write 2026-12-31.");
        return null;
    }
}
