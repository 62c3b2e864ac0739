using System.CommandLine;
using System.Text.Json;
using ExamMonitor.CommandLine.Commands;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.Agent.Hosting;

/// <summary><c>match-pictures</c>: the process that compares pictures, started by <c>run</c>.</summary>
internal static class MatchPicturesCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(PictureMatcher.Command, "Compares pictures: pictures over standard input, how they lie over the first as JSON over standard output. Started by 'run', not by hand.") { Hidden = true };
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var input = Console.OpenStandardInput();
            await using (input.ConfigureAwait(false))
            {
                var output = Console.OpenStandardOutput();
                await using (output.ConfigureAwait(false))
                {
                    await JsonSerializer.SerializeAsync(output, await PictureMatching.ReadAsync(input, cancellationToken).ConfigureAwait(false), ContractJson.Options, cancellationToken).ConfigureAwait(false);
                }
            }

            return ExitCode.Ok;
        }
#pragma warning disable CA1031 // Top of a child process: whatever went wrong, its parent tells the sentence.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
