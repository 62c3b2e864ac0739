using System.CommandLine;
using ExamMonitor.Capture.Children;
using ExamMonitor.CommandLine.Commands;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Agent.Hosting;

/// <summary><c>run</c>: records, measures and tells, until stopped.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var configuration = AgentCommand.Configuration();
        var command = new Command(
            "run",
            """
            Records, measures and tells, until stopped (Ctrl+C, SIGTERM).

            Example:
              exam-monitor-agent run --config agent.yaml

            At the first start it makes, in its folder and for its own account only: the API token, the broker's passwords,
            and dashboard-link.json, which a dashboard on these premises reads.
            """
        )
        {
            configuration,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(result.GetValue(configuration)!, result.InvocationConfiguration.Error, cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(FileInfo configuration, TextWriter errors, CancellationToken cancellationToken)
    {
        var reading = ConfigurationFile.Read(configuration.FullName);
        List<Finding> findings = [.. reading.Findings];
        var folder = AgentFolder.Of(reading);
        var rooms = reading.IsUsable ? RoomSetup.Load(reading, folder, findings) : [];
        if (!await FindingText.WriteAsync(errors, findings).ConfigureAwait(false))
            return ExitCode.BadInput;
        try
        {
            return await AgentHost.RunAsync(reading, rooms, folder, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ChildProcessException or InvalidDataException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
    }
}
