using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Stations;

/// <summary>One row of a CSV file as a station. Pure.</summary>
internal static class StationCsvRow
{
    /// <summary>The station; null, with findings, when the row is none.</summary>
    public static MapStation? Read(
        (int Number, string[] Cells) row,
        Dictionary<string, int> columns,
        double metres,
        double height,
        List<SetUpFinding> findings
    )
    {
        var before = findings.Count;
        var id = Id(row, columns, findings);
        var label = Label(row, columns, findings) ?? id?.Text;
        double? Length(string column, double least, double most, double? otherwise = null)
        {
            if (otherwise is not null && Cell(row.Cells, columns, column).Length == 0)
                return otherwise;
            if (Number(row.Cells, columns, column) is { } number && number * metres >= least && number * metres <= most)
                return number * metres;
            findings.Add(
                StationCsv.Error(
                    $"row {row.Number}, {column}",
                    new(
                        $"\"{Shown(Cell(row.Cells, columns, column))}\" is no length from {N(least)} to {N(most)} m.",
                        $"“{Shown(Cell(row.Cells, columns, column))}”不是 {N(least)} 至 {N(most)} 米的长度。"
                    ),
                    new("Write a number alone, with a point as decimal mark.", "请只写数字，小数点使用英文句点。")
                )
            );
            return null;
        }

        var (x, y) = (Length("x", -1000, 1000), Length("y", -1000, 1000));
        var (width, depth) = (Length("width", 0.05, 20), Length("depth", 0.05, 20));
        var above = Length("height", 0, 50, height);
        var turned = 0.0;
        if (
            Cell(row.Cells, columns, "rotation").TrimEnd('°') is { Length: > 0 } angle
            && (!double.TryParse(angle, NumberStyles.Float, CultureInfo.InvariantCulture, out turned) || turned is < -360 or > 360)
        )
            findings.Add(
                StationCsv.Error(
                    $"row {row.Number}, rotation",
                    new($"\"{Shown(angle)}\" is no angle from −360 to 360 degrees.", $"“{Shown(angle)}”不是 −360 至 360 度的角度。"),
                    new("Write a number alone.", "请只写数字。")
                )
            );
        if (findings.Count > before || id is null)
            return null;
        return new(id.Value, label!, new(R(x!.Value), R(y!.Value)), new(R(width!.Value), R(depth!.Value)), R(above!.Value), turned);
    }

    /// <summary>A cell as a number; null for none.</summary>
    public static double? Number(string[] cells, Dictionary<string, int> columns, string column) =>
        double.TryParse(Cell(cells, columns, column), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static StationId? Id((int Number, string[] Cells) row, Dictionary<string, int> columns, List<SetUpFinding> findings)
    {
        var text = Cell(row.Cells, columns, "id");
        if (StationId.TryParse(text, null, out var id))
            return id;
        findings.Add(
            StationCsv.Error(
                $"row {row.Number}, id",
                new($"\"{Shown(text)}\" is no id of a station.", $"“{Shown(text)}”不是有效的工位编号。"),
                new(
                    "Use 1 to 64 of the characters A-Z a-z 0-9 . _ -; what is written on the plate goes under label.",
                    "请使用 1 至 64 个字符 A-Z a-z 0-9 . _ -；编号牌上的文字写在“标签”列。"
                )
            )
        );
        return null;
    }

    private static string? Label((int Number, string[] Cells) row, Dictionary<string, int> columns, List<SetUpFinding> findings)
    {
        var text = Cell(row.Cells, columns, "label");
        if (text.Length == 0)
            return null;
        if (text.Length <= 200 && !text.Any(char.IsControl) && text[0] is not ('=' or '+' or '-' or '@'))
            return text;
        findings.Add(
            StationCsv.Error(
                $"row {row.Number}, label",
                new(
                    $"\"{Shown(text)}\" is no label: it looks like a formula, or is longer than 200 characters.",
                    $"“{Shown(text)}”不能作为标签：看似公式，或超过 200 个字符。"
                ),
                new("Write what the plate says, such as 12.", "请填写编号牌上的文字，例如 12。")
            )
        );
        return null;
    }

    private static string Cell(string[] cells, Dictionary<string, int> columns, string column) =>
        columns.TryGetValue(column, out var at) && at < cells.Length
            ? cells[at].Normalize(System.Text.NormalizationForm.FormKC).Trim()
            : string.Empty;

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private static double R(double metres) => Math.Round(metres, 4);

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
