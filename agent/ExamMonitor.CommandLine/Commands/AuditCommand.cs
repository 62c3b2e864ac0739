using System.CommandLine;
using ExamMonitor.Capture.Children;
using ExamMonitor.CommandLine.Auditing;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>audit</c>: the same verdicts over recorded files.</summary>
internal static class AuditCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var map = new Option<FileInfo>("--map") { Description = "Station map of the room.", Required = true };
        var video = new Option<string[]>("--video")
        {
            Description = "CAMERA=FILE: recorded footage of a camera; once per camera.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var reference = new Option<string[]>("--reference")
        {
            Description = "CAMERA=FILE: commissioned picture; left out, the one that the map names.",
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<FileInfo>("--out", "-o")
        {
            Description = "File for the verdicts, one JSON object per line.",
            Required = true,
        };
        var html = new Option<FileInfo?>("--html")
        {
            Description =
                "File for a page that a person reads: timelines, tables, and a pair of pictures for each problem; in one file, without scripts.",
        };
        var ffmpeg = new Option<string?>("--ffmpeg") { Description = "Path of ffmpeg; left out, it is looked for." };
        var command = new Command(
            "audit",
            """
            Gives the verdicts of the live measurement over recorded files, at full speed: one line per second of media time and camera.

            Examples:
              exam-monitor-agent audit --map room.json --video C1=clip.mp4 --out verdicts.jsonl
              exam-monitor-agent audit --map room.json --video C1=a.mp4 --video C2=b.mp4 --reference C1=empty-room.png --out verdicts.jsonl --html report.html
              jq -c 'select(.health != ["ok"]) | [.t, .camera, .health]' verdicts.jsonl
            """
        )
        {
            map,
            video,
            reference,
            output,
            html,
            ffmpeg,
        };
        command.SetAction(
            (r, cancellationToken) =>
                RunAsync(
                    new(
                        r.GetValue(map)!.FullName,
                        r.GetValue(video)!,
                        r.GetValue(reference) ?? [],
                        r.GetValue(output)!.FullName,
                        r.GetValue(ffmpeg),
                        r.GetValue(html)?.FullName
                    ),
                    r.InvocationConfiguration,
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(AuditRequest request, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var job = MapFile.Read(request.MapPath, findings) is { } map ? AuditJob.Plan(request, map, findings) : null;
        await FindingText.WriteAsync(console.Error, findings).ConfigureAwait(false);
        if (job is null || findings.Any(f => f.Level == FindingLevel.Error))
            return ExitCode.BadInput;
        try
        {
            await job.RunAsync(console.Output, console.Error, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or ChildProcessException or VisionException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
