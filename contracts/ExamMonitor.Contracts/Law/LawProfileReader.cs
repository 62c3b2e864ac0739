using System.Text.Json;
using ExamMonitor.Contracts.Maps.Reading;

namespace ExamMonitor.Contracts.Law;

/// <summary>Turns a profile's JSON into records. A window that cannot be used becomes null: keep for ever.</summary>
internal sealed class LawProfileReader(Findings findings)
{
    private const int MostRules = 100;
    private const int MostDuties = 20;
    private const int LongestText = 2000;
    private static readonly LocalText KeepsForEver = new(
        "Until then this rule keeps footage for ever.",
        "在更正之前，本条规则将永久保存录像。"
    );

    public LawProfile? Read(JsonPlace root)
    {
        if (MapObject.Of(root, findings, "schema", "id", "version", "title", "rules") is not { } profile)
            return null;
        RefuseUnknown(root, "$schema", "schema", "id", "version", "title", "rules");
        var schema = Text(profile, "schema", new($"the text \"{LawProfile.SchemaName}\"", $"文本“{LawProfile.SchemaName}”"));
        if (schema is not null && schema != LawProfile.SchemaName)
        {
            findings.Error(
                root,
                new($"This is \"{schema}\", not a law profile of version 1.", $"此文件为“{schema}”，不是第 1 版法规配置。"),
                new($"Write \"schema\": \"{LawProfile.SchemaName}\".", $"请写 \"schema\": \"{LawProfile.SchemaName}\"。")
            );
            return null;
        }

        var id = Id(profile);
        var version = profile.Number("version", 1, int.MaxValue, "");
        var title = Title(profile);
        var places = profile.Items("rules", 1, MostRules, new("the list of duties", "规则列表"));
        if (schema is null || id is null || version is null || title is null || places is null)
            return null;
        if (version != Math.Floor(version.Value))
            Wrong(root.Members["version"], new("\"version\" must be a whole number.", "“version”应为整数。"));
        var rules = new List<LawRule>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var place in places)
        {
            // A rule that cannot be read stands for a duty that nobody knows: the profile as a whole then keeps for ever.
            if (Rule(place) is not { } rule)
                return null;
            if (!seen.Add(rule.Id))
                findings.Error(
                    place,
                    new($"The rule id {rule.Id} is used twice.", $"规则标识 {rule.Id} 重复。"),
                    new("Give each rule an id of its own.", "请为每条规则设置不同的标识。")
                );
            rules.Add(rule);
        }

        return new(schema, id, (int)version.Value, title, rules);
    }

    private LawRule? Rule(JsonPlace place)
    {
        if (MapObject.Of(place, findings, "id", "duties", "document", "clause", "text", "footageClass", "window", "start") is not { } rule)
            return null;
        RefuseUnknown(place, "id", "duties", "document", "clause", "text", "footageClass", "window", "start");
        var id = Id(rule);
        var duties = rule.Items("duties", 1, MostDuties, new("ids of the duties, such as [\"RET-1\"]", "条款编号，例如 [\"RET-1\"]"));
        var document = Text(rule, "document", new("the regulation's name and number", "法规名称及文号"));
        var clause = Text(rule, "clause", new("the place in the regulation", "条款位置"));
        var text = Text(rule, "text", new("the regulation's own words", "法规原文"));
        var footage = Word<FootageClass>(rule, "footageClass");
        var start = Word<WindowStart>(rule, "start");
        var window = Window(rule);
        if (id is null || duties is null || document is null || clause is null || text is null || footage is null || start is null)
            return null;
        return new(
            id,
            [.. duties.Where(d => d.Kind == JsonTokenType.String).Select(d => d.Text)],
            document,
            clause,
            text,
            footage.Value,
            window,
            start.Value
        );
    }

    /// <summary>Null, with a finding, for everything but a length above zero.</summary>
    private CalendarPeriod? Window(MapObject rule)
    {
        var value = rule.Optional("window");
        if (value is { Kind: JsonTokenType.String } && CalendarPeriod.TryParse(value.Text, out var window) && !window.IsZero)
            return window;
        var problem =
            value is null ? new LocalText("\"window\" is missing.", "缺少“window”。")
            : value.Kind == JsonTokenType.String && CalendarPeriod.TryParse(value.Text, out _)
                ? new("\"window\" has no length.", "“window”的长度为零。")
            : new LocalText(
                "\"window\" is no ISO 8601 duration in years, months, weeks or days.",
                "“window”不是以年、月、周或日表示的 ISO 8601 时长。"
            );
        findings.Error(
            value ?? rule.Place,
            problem,
            new(
                $"Write for example \"P5Y\", \"P6M\" or \"P180D\". {KeepsForEver.En}",
                $"请写例如 \"P5Y\"、\"P6M\" 或 \"P180D\"。{KeepsForEver.Zh}"
            )
        );
        return null;
    }

    private string? Id(MapObject owner)
    {
        if (owner.Required("id", new("its id", "其标识")) is not { } value)
            return null;
        if (value.Kind == JsonTokenType.String && IdText.IsValid(value.Text))
            return value.Text;
        Wrong(value, new("This is not a valid id.", "此标识无效。"));
        return null;
    }

    private LocalText? Title(MapObject profile)
    {
        if (
            MapObject.Of(
                profile.Required("title", new("its name as {\"en\": …, \"zh\": …}", "名称 {\"en\": …, \"zh\": …}")),
                findings,
                "en",
                "zh"
            )
            is not { } title
        )
            return null;
        var en = Text(title, "en", new("its English name", "英文名称"));
        var zh = Text(title, "zh", new("its Chinese name", "中文名称"));
        return en is null || zh is null ? null : new(en, zh);
    }

    private string? Text(MapObject owner, string name, LocalText what)
    {
        if (owner.Required(name, what) is not { } value)
            return null;
        if (value.Kind == JsonTokenType.String && value.Text.Length is > 0 and <= LongestText && !value.Text.Any(char.IsControl))
            return value.Text;
        findings.Error(
            value,
            new(
                $"\"{name}\" must be a text of 1 to {LongestText} characters without control characters.",
                $"“{name}”应为 1 至 {LongestText} 个字符的文本，且不含控制字符。"
            ),
            new($"Write {what.En} in quotes.", $"请用引号写出{what.Zh}。")
        );
        return null;
    }

    private T? Word<T>(MapObject owner, string name)
        where T : struct, Enum
    {
        var words = string.Join(", ", Enum.GetNames<T>().Select(n => JsonNamingPolicy.KebabCaseLower.ConvertName(n)));
        if (owner.Required(name, new($"one of {words}", $"{words} 之一")) is not { } value)
            return null;
        foreach (var one in Enum.GetValues<T>())
        {
            if (value.Kind == JsonTokenType.String && value.Text == JsonNamingPolicy.KebabCaseLower.ConvertName(one.ToString()))
                return one;
        }

        findings.Error(
            value,
            new($"\"{name}\" is not one of {words}.", $"“{name}”应为以下之一：{words}。"),
            new("Write one of these words.", "请使用上述词语之一。")
        );
        return null;
    }

    private void RefuseUnknown(JsonPlace place, params string[] known)
    {
        foreach (var (name, value) in place.Members.Where(m => !known.Contains(m.Key, StringComparer.Ordinal)))
        {
            var meant = known.FirstOrDefault(k => Spelling.IsNear(name, k));
            findings.Error(
                value,
                new($"\"{(name.Length <= 40 ? name : name[..40] + "…")}\" is not known here.", "此处不识别该名称。"),
                meant is null ? new("Remove it.", "请删除。") : new($"Did you mean \"{meant}\"?", $"是否应为“{meant}”？")
            );
        }
    }

    private void Wrong(JsonPlace place, LocalText problem) =>
        findings.Error(
            place,
            problem,
            new(
                $"Use 1 to {IdText.MaxLength} of the characters A-Z a-z 0-9 . _ - for ids, whole numbers for versions.",
                $"标识请用 1 至 {IdText.MaxLength} 个字符（A-Z a-z 0-9 . _ -），版本请用整数。"
            )
        );
}
