using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using ExamMonitor.Contracts.Maps;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>Turns a YAML tree into an options object and reports every key that is unknown, missing or wrong, each with its line.</summary>
/// <param name="file">File name for the findings.</param>
internal sealed class YamlBinder(string file)
{
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <summary>What was found, in the order of the file.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Line of each key that the file has, by path.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>Binds a section; members that cannot be bound keep their defaults and leave a finding.</summary>
    public object Section(Type type, YamlNode node, string path)
    {
        var section = Activator.CreateInstance(type)!;
        if (node is not YamlMappingNode mapping)
        {
            if (!IsNull(node))
                Wrong(node, path, "must be a section with keys of its own.", $"Known keys: {KnownKeys(type)}.");
            return section;
        }

        var keys = OptionKey.Of(type);
        foreach (var (keyNode, value) in mapping.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? string.Empty;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            _lines[at] = LineOf(keyNode);
            if (keys.FirstOrDefault(k => string.Equals(k.Name, name, StringComparison.Ordinal)) is { } key)
                Bind(section, key, value, at);
            else
                Unknown(type, keyNode, name, at);
        }

        foreach (var missing in keys.Where(k => k.Required && !mapping.Children.ContainsKey(new YamlScalarNode(k.Name))))
            Wrong(mapping, path.Length == 0 ? missing.Name : $"{path}.{missing.Name}", "is missing.", missing.Description);
        return section;
    }

    private void Unknown(Type type, YamlNode at, string name, string path)
    {
        if (string.Equals(name, "password", StringComparison.OrdinalIgnoreCase))
        {
            Wrong(
                at,
                path,
                "does not belong into this file, which others may read.",
                "Write the password into a file of mode 0600 and name it with 'passwordFile', or use 'passwordEnvironment'."
            );
            return;
        }

        var near = NearestName.Of(name, OptionKey.Of(type).Select(k => k.Name));
        Wrong(at, path, "is not a known key.", near is null ? $"Known keys: {KnownKeys(type)}." : $"Did you mean '{near}'?");
    }

    private void Bind(object section, OptionKey key, YamlNode node, string path)
    {
        if (IsNull(node))
            return;
        var value =
            key.ItemType is { } item ? List(item, node, path)
            : OptionKey.IsSection(key.Type) ? Section(key.Type, node, path)
            : Scalar(key.Type, node, path);
        if (value is null)
            return;
        foreach (var rule in key.Rules.Where(r => !r.IsValid(value)))
            Wrong(node, path, Sentence(rule, value), null);
        key.Property.SetValue(section, value);
    }

    private object? List(Type item, YamlNode node, string path)
    {
        if (node is not YamlSequenceNode sequence)
        {
            Wrong(node, path, "must be a list.", "Write each item on its own line after a dash.");
            return null;
        }

        var list = (System.Collections.IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        for (var i = 0; i < sequence.Children.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            _lines[at] = LineOf(sequence.Children[i]);
            var value = OptionKey.IsSection(item) ? Section(item, sequence.Children[i], at) : Scalar(item, sequence.Children[i], at);
            if (value is not null)
                list.Add(value);
        }

        return list;
    }

    private object? Scalar(Type type, YamlNode node, string path)
    {
        if (node is not YamlScalarNode { Value: { } text } scalar)
        {
            Wrong(node, path, "must be a single value.", null);
            return null;
        }

        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return scalar.Style == ScalarStyle.Plain && bool.TryParse(text, out var flag)
                ? flag
                : Wrong(node, path, $"\"{Shorten(text)}\" is neither true nor false.", null);
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var small)
                ? small
                : Wrong(node, path, $"\"{Shorten(text)}\" is not a whole number.", null);
        if (type == typeof(long))
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var large)
                ? large
                : Wrong(node, path, $"\"{Shorten(text)}\" is not a whole number.", null);
        return Id(type, text, node, path);
    }

    private object? Id(Type type, string text, YamlNode node, string path)
    {
        var parse =
            type.GetMethod("Of", BindingFlags.Public | BindingFlags.Static)
            ?? throw new System.Diagnostics.UnreachableException(type.FullName);
        try
        {
            return parse.Invoke(null, [text]);
        }
        catch (TargetInvocationException e) when (e.InnerException is FormatException format)
        {
            return Wrong(node, path, $"{format.Message}.", null);
        }
    }

    private object? Wrong(YamlNode at, string path, string text, string? mend)
    {
        _findings.Add(new(FindingLevel.Error, file, LineOf(at), path, text, mend));
        return null;
    }

    private static string Sentence(ValidationAttribute rule, object value) =>
        rule switch
        {
            RangeAttribute r => string.Create(CultureInfo.InvariantCulture, $"{value} is out of range: {r.Minimum} to {r.Maximum}."),
            AllowedValuesAttribute a => $"\"{Shorten($"{value}")}\" is not one of: {string.Join(", ", a.Values)}.",
            MinLengthAttribute m => string.Create(CultureInfo.InvariantCulture, $"needs at least {m.Length}."),
            MaxLengthAttribute m => string.Create(CultureInfo.InvariantCulture, $"takes at most {m.Length}."),
            RegularExpressionAttribute =>
                $"\"{Shorten($"{value}")}\" is not of the form address:port, such as 127.0.0.1:8430 or [::1]:8430.",
            _ => $"\"{Shorten($"{value}")}\" is not valid.",
        };

    private static string KnownKeys(Type type) => string.Join(", ", OptionKey.Of(type).Select(k => k.Name));

    private static int LineOf(YamlNode node) => (int)Math.Clamp(node.Start.Line, 1, int.MaxValue);

    private static string Shorten(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
