using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>What a command that asks the running agent works with.</summary>
/// <param name="Client">The agent.</param>
/// <param name="Result">Arguments.</param>
/// <param name="Output">Where answers go.</param>
/// <param name="Zone">Time zone of the site: every time that a person reads here is of it, as on the pages.</param>
internal sealed record Asking(AgentClient Client, ParseResult Result, TextWriter Output, TimeZoneInfo Zone)
{
    /// <summary>A time as a person reads it, to the second.</summary>
    public string At(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Says once, above a list, which times stand in it.</summary>
    public Task WriteZoneAsync() => Output.WriteLineAsync($"Times are those of the site ({Zone.Id}).");

    /// <summary>Prints a value as JSON.</summary>
    public Task WriteJsonAsync<T>(T value) => Output.WriteLineAsync(JsonSerializer.Serialize(value, ContractJson.Options));
}

/// <summary>Makes commands that ask the running agent.</summary>
internal static class AskingCommand
{
    /// <summary>The option that names who acts.</summary>
    public static Option<string> Person() => new("--person") { Description = "Who asks for it; stands in the ledger.", Required = true };

    /// <summary>The option that says why.</summary>
    public static Option<string> Reason(bool required) =>
        new("--reason") { Description = "Why; stands in the ledger.", Required = required };

    /// <summary>The option for scripts.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    /// <summary>Lets a command ask the agent of its configuration; what the agent refuses goes to the error stream.</summary>
    public static Command Asks(this Command command, Func<Asking, CancellationToken, Task<int>> act)
    {
        var configuration = AgentCommand.Configuration();
        command.Options.Add(configuration);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                var console = result.InvocationConfiguration;
                var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
                if (
                    !await FindingText
                        .WriteAsync(console.Error, [.. reading.Findings.Where(f => f.Level == Contracts.Maps.FindingLevel.Error)])
                        .ConfigureAwait(false)
                )
                    return ExitCode.BadInput;
                try
                {
                    using var client = AgentClient.Open(reading);
                    return await act(new(client, result, console.Output, SiteZone.Of(reading.Options.TimeZone)), cancellationToken)
                        .ConfigureAwait(false);
                }
                catch (AgentAnswerException e)
                {
                    await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
                    return ExitCode.Failed;
                }
            }
        );
        return command;
    }

    /// <summary>Who acts, as the options say.</summary>
    public static ActingPerson PersonOf(ParseResult result, Option<string> person, Option<string>? reason = null) =>
        new(result.GetValue(person)!, reason is null ? null : result.GetValue(reason));
}
