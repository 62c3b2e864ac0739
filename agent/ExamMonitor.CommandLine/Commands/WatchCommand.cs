using System.CommandLine;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Coverage.Watching;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>watch</c>: the measuring process, started by <c>run</c>.</summary>
internal static class WatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var selfTest = new Option<bool>("--self-test") { Description = "Load the vision library and end: 0 when it works." };
        var command = new Command(
            "watch",
            "The measuring process: pictures over standard input, verdicts over standard output. Started by 'run', not by hand."
        )
        {
            selfTest,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(selfTest), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool selfTest, CancellationToken cancellationToken)
    {
        try
        {
            if (selfTest)
                _ = Picture.FromI420(new byte[160 * 90 * 3 / 2], 160, 90);
            else
                await ServeAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
#pragma warning disable CA1031 // Top of a child process: whatever went wrong, its parent logs the sentence and starts it again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static async Task ServeAsync(CancellationToken cancellationToken)
    {
        var input = Console.OpenStandardInput();
        var output = Console.OpenStandardOutput();
        await using (input.ConfigureAwait(false))
        await using (output.ConfigureAwait(false))
            await WatchServer.RunAsync(input, output, cancellationToken).ConfigureAwait(false);
    }
}
