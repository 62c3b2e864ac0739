using System.CommandLine;
using ExamMonitor.Coverage.Drawing;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>map</c>: checks a station map and draws it.</summary>
internal static class MapCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var map = new Argument<FileInfo>("map") { Description = "Station map (exam-monitor/station-map/1)." };
        var folder = new Option<DirectoryInfo>("--out", "-o")
        {
            Description = "Folder for the drawings.",
            DefaultValueFactory = _ => new DirectoryInfo("map-report"),
        };
        var command = new Command(
            "map",
            """
            Checks a station map and draws it, so that a wrong number is seen as a wrong line: each camera's picture with its stations and
            calibration points, the plan with what each camera sees, and a table. Ends with 1 when a station or a calibration does not pass.

            Example:
              exam-monitor-agent map rooms/r7.json --out report
            """
        )
        {
            map,
            folder,
        };
        command.SetAction((result, _) => RunAsync(result.GetValue(map)!, result.GetValue(folder)!, result.InvocationConfiguration));
        return command;
    }

    private static async Task<int> RunAsync(FileInfo path, DirectoryInfo folder, InvocationConfiguration console)
    {
        var findings = new List<Finding>();
        if (MapFile.Read(path.FullName, findings) is not { } map)
        {
            await FindingText.WriteAsync(console.Error, findings).ConfigureAwait(false);
            return ExitCode.BadInput;
        }

        try
        {
            var report = MapReport.Write(map, path.DirectoryName!, folder.FullName);
            foreach (var line in report.Lines)
                await console.Output.WriteLineAsync(line).ConfigureAwait(false);
            foreach (var file in report.Files)
                await console.Output.WriteLineAsync($"wrote {file}").ConfigureAwait(false);
            return report.AllPass ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VisionException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
