using System.CommandLine;
using System.Text.Json;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>example</c>: prints a configuration to start from, or its schema.</summary>
internal static class ExampleCommand
{
    private static readonly JsonSerializerOptions Indented = new(ContractJson.Options) { WriteIndented = true };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var schema = new Option<bool>("--schema")
        {
            Description = "Print the JSON Schema of the configuration file instead, for editors that check while one types.",
        };
        var command = new Command(
            "example",
            """
            Prints a configuration to start from.

            Examples:
              exam-monitor-agent example > agent.yaml
              exam-monitor-agent example --schema > agent.schema.json
            """
        )
        {
            schema,
        };
        command.SetAction(
            (result, cancellationToken) =>
                result
                    .InvocationConfiguration.Output.WriteAsync(
                        result.GetValue(schema) ? ConfigurationSchema.Create().ToJsonString(Indented) + "\n" : ConfigurationExample.Text
                    )
                    .WaitAsync(cancellationToken)
        );
        return command;
    }
}
