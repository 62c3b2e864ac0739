using System.CommandLine;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Exams.Schedule.Reading;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>ready</c>: is the room ready for its next session?</summary>
internal static class ReadyCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var room = new Option<string?>("--room") { Description = "Room; left out, all of them." };
        var session = new Option<string?>("--session") { Description = "Session; left out, the one that runs, else the next." };
        var json = AskingCommand.Json();
        return new Command(
            "ready",
            """
            Asks the running agent whether rooms are ready for their next exam session, and says what to do about each No. Ends with 0 when all are, else 1.

            Examples:
              exam-monitor-agent ready --config agent.yaml
              exam-monitor-agent ready --room R7 --session 2026-1121-AM --json | jq '.[].checks[] | select(.ok != true)'
            """
        )
        {
            room,
            session,
            json,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var rooms = ask.Result.GetValue(room) is { } one ? [one] : await RoomsAsync(ask, cancellationToken).ConfigureAwait(false);
                var query = ask.Result.GetValue(session) is { } id ? $"?session={Uri.EscapeDataString(id)}" : string.Empty;
                var answers = new List<RoomReadiness>();
                foreach (var name in rooms)
                {
                    if (!RoomId.TryParse(name, null, out var roomId))
                        throw new AgentAnswerException($"\"{name}\" is no room id.");
                    answers.Add(
                        await ask
                            .Client.PostAsync<RoomReadiness>(AgentApi.RoomReadiness(roomId) + query, null, null, cancellationToken)
                            .ConfigureAwait(false)
                    );
                }

                if (ask.Result.GetValue(json))
                    await ask.WriteJsonAsync(answers).ConfigureAwait(false);
                else
                    foreach (var answer in answers)
                        await WriteAsync(ask, answer).ConfigureAwait(false);
                return answers.TrueForAll(a => a.Ready) ? ExitCode.Ok : ExitCode.Failed;
            }
        );
    }

    /// <summary><c>calibration sign</c>: a person says that a room's map is right.</summary>
    public static Command CreateCalibration()
    {
        var room = new Option<string>("--room") { Description = "Room.", Required = true };
        var person = AskingCommand.Person();
        var reason = AskingCommand.Reason(required: false);
        return new("calibration", "Signatures under station maps.")
        {
            new Command(
                "sign",
                """
                Enters into the ledger that a person looked at the room's map and reference pictures, as they are in force, and found them right.

                Example:
                  exam-monitor-agent calibration sign --room R7 --person "Li Lei" --config agent.yaml
                """
            )
            {
                room,
                person,
                reason,
            }.Asks(
                async (ask, cancellationToken) =>
                {
                    if (!RoomId.TryParse(ask.Result.GetValue(room), null, out var id))
                        throw new AgentAnswerException($"\"{ask.Result.GetValue(room)}\" is no room id.");
                    var entry = await ask
                        .Client.PostAsync<System.Text.Json.Nodes.JsonObject>(
                            AgentApi.SignMap(id),
                            null,
                            AskingCommand.PersonOf(ask.Result, person, reason),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    await ask
                        .Output.WriteLineAsync($"The map of room {id} is signed: entry {entry["entry"]} of the ledger.")
                        .ConfigureAwait(false);
                    return ExitCode.Ok;
                }
            ),
        };
    }

    /// <summary><c>clock vouch</c>: a person says that the clock is right.</summary>
    public static Command CreateClock()
    {
        var person = AskingCommand.Person();
        return new("clock", "The clock by which footage ages.")
        {
            new Command(
                "vouch",
                """
                Says that this machine's clock is right, after a jump that the agent did not believe (problem clock-jump-refused). Look at the clock first: footage ages by it.
                A clock that is ahead by more than a day is trusted when a second person says the same within an hour.

                Example:
                  exam-monitor-agent clock vouch --person "Li Lei" --config agent.yaml
                """
            )
            {
                person,
            }.Asks(
                async (ask, cancellationToken) =>
                {
                    var answer = await ask
                        .Client.PostAsync<System.Text.Json.Nodes.JsonObject>(
                            AgentApi.VouchClock,
                            null,
                            AskingCommand.PersonOf(ask.Result, person),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    var waits = answer["waitsForSecondPerson"]?.GetValue<bool>() == true;
                    await ask
                        .Output.WriteLineAsync(
                            waits
                                ? "The clock is ahead by more than a day. A second person must look at it and run the same command within an hour; it is not trusted before."
                                : "The clock is trusted from now on."
                        )
                        .ConfigureAwait(false);
                    return ExitCode.Ok;
                }
            ),
        };
    }

    private static async Task<IReadOnlyList<string>> RoomsAsync(Asking ask, CancellationToken cancellationToken) =>
        [.. (await ask.Client.GetAsync<IReadOnlyList<string>>(AgentApi.RoomIds, cancellationToken).ConfigureAwait(false))];

    private static async Task WriteAsync(Asking ask, RoomReadiness answer)
    {
        var output = ask.Output;
        var start = answer.SessionStart is { } at ? $"{SiteTime.Format(at, ask.Zone)} ({ask.Zone.Id})" : "an unknown time";
        await output
            .WriteLineAsync(
                $"{answer.Room}: {(answer.Ready ? "READY" : "NOT READY")}{(answer.Session is { } session ? $" for {session} at {start}" : " (no session is scheduled)")}"
            )
            .ConfigureAwait(false);
        foreach (var check in answer.Checks)
        {
            var mark = check.Ok switch
            {
                true => "yes",
                false => "NO",
                null => check.Required ? "NO?" : "?",
            };
            await output
                .WriteLineAsync(
                    $"  {mark, -4} {check.Id, -18} {check.Text.En}{(check.Ok != true && check.Mend is { } mend ? $"\n       → {mend.En}" : string.Empty)}"
                )
                .ConfigureAwait(false);
        }
    }
}
