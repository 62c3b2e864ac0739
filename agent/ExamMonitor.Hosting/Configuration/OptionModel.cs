using System.Collections.Concurrent;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>One key of an options class: what the binder, the schema and the reference table know of it.</summary>
/// <param name="Name">As written in the file, camel case.</param>
/// <param name="Property">The property.</param>
/// <param name="Description">One sentence for the operator.</param>
/// <param name="Rules">Attributes that its value must obey.</param>
/// <param name="Required">Whether the file must have it: marked so, and without a usable default.</param>
internal sealed record OptionKey(
    string Name,
    PropertyInfo Property,
    string Description,
    IReadOnlyList<ValidationAttribute> Rules,
    bool Required
)
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionKey>> Cache = new();

    /// <summary>The value's type without its nullable wrapper.</summary>
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Type of the items when the key holds a list; else null.</summary>
    public Type? ItemType =>
        Property.PropertyType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? list.GetGenericArguments()[0]
            : null;

    /// <summary>Whether <paramref name="type"/> is a section with keys of its own.</summary>
    public static bool IsSection(Type type) => type.IsClass && type.Namespace == typeof(AgentOptions).Namespace;

    /// <summary>Keys of a section, in the order of declaration.</summary>
    public static IReadOnlyList<OptionKey> Of(Type section) => Cache.GetOrAdd(section, Read);

    private static IReadOnlyList<OptionKey> Read(Type section)
    {
        var defaults = Activator.CreateInstance(section)!;
        return
        [
            .. section
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .OrderBy(p => p.MetadataToken)
                .Select(p => One(p, defaults)),
        ];
    }

    private static OptionKey One(PropertyInfo property, object defaults)
    {
        var rules = property.GetCustomAttributes<ValidationAttribute>().ToArray();
        var required = rules.Any(r => r is RequiredAttribute) && IsEmpty(property.GetValue(defaults));
        var name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
        var description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? string.Empty;
        return new(name, property, description, [.. rules.Where(r => r is not RequiredAttribute)], required);
    }

    private static bool IsEmpty(object? value) =>
        value switch
        {
            null => true,
            string text => text.Length == 0,
            System.Collections.ICollection list => list.Count == 0,
            ValueType simple => simple.Equals(Activator.CreateInstance(simple.GetType())),
            _ => OptionKey.IsSection(value.GetType()) && Of(value.GetType()).Any(k => k.Required),
        };
}
