using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>The JSON Schema of the configuration file, made from the options classes, so that the two cannot differ.</summary>
internal static class ConfigurationSchema
{
    /// <summary>The schema (draft 2020-12); the same text for the same build.</summary>
    public static JsonObject Create()
    {
        var schema = Section(typeof(AgentOptions));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "Exam Monitor agent configuration");
        return schema;
    }

    private static JsonObject Section(Type type)
    {
        var properties = new JsonObject();
        var defaults = Activator.CreateInstance(type)!;
        foreach (var key in OptionKey.Of(type))
            properties[key.Name] = Key(key, defaults);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        var required = OptionKey.Of(type).Where(k => k.Required).Select(k => (JsonNode?)k.Name).ToArray();
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        return schema;
    }

    private static JsonObject Key(OptionKey key, object defaults)
    {
        var schema =
            key.ItemType is { } item
                ? new JsonObject { ["type"] = "array", ["items"] = OptionKey.IsSection(item) ? Section(item) : Value(item) }
            : OptionKey.IsSection(key.Type) ? Section(key.Type)
            : Value(key.Type);
        schema["description"] = key.Description;
        foreach (var rule in key.Rules)
            Apply(rule, schema);
        if (key.Property.GetValue(defaults) is { } value && !key.Required && key.ItemType is null && !OptionKey.IsSection(key.Type))
            schema["default"] = ToNode(value);
        return schema;
    }

    private static JsonObject Value(Type type) =>
        type == typeof(bool) ? new() { ["type"] = "boolean" }
        : type == typeof(int) || type == typeof(long) ? new() { ["type"] = "integer" }
        : type == typeof(string) ? new() { ["type"] = "string" }
        : new() { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9._-]{1,64}$" };

    private static void Apply(ValidationAttribute rule, JsonObject schema)
    {
        switch (rule)
        {
            case RangeAttribute range:
                schema["minimum"] = ToNode(range.Minimum);
                schema["maximum"] = ToNode(range.Maximum);
                break;
            case AllowedValuesAttribute allowed:
                schema["enum"] = new JsonArray([.. allowed.Values.Select(v => ToNode(v!))]);
                break;
            case MinLengthAttribute least:
                schema["minItems"] = least.Length;
                break;
            case MaxLengthAttribute most:
                schema["maxItems"] = most.Length;
                break;
            case RegularExpressionAttribute pattern:
                schema["pattern"] = pattern.Pattern;
                break;
            default:
                throw new System.Diagnostics.UnreachableException(rule.GetType().Name);
        }
    }

    private static JsonNode? ToNode(object value) =>
        value switch
        {
            bool flag => flag,
            int number => number,
            long number => number,
            double number => (long)number,
            string text => text,
            _ => value.ToString(),
        };
}
