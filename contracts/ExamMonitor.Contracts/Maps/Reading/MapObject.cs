using System.Globalization;
using System.Text.Json;

namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Reads the members of one object, and says what is missing, of the wrong kind, out of range or misspelt.</summary>
internal sealed class MapObject
{
    private const int LongestText = 200;
    private readonly Findings _findings;

    private MapObject(JsonPlace place, Findings findings) => (Place, _findings) = (place, findings);

    public JsonPlace Place { get; }

    /// <summary>
    /// The object at a place, which may have the known names; null, with a finding, when there is something else. No place gives null
    /// without a finding.
    /// </summary>
    public static MapObject? Of(JsonPlace? place, Findings findings, params string[] known)
    {
        if (place is null)
            return null;
        if (place.Kind != JsonTokenType.StartObject)
        {
            findings.Error(place, new("An object in { } is expected here.", "此处应为 { } 对象。"), Shape(known));
            return null;
        }

        var result = new MapObject(place, findings);
        result.WarnOfMisspelling(known);
        return result;
    }

    public JsonPlace? Required(string name, LocalText what)
    {
        if (Optional(name) is { } value)
            return value;
        _findings.Error(
            Place,
            new($"\"{name}\" is missing.", $"缺少“{name}”。"),
            new($"Add \"{name}\": {what.En}.", $"请补充“{name}”：{what.Zh}。")
        );
        return null;
    }

    /// <summary>Null when absent or written as null.</summary>
    public JsonPlace? Optional(string name) =>
        Place.Members.TryGetValue(name, out var value) && value.Kind != JsonTokenType.Null ? value : null;

    public string? Text(string name, LocalText what, bool required = true)
    {
        var value = required ? Required(name, what) : Optional(name);
        if (value is null)
            return null;
        if (value.Kind == JsonTokenType.String && value.Text.Length is > 0 and <= LongestText && !value.Text.Any(char.IsControl))
            return value.Text;
        _findings.Error(
            value,
            new(
                $"\"{name}\" must be a text of 1 to {LongestText} characters without control characters.",
                $"“{name}”应为 1 至 {LongestText} 个字符的文本，且不含控制字符。"
            ),
            new($"Write {what.En} in quotes.", $"请用引号写出{what.Zh}。")
        );
        return null;
    }

    public T? Id<T>(string name)
        where T : struct, IId<T>
    {
        var value = Required(name, new($"the id of the {T.What}", "标识"));
        return value is null ? null : IdAt<T>(value, value.Kind == JsonTokenType.String ? value.Text : null);
    }

    public T? IdAt<T>(JsonPlace place, string? text)
        where T : struct, IId<T>
    {
        if (T.TryParse(text, null, out var id))
            return id;
        _findings.Error(
            place,
            new($"This is not a valid {T.What} id.", "此标识无效。"),
            new(
                $"Use 1 to {IdText.MaxLength} of the characters A-Z a-z 0-9 . _ - in quotes.",
                $"请用引号写 1 至 {IdText.MaxLength} 个字符，只能使用 A-Z a-z 0-9 . _ -。"
            )
        );
        return null;
    }

    /// <summary>A number within [<paramref name="least"/>, <paramref name="most"/>]; null, with a finding, when it is another.</summary>
    public double? Number(string name, double least, double most, string unit, bool required = true)
    {
        var value = required
            ? Required(name, new($"a number from {Show(least)} to {Show(most)}{unit}", $"{Show(least)} 至 {Show(most)}{unit} 的数字"))
            : Optional(name);
        if (value is null)
            return null;
        if (value.Kind == JsonTokenType.Number && value.Number >= least && value.Number <= most)
            return value.Number;
        _findings.Error(
            value,
            new(
                $"\"{name}\" must be a number from {Show(least)} to {Show(most)}{unit}.",
                $"“{name}”应为 {Show(least)} 至 {Show(most)}{unit} 的数字。"
            ),
            new("Correct the number; the decimal mark is a point.", "请更正数字；小数点使用英文句点。")
        );
        return null;
    }

    /// <summary>The items of an array; null, with a finding, when there is something else or too much.</summary>
    public IReadOnlyList<JsonPlace>? Items(string name, int least, int most, LocalText what, bool required = true)
    {
        var value = required ? Required(name, what) : Optional(name);
        return value is null ? null : ItemsOf(value, least, most, what, _findings);
    }

    public static IReadOnlyList<JsonPlace>? ItemsOf(JsonPlace value, int least, int most, LocalText what, Findings findings)
    {
        if (value.Kind == JsonTokenType.StartArray && value.Items.Count >= least && value.Items.Count <= most)
            return value.Items;
        findings.Error(
            value,
            value.Kind != JsonTokenType.StartArray
                ? new("A list in [ ] is expected here.", "此处应为 [ ] 列表。")
                : new(
                    $"The list has {value.Items.Count} entries; {least} to {most} are allowed.",
                    $"列表有 {value.Items.Count} 项；允许 {least} 至 {most} 项。"
                ),
            new($"Write {what.En}.", $"请写出{what.Zh}。")
        );
        return null;
    }

    /// <summary>A number for a sentence, the same in every culture.</summary>
    public static string Show(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private static LocalText Shape(string[] known) =>
        new($"It holds {string.Join(", ", known)}.", $"其中包含 {string.Join("、", known)}。");

    /// <summary>
    /// Unknown names are accepted, since a later version may have written them; one that looks like a known and absent name is pointed out.
    /// </summary>
    private void WarnOfMisspelling(string[] known)
    {
        foreach (var (name, value) in Place.Members)
        {
            if (known.Contains(name, StringComparer.Ordinal))
                continue;
            var meant = known.FirstOrDefault(k => !Place.Members.ContainsKey(k) && Spelling.IsNear(name, k));
            if (meant is null)
                continue;
            _findings.Warn(
                value,
                new($"\"{name}\" is not known here and is ignored.", $"此处不识别“{name}”，已忽略。"),
                new($"Did you mean \"{meant}\"?", $"是否应为“{meant}”？")
            );
        }
    }
}
