using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Schemas;

/// <summary>
/// After a deliberate change of a record run these tests once with the environment variable <c>EXAM_MONITOR_UPDATE_CONTRACTS=1</c>, and
/// read the difference.
/// </summary>
public sealed class SchemaTests
{
    private static readonly string Golden = Repository.PathOf("contracts", "golden", "v1");

    public static TheoryData<string> Names => [.. SchemaFactory.Published.Select(p => p.Name)];

    public static TheoryData<string> Goldens =>
        [.. Directory.GetFiles(Golden, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Schema_Committed_IsTheOneOfTheRecord(string name)
    {
        var made = SchemaFactory.Make(name, TypeOf(name));
        Committed.Check(SchemaValidator.PathOf(name), made);
    }

    [Fact]
    public void Schemas_Folder_HoldsNothingElse() =>
        Assert.Equal(
            SchemaFactory.Published.Select(p => SchemaValidator.PathOf(p.Name)).Order(StringComparer.Ordinal),
            Directory.GetFiles(Repository.PathOf("contracts", "schemas")).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void AsyncApi_Committed_IsTheOneOfTheTopics() =>
        Committed.Check(Repository.PathOf("contracts", "asyncapi.yaml"), AsyncApiFactory.Make());

    /// <summary>
    /// A member that a later minor version adds is null when an older payload is read, so that null members are left out of the comparison.
    /// </summary>
    [Theory]
    [MemberData(nameof(Goldens))]
    public void Golden_ReadAndWritten_IsTheSame(string file)
    {
        var text = File.ReadAllText(Path.Combine(Golden, file));
        var value = JsonSerializer.Deserialize(text, TypeOf(NameOf(file)), ContractJson.Options);
        Assert.Equal(WithoutNulls(text), WithoutNulls(JsonSerializer.Serialize(value, value!.GetType(), ContractJson.Options)));
    }

    [Fact]
    public void Goldens_EverySchema_HasAtLeastOne() =>
        Assert.Empty(SchemaFactory.Published.Select(p => p.Name).Except(Goldens.Select(g => NameOf(g.Data)), StringComparer.Ordinal));

    [Fact]
    public async Task Goldens_IndependentValidator_AcceptsThem()
    {
        var cases = Goldens.Select(g => (g.Data, NameOf(g.Data), File.ReadAllText(Path.Combine(Golden, g.Data))));
        Assert.Empty(await SchemaValidator.CheckAsync(cases));
    }

    [Fact]
    public void Golden_StationMap_HasNoFinding() =>
        Assert.Empty(Maps.StationMapFile.Load(Path.Combine(Golden, "station-map.json")).Findings);

    [Fact]
    public async Task Validator_UnknownFieldsAreAcceptedAndWrongOnesAreNot()
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Golden, "room-status.json")))!.AsObject();
        json["fieldOfALaterVersion"] = true;
        Assert.Empty(await SchemaValidator.CheckAsync([("later", "exam-monitor/room-status/1", json.ToJsonString())]));
        json["room"] = "..";
        json["seq"] = "7";
        json["ts"] = "yesterday";
        json.Remove("stations");
        var problems = await SchemaValidator.CheckAsync([("bad", "exam-monitor/room-status/1", json.ToJsonString())]);
        foreach (var part in new[] { "$.room", "$.seq", "$.ts", "'stations' is a required property" })
            Assert.Contains(problems, p => p.Contains(part, StringComparison.Ordinal));
    }

    private static string WithoutNulls(string json)
    {
        static void Prune(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                foreach (var item in array)
                    Prune(item);
            }
            else if (node is JsonObject members)
            {
                foreach (var (name, value) in members.ToList())
                {
                    if (value is null)
                        members.Remove(name);
                    else
                        Prune(value);
                }
            }
        }

        var root = JsonNode.Parse(json)!;
        Prune(root);
        return root.ToJsonString();
    }

    private static Type TypeOf(string name) => SchemaFactory.Published.Single(p => p.Name == name).Type;

    /// <summary>
    /// A golden file is called after its schema, with an optional word for the case: <c>room-status.json</c>,
    /// <c>room-status.empty.json</c>.
    /// </summary>
    private static string NameOf(string file) => $"exam-monitor/{file.Split('.')[0]}/1";
}
