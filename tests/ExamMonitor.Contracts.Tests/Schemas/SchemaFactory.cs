using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.Tests.Schemas;

/// <summary>Makes the published schemas from the records and their documentation.</summary>
internal static class SchemaFactory
{
    private static readonly XmlDocs Docs = new();
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = ContractJson.Options.Encoder,
        NewLine = "\n",
    };

    public static IEnumerable<(string Name, Type Type)> Published =>
        TopicContract
            .All.Select(c => (c.SchemaName, c.PayloadType))
            .Distinct()
            .Append((StationMap.SchemaName, typeof(StationMap)))
            .Append((DashboardLink.SchemaName, typeof(DashboardLink)))
            .Append((LawProfile.SchemaName, typeof(LawProfile)));

    public static string Make(string name, Type type)
    {
        var exported = ContractJson
            .Options.GetJsonSchemaAsNode(type, new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform })
            .AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = "urn:" + name.Replace('/', ':'),
            ["title"] = name,
        };
        foreach (var (key, value) in exported.ToList())
        {
            exported.Remove(key);
            schema[key] = value;
        }

        if (schema["properties"]?["schema"] is JsonObject property)
            property["const"] = name;
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var nullable = type != context.TypeInfo.Type || context.PropertyInfo?.IsGetNullable == true;
        var schema = node as JsonObject ?? [];
        foreach (var (key, value) in Special(type))
            schema[key] = value;
        if (nullable && schema["type"] is JsonValue only && only.GetValueKind() == JsonValueKind.String)
            schema["type"] = new JsonArray(only.GetValue<string>(), "null");
        var member = (context.PropertyInfo?.AttributeProvider as MemberInfo)?.Name;
        var text = member is null ? Docs.OfType(type) : Docs.OfProperty(context.PropertyInfo!.DeclaringType, member);
        if (text is null)
            return schema;
        var described = new JsonObject { ["description"] = text };
        foreach (var (key, value) in schema.ToList())
        {
            schema.Remove(key);
            described[key] = value;
        }

        return described;
    }

    /// <summary>Types with a converter of their own, which the exporter cannot see through.</summary>
    private static Dictionary<string, JsonNode> Special(Type type)
    {
        if (type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IId<>)))
            return new() { ["type"] = "string", ["pattern"] = $"^(?!\\.{{1,2}}$)[A-Za-z0-9._-]{{1,{IdText.MaxLength}}}$" };
        if (type == typeof(DateTimeOffset))
            return new()
            {
                ["type"] = "string",
                ["format"] = "date-time",
                ["pattern"] = "Z$",
            };
        if (type == typeof(CalendarPeriod))
            return new() { ["type"] = "string", ["pattern"] = "^P(?!$)([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,4}D)?$" };
        if (type == typeof(SpacePoint))
            return Tuple(3);
        return type == typeof(PlanPoint) || type == typeof(PlanSize) || type == typeof(PixelPoint) ? Tuple(2) : [];
    }

    private static Dictionary<string, JsonNode> Tuple(int count) =>
        new()
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = "number" },
            ["minItems"] = count,
            ["maxItems"] = count,
        };
}
