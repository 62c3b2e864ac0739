using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using ExamMonitor.Broker;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>broker</c>: the MQTT broker, started by <c>run</c>.</summary>
internal static class BrokerCommand
{
    private const int LongestSettings = 256 * 1024;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "broker",
            "The MQTT broker: its settings come over standard input, and it ends when that ends. Started by 'run', not by hand."
        );
        command.SetAction((_, cancellationToken) => RunAsync(Console.OpenStandardInput(), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        try
        {
            var settings = BrokerSettings.Parse(await ReadLineAsync(input, cancellationToken).ConfigureAwait(false));
            var broker = await EmbeddedBroker.StartAsync(settings, Console.Error.WriteLine, TimeProvider.System).ConfigureAwait(false);
            await using (broker.ConfigureAwait(false))
                await EndOfAsync(input).WaitAsync(cancellationToken).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (SocketException e)
        {
            await Console
                .Error.WriteLineAsync($"The broker cannot listen: {e.Message}. Set broker.port (or broker.listen) to a free one.")
                .ConfigureAwait(false);
            return ExitCode.Failed;
        }
#pragma warning disable CA1031 // Top of a child process: whatever went wrong, its parent logs the sentence and starts it again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static async Task<string> ReadLineAsync(Stream input, CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        await using (line.ConfigureAwait(false))
        {
            var one = new byte[1];
            while (
                await input.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 1
                && one[0] != (byte)'\n'
                && line.Length < LongestSettings
            )
                line.WriteByte(one[0]);
            return Encoding.UTF8.GetString(line.ToArray());
        }
    }

    private static async Task EndOfAsync(Stream input)
    {
        var sink = new byte[256];
        while (await input.ReadAsync(sink).ConfigureAwait(false) > 0)
        {
            // Nothing more is expected.
        }
    }
}
