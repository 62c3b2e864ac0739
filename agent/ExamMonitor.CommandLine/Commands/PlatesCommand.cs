using System.CommandLine;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>
/// <c>plates</c>: prints the number plates of a room's stations; <c>plates check</c> reads them back through the cameras.
/// </summary>
internal static class PlatesCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var map = new Argument<FileInfo>("map") { Description = "Station map (exam-monitor/station-map/1)." };
        var file = new Option<FileInfo>("--out", "-o")
        {
            Description = "PDF file to write.",
            DefaultValueFactory = _ => new FileInfo("plates.pdf"),
        };
        var paper = new Option<PlatePaper>("--paper")
        {
            Description = "A4 reads to about 4.6 m, A3 to about 6.7 m at 1080p and 90° across.",
        };
        var command = new Command(
            "plates",
            """
            Writes a PDF with a number plate for each station of a map: its number, its room, and a tag that a camera reads. Print at 100 %.

            Example:
              exam-monitor-agent plates rooms/r7.json --out plates.pdf --paper A3
            """
        )
        {
            map,
            file,
            paper,
            CreateCheck(),
        };
        command.SetAction(
            (result, _) => RunAsync(result.GetValue(map)!, result.GetValue(file)!, result.GetValue(paper), result.InvocationConfiguration)
        );
        return command;
    }

    private static Command CreateCheck()
    {
        var room = new Option<string?>("--room") { Description = "Room; left out, all of them." };
        var json = AskingCommand.Json();
        return new Command(
            "check",
            """
            Lets the running agent read the number plates of a room now, over several pictures of each camera, and says of each station whether its plate is at its place.
            Ends with 0 when every plate was read at its place, else 1. It takes up to a minute and a half a room.

            Example:
              exam-monitor-agent plates check --room R7 --config agent.yaml
            """
        )
        {
            room,
            json,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var rooms = ask.Result.GetValue(room) is { } one
                    ? [one]
                    : await ask.Client.GetAsync<IReadOnlyList<string>>(AgentApi.RoomIds, cancellationToken).ConfigureAwait(false);
                var answers = new List<RoomPlates>();
                foreach (var name in rooms)
                {
                    if (!RoomId.TryParse(name, null, out var id))
                        throw new AgentAnswerException($"\"{name}\" is no room id.");
                    answers.Add(await CheckAsync(ask.Client, id, cancellationToken).ConfigureAwait(false));
                }

                if (ask.Result.GetValue(json))
                    await ask.WriteJsonAsync(answers).ConfigureAwait(false);
                else
                    foreach (var answer in answers)
                        await WriteAsync(ask.Output, answer).ConfigureAwait(false);
                return answers.TrueForAll(a => a.Stations.All(s => s.Verdict == PlateVerdict.Seen)) ? ExitCode.Ok : ExitCode.Failed;
            }
        );
    }

    private static async Task<RoomPlates> CheckAsync(AgentClient client, RoomId room, CancellationToken cancellationToken)
    {
        var begun = await client.PostAsync<PlateCheckBegun>(AgentApi.RoomPlates(room), null, null, cancellationToken).ConfigureAwait(false);
        var from = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(from) < Patience)
        {
            await Task.Delay(Look, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            if (
                await client.TryGetAsync<RoomPlates>(AgentApi.RoomPlates(room), cancellationToken).ConfigureAwait(false) is { } newest
                && newest.Ts >= begun.At
            )
                return newest;
        }

        throw new AgentAnswerException(
            $"The check of room {room} has given no result within {Patience.TotalMinutes:0} minutes; the agent's log says why."
        );
    }

    private static async Task WriteAsync(TextWriter output, RoomPlates answer)
    {
        await output
            .WriteLineAsync(
                $"{answer.Room}: {answer.Stations.Count(s => s.Verdict == PlateVerdict.Seen)} of {answer.Stations.Count} plates were read at their stations."
            )
            .ConfigureAwait(false);
        foreach (var station in answer.Stations)
        {
            var word = station.Verdict switch
            {
                PlateVerdict.Seen => "yes",
                PlateVerdict.NotSeen => "no ",
                PlateVerdict.WrongPlate => "BAD",
                _ => "?  ",
            };
            var by = station.Camera is { } camera
                ? $" ({camera}, {station.PicturesSeen} of {station.PicturesUsed} pictures)"
                : string.Empty;
            await output.WriteLineAsync($"  {word} {station.Text.En}{by}").ConfigureAwait(false);
        }
    }

    private static async Task<int> RunAsync(FileInfo path, FileInfo file, PlatePaper paper, InvocationConfiguration console)
    {
        var findings = new List<Finding>();
        if (MapFile.Read(path.FullName, findings) is not { } map)
        {
            await FindingText.WriteAsync(console.Error, findings).ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        try
        {
            var print = PlatePrinter.Print(map, file.FullName, paper);
            if (print.Problem is { } problem)
                await console.Error.WriteLineAsync(problem.En).ConfigureAwait(false);
            if (print.Pages == 0)
                return ExitCode.Failed;
            await console.Output.WriteLineAsync($"wrote {print.Pages} plates to {file.FullName}").ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
