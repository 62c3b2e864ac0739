using System.CommandLine;
using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Coverage.Plates;

namespace ExamMonitor.Agent.Commands;

/// <summary><c>plates</c>: prints the number plates of a room's stations.</summary>
internal static class PlatesCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var map = new Argument<FileInfo>("map") { Description = "Station map (exam-monitor/station-map/1)." };
        var file = new Option<FileInfo>("--out", "-o") { Description = "PDF file to write.", DefaultValueFactory = _ => new FileInfo("plates.pdf") };
        var paper = new Option<PlatePaper>("--paper") { Description = "A4 reads to about 4.6 m, A3 to about 6.7 m at 1080p and 90° across." };
        var command = new Command("plates", """
            Writes a PDF with a number plate for each station of a map: its number, its room, and a tag that a camera reads. Print at 100 %.

            Example:
              exam-monitor-agent plates rooms/r7.json --out plates.pdf --paper A3
            """) { map, file, paper };
        command.SetAction((result, _) => RunAsync(result.GetValue(map)!, result.GetValue(file)!, result.GetValue(paper), result.InvocationConfiguration));
        return command;
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
            if (print.Problem is { } problem) await console.Error.WriteLineAsync(problem.En).ConfigureAwait(false);
            if (print.Pages == 0) return ExitCode.Failed;
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
