using System.Text;
using System.Text.RegularExpressions;
using ExamMonitor.TestKit;

namespace ExamMonitor.Contracts.Tests.Schemas;

/// <summary>Makes the AsyncAPI 3.0 document from the topics.</summary>
internal static partial class AsyncApiFactory
{
    private static readonly XmlDocs Docs = new();

    public static string Make()
    {
        var text = new StringBuilder();
        text.Append(
            """
            asyncapi: 3.0.0
            info:
              title: Exam Monitor over MQTT
              version: 1.0.0
              description: >-
                What an agent publishes about its rooms. MQTT 5, QoS 1, JSON in UTF-8. Nothing that arrives over MQTT starts, stops or deletes anything.
                Made from the records of ExamMonitor.Contracts; see docs/protocol/mqtt.md.
            defaultContentType: application/json
            servers:
              broker:
                host: localhost:1883
                protocol: mqtt5
                description: The broker that the agent starts by itself, or any MQTT 5 broker.
            channels:

            """
        );
        foreach (var c in TopicContract.All)
            Channel(text, c);
        text.Append("operations:\n");
        foreach (var c in TopicContract.All)
            Operation(text, c);
        text.Append("components:\n  messages:\n");
        foreach (var c in TopicContract.All)
            Message(text, c);
        return text.ToString();
    }

    private static void Channel(StringBuilder text, TopicContract c)
    {
        text.Append(
            $"  {Name(c)}:\n    address: {Topics.Root}/{{site}}/{c.Pattern}\n    messages:\n      {Name(c)}:\n        $ref: '#/components/messages/{Name(c)}'\n    parameters:\n"
        );
        foreach (var id in Ids().Matches("{site}/" + c.Pattern).Select(m => m.Groups["id"].Value))
            text.Append($"      {id}:\n        description: Id of the {id}, 1 to {IdText.MaxLength} of A-Z a-z 0-9 . _ -\n");
    }

    private static void Operation(StringBuilder text, TopicContract c) =>
        text.Append(
            $"  publish{char.ToUpperInvariant(Name(c)[0])}{Name(c)[1..]}:\n    action: send\n    channel:\n      $ref: '#/channels/{Name(c)}'\n    bindings:\n      mqtt:\n        qos: 1\n        retain: {(c.Retained ? "true" : "false")}\n        bindingVersion: 0.2.0\n"
        );

    private static void Message(StringBuilder text, TopicContract c) =>
        text.Append(
            $"    {Name(c)}:\n      name: {c.SchemaName}\n      summary: \"{Docs.OfType(c.PayloadType)!.Replace("\"", "'", StringComparison.Ordinal)}\"\n      contentType: application/json\n      payload:\n        schemaFormat: application/schema+json;version=draft-2020-12\n        schema:\n          $ref: ./schemas/{Path.GetFileName(SchemaValidator.PathOf(c.SchemaName))}\n"
        );

    private static string Name(TopicContract c)
    {
        var name = c.Kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    [GeneratedRegex(@"\{(?<id>\w+)\}", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Ids();
}
