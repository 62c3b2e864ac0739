using System.Text.Json.Nodes;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Configuration;

public sealed class ConfigurationSchemaTests
{
    [Fact]
    public void Create_DeployedCopy_IsTheSame()
    {
        var deployed = JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "agent.schema.json")));
        Assert.True(
            JsonNode.DeepEquals(ConfigurationSchema.Create(), deployed),
            "Run: exam-monitor-agent example --schema > deploy/agent.schema.json"
        );
        Assert.Equal(ConfigurationExample.Text, File.ReadAllText(Repository.PathOf("deploy", "agent.example.yaml")));
    }

    [Fact]
    public void Create_EverySection_DescribesEachKeyAndRefusesOthers()
    {
        Check(ConfigurationSchema.Create(), "$");

        static void Check(JsonNode schema, string path)
        {
            if (schema["properties"] is not JsonObject properties)
                return;
            Assert.False(schema["additionalProperties"]!.GetValue<bool>(), path);
            foreach (var (name, value) in properties)
            {
                Assert.False(string.IsNullOrWhiteSpace(value!["description"]?.GetValue<string>()), $"{path}.{name}");
                Check(value["items"] ?? value, $"{path}.{name}");
            }
        }
    }

    [Fact]
    public void Operations_Reference_NamesEveryKey()
    {
        var text = File.ReadAllText(Repository.PathOf("docs", "operations.md"));
        Each(typeof(AgentOptions), string.Empty);

        void Each(Type section, string path)
        {
            foreach (var key in OptionKey.Of(section))
            {
                var nested =
                    key.ItemType is { } item && OptionKey.IsSection(item) ? item
                    : OptionKey.IsSection(key.Type) ? key.Type
                    : null;
                var at = path + key.Name + (key.ItemType is not null && nested is not null ? "[]" : string.Empty);
                if (nested is not null)
                    Each(nested, at + ".");
                else
                    Assert.Contains($"`{at}`", text, StringComparison.Ordinal);
            }
        }
    }
}
