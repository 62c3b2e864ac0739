using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Plates;

namespace ExamMonitor.SetUp.Stations;

/// <summary>Reads stations from a CSV file that people or their drawing program wrote. Pure; nothing in it is ever evaluated.</summary>
internal static class StationCsv
{
    private const int MostStations = 500;
    private const double DefaultHeight = 0.75;

    private static readonly string[] Needed = ["id", "x", "y", "width", "depth"];

    private static readonly Dictionary<string, string> Heads = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = "id",
        ["编号"] = "id",
        ["工位编号"] = "id",
        ["station"] = "id",
        ["标识"] = "id",
        ["label"] = "label",
        ["标签"] = "label",
        ["名称"] = "label",
        ["工位号"] = "label",
        ["x"] = "x",
        ["横坐标"] = "x",
        ["x坐标"] = "x",
        ["y"] = "y",
        ["纵坐标"] = "y",
        ["y坐标"] = "y",
        ["width"] = "width",
        ["宽"] = "width",
        ["宽度"] = "width",
        ["长"] = "width",
        ["长度"] = "width",
        ["depth"] = "depth",
        ["深"] = "depth",
        ["深度"] = "depth",
        ["height"] = "height",
        ["高"] = "height",
        ["高度"] = "height",
        ["台面高度"] = "height",
        ["离地高度"] = "height",
        ["rotation"] = "rotation",
        ["转角"] = "rotation",
        ["角度"] = "rotation",
        ["旋转"] = "rotation",
        ["rotationdeg"] = "rotation",
    };

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The file as it is.</param>
    /// <param name="unit"><c>m</c>, <c>cm</c> or <c>mm</c>; null to tell from the numbers.</param>
    /// <param name="height">Height of rows that name none, metres; null for 0.75.</param>
    public static StationImport Read(byte[] bytes, string? unit, double? height)
    {
        var (text, encoding) = StationCsvText.Decode(bytes);
        if (text is null)
            return new(
                [],
                [
                    Error(
                        "$",
                        new("The file is neither UTF-8, UTF-16 nor GB18030 text.", "文件不是 UTF-8、UTF-16 或 GB18030 文本。"),
                        new("Save it as CSV from the spreadsheet program.", "请在表格软件中另存为 CSV。")
                    ),
                ],
                null,
                unit ?? "m"
            );
        var rows = StationCsvText.Rows(text, out var broken);
        var findings = new List<SetUpFinding>();
        if (broken is { } line)
            findings.Add(
                Error(
                    $"row {line}",
                    new("The row cannot be taken apart: a quote is not closed.", "该行无法解析：引号未闭合。"),
                    new("Close the quote, or take it out.", "请补全或删除引号。")
                )
            );
        if (rows.Count == 0)
            return new(
                [],
                [
                    .. findings,
                    Error(
                        "$",
                        new("The file has no rows.", "文件没有数据行。"),
                        new("Write one row of heads, then one row a station.", "首行为表头，其后每行一个工位。")
                    ),
                ],
                encoding,
                unit ?? "m"
            );
        var columns = Columns(rows[0].Cells, findings);
        if (columns is null)
            return new([], findings, encoding, unit ?? "m");
        var metres = Unit(rows, columns, unit, findings);
        var stations = new List<MapStation>();
        foreach (var row in rows.Skip(1).Where(r => r.Cells.Any(c => c.Length > 0)))
        {
            if (stations.Count == MostStations)
            {
                findings.Add(
                    Error(
                        $"row {row.Number}",
                        new($"There are more than {MostStations} stations.", $"工位超过 {MostStations} 个。"),
                        new("Take the rest away.", "请删除多余的行。")
                    )
                );
                break;
            }

            if (StationCsvRow.Read(row, columns, metres, height ?? DefaultHeight, findings) is { } station)
                Add(stations, station, row.Number, findings);
        }

        return new(
            stations,
            [.. findings.Take(200)],
            encoding,
            metres switch
            {
                1 => "m",
                0.01 => "cm",
                _ => "mm",
            }
        );
    }

    internal static SetUpFinding Error(string path, LocalText problem, LocalText mend) =>
        new(FindingLevel.Error, "csv", path, problem, mend);

    /// <summary>Places of the columns; null, with findings, when a needed one is missing.</summary>
    private static Dictionary<string, int>? Columns(string[] heads, List<SetUpFinding> findings)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < heads.Length; i++)
        {
            // Heads often name their unit: "x (mm)", "宽（毫米）".
            var name = heads[i].Split('(', '（', '[', '/')[0].Trim();
            if (Heads.TryGetValue(name, out var known))
                columns.TryAdd(known, i);
        }

        foreach (var missing in Needed.Where(c => !columns.ContainsKey(c)))
        {
            findings.Add(
                Error(
                    $"row 1, {missing}",
                    new($"There is no column \"{missing}\".", $"没有“{missing}”列。"),
                    new(
                        $"Head one column {string.Join(", ", Heads.Where(h => h.Value == missing).Select(h => h.Key))}.",
                        $"请将一列的表头写为 {string.Join("、", Heads.Where(h => h.Value == missing).Select(h => h.Key))} 之一。"
                    )
                )
            );
        }

        return findings.Exists(f => f.Path.StartsWith("row 1,", StringComparison.Ordinal)) ? null : columns;
    }

    /// <summary>Metres in one unit of the file.</summary>
    private static double Unit(
        IReadOnlyList<(int Number, string[] Cells)> rows,
        Dictionary<string, int> columns,
        string? asked,
        List<SetUpFinding> findings
    )
    {
        if (asked is not null)
            return asked switch
            {
                "mm" => 0.001,
                "cm" => 0.01,
                _ => 1,
            };
        if ((UnitOf(rows[0].Cells[columns["x"]]) ?? UnitOf(rows[0].Cells[columns["width"]])) is { } written)
            return written;
        double[] widths =
        [
            .. rows.Skip(1)
                .Select(r => StationCsvRow.Number(r.Cells, columns, "width"))
                .OfType<double>()
                .Where(double.IsFinite)
                .Select(Math.Abs),
        ];
        if (widths.Length == 0)
            return 1;
        var middle = widths.Order().ElementAt(widths.Length / 2);

        // A worktop is 0.3 to 3 m wide: 30 to 300 cm, 300 to 3000 mm.
        var (unit, en, zh) = middle switch
        {
            <= 20 => (1.0, string.Empty, string.Empty),
            < 250 => (0.01, "centimetres", "厘米"),
            _ => (0.001, "millimetres", "毫米"),
        };
        if (unit < 1)
        {
            findings.Add(
                new(
                    FindingLevel.Warning,
                    "plan-millimetres",
                    "$",
                    new(
                        $"The numbers look like {en}: worktops are {middle.ToString("0.#", CultureInfo.InvariantCulture)} wide. They were read as {en}.",
                        $"数字看来以{zh}为单位：台面宽 {middle.ToString("0.#", CultureInfo.InvariantCulture)}。已按{zh}读取。"
                    ),
                    new("If that is wrong, choose the unit and import again.", "如有误，请选择单位后重新导入。")
                )
            );
        }

        return unit;
    }

    private static double? UnitOf(string head) =>
        head switch
        {
            _ when head.Contains("mm", StringComparison.OrdinalIgnoreCase) || head.Contains("毫米", StringComparison.Ordinal) => 0.001,
            _ when head.Contains("cm", StringComparison.OrdinalIgnoreCase) || head.Contains("厘米", StringComparison.Ordinal) => 0.01,
            _ when head.Contains("(m)", StringComparison.OrdinalIgnoreCase) || head.Contains('米', StringComparison.Ordinal) => 1,
            _ => null,
        };

    private static void Add(List<MapStation> stations, MapStation station, int row, List<SetUpFinding> findings)
    {
        if (stations.Find(s => string.Equals(s.Id.Text, station.Id.Text, StringComparison.OrdinalIgnoreCase)) is not null)
        {
            findings.Add(
                Error(
                    $"row {row}, id",
                    new($"Station {station.Id} stands in the file twice.", $"工位 {station.Id} 重复。"),
                    new("Give each station an id of its own.", "请为每个工位设置不同的编号。")
                ) with
                {
                    Station = station.Id,
                }
            );
            return;
        }

        if (stations.Find(s => PlateNumbers.NumberOf(s) is { } n && n == PlateNumbers.NumberOf(station)) is { } same)
        {
            findings.Add(
                new(
                    FindingLevel.Warning,
                    "plate-number-twice",
                    $"row {row}, label",
                    new(
                        $"Stations {same.Id} and {station.Id} have the same plate number {PlateNumbers.NumberOf(station)}.",
                        $"工位 {same.Id} 与 {station.Id} 的编号牌号码相同：{PlateNumbers.NumberOf(station)}。"
                    ),
                    new("Change one label: plates of one number cannot be told apart.", "请修改其中一个标签：相同号码的编号牌无法区分。")
                )
                {
                    Station = station.Id,
                }
            );
        }

        stations.Add(station);
    }
}
