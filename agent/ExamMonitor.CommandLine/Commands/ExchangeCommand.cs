using System.CommandLine;
using System.Text.Json;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>
/// A hidden command for a child process of <c>run</c>: what is asked comes over standard input, the answer goes as JSON over standard
/// output.
/// </summary>
internal static class ExchangeCommand
{
    /// <summary>The command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="answer">Reads the question and answers it. An exception is told in one sentence over standard error.</param>
    public static Command Create<T>(string name, string description, Func<Stream, CancellationToken, Task<T>> answer)
    {
        var command = new Command(name, description) { Hidden = true };
        command.SetAction((_, cancellationToken) => RunAsync(answer, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync<T>(Func<Stream, CancellationToken, Task<T>> answer, CancellationToken cancellationToken)
    {
        try
        {
            var input = Console.OpenStandardInput();
            await using (input.ConfigureAwait(false))
            {
                var output = Console.OpenStandardOutput();
                await using (output.ConfigureAwait(false))
                {
                    await JsonSerializer
                        .SerializeAsync(
                            output,
                            await answer(input, cancellationToken).ConfigureAwait(false),
                            ContractJson.Options,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
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
