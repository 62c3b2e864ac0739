using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace ExamMonitor.Contracts.Draws;

/// <summary>One stratum of a plan.</summary>
/// <param name="Name">Name.</param>
/// <param name="Units">Its units, ≥ 1.</param>
/// <param name="Sample">How many are drawn, 0 to <paramref name="Units"/>.</param>
public sealed record DrawStratum(string Name, int Units, int Sample);

/// <summary>What is drawn, fixed before the number is typed. Its text is hashed into the seed.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Strata">In the order of names.</param>
public sealed record DrawPlan(DrawRequest Request, IReadOnlyList<DrawStratum> Strata)
{
    /// <summary>First line of the text.</summary>
    public const string FormatName = "exam-monitor/draw-plan/1";

    /// <summary>Units of all strata.</summary>
    public int Units => Strata.Sum(s => s.Units);

    /// <summary>Sample of all strata.</summary>
    public int Sample => Strata.Sum(s => s.Sample);

    /// <summary>Chance that the sample holds at least one unit that is not in order, if the share that was asked for is; [0, 1].</summary>
    public double Confidence =>
        Units == 0
            ? 0
            : DrawConfidence.Of([.. Strata.Select(s => (s.Units, s.Sample))], DrawConfidence.Faulty(Units, Request.FaultyPercent));

    /// <summary>Plans a draw from a population.</summary>
    public static DrawPlan Of(DrawRequest request, IEnumerable<DrawUnit> population)
    {
        var strata = population
            .GroupBy(u => u.Stratum, StringComparer.Ordinal)
            .Select(g => (Name: g.Key, Units: g.Count()))
            .OrderBy(s => s.Name, DrawText.ByBytes)
            .ToList();
        int[] units = [.. strata.Select(s => s.Units)];
        var sample = request.Sample ?? DrawConfidence.SampleFor(units, request.FaultyPercent, request.ConfidencePercent);
        var shares = DrawAllocation.Of(units, sample);
        return new(request, [.. strata.Select((s, i) => new DrawStratum(s.Name, s.Units, shares[i]))]);
    }

    /// <summary>The text, to the byte.</summary>
    public string Format()
    {
        var text = new StringBuilder(FormatName).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"from {UtcJsonConverter.ToText(Request.From)}\nto {UtcJsonConverter.ToText(Request.To)}\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"by {(Request.By.Count == 0 ? "-" : string.Join(',', Request.By.Order().Select(Word)))}\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"phases {Request.Phases}\nfaulty {Request.FaultyPercent:0.##}\nconfidence {Request.ConfidencePercent:0.##}\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"sample {Request.Sample?.ToString(CultureInfo.InvariantCulture) ?? "-"}\n");
        text.Append(CultureInfo.InvariantCulture, $"room {Request.Room?.Text ?? "-"}\nbatch {Request.Batch?.Text ?? "-"}\n");
        foreach (var stratum in Strata)
            text.Append(CultureInfo.InvariantCulture, $"stratum {stratum.Sample} of {stratum.Units} {stratum.Name}\n");
        return text.ToString();
    }

    /// <summary>Reads a text; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DrawPlan? plan)
    {
        plan = null;
        var lines = text.Split('\n');
        if (lines.Length < 11 || lines[0] != FormatName || lines[^1].Length != 0)
            return false;
        try
        {
            string Value(int line, string name) =>
                lines[line].StartsWith(name + " ", StringComparison.Ordinal)
                    ? lines[line][(name.Length + 1)..]
                    : throw new FormatException(name);
            string? Given(int line, string name) => Value(line, name) is var v && v == "-" ? null : v;
            var request = new DrawRequest(
                Time(Value(1, "from")),
                Time(Value(2, "to")),
                [.. (Given(3, "by")?.Split(',') ?? []).Select(Dimension)],
                double.Parse(Value(5, "faulty"), CultureInfo.InvariantCulture),
                double.Parse(Value(6, "confidence"), CultureInfo.InvariantCulture),
                Given(7, "sample") is { } sample ? Whole(sample) : null,
                Whole(Value(4, "phases")),
                Given(8, "room") is { } room ? RoomId.Parse(room, null) : null,
                Given(9, "batch") is { } batch ? BatchId.Parse(batch, null) : null
            );
            plan = new(request, [.. lines[10..^1].Select(Stratum)]);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }

        if (plan.Format() == text)
            return true;
        plan = null;
        return false;
    }

    /// <summary>What the sample tells, for a person.</summary>
    public LocalText Sentence()
    {
        var (percent, share) = (Math.Floor(Confidence * 10_000) / 100, Request.FaultyPercent);
        var faulty = Units == 0 ? 0 : DrawConfidence.Faulty(Units, share);
        if (Units == 0)
            return new("No session of the period can be drawn.", "该时段没有可抽取的考试场次。");
        if (Sample == Units)
            return new("Everything is drawn: nothing can be missed.", "全部抽取，不会遗漏。");
        return new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Sample} of {Units} are drawn. If {share:0.##} % of them or more ({faulty}) were not in order, this sample would hold at least one of those with {percent:0.##} % confidence."
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"从 {Units} 个中抽取 {Sample} 个。如果其中有 {share:0.##}% 或更多（{faulty} 个）不符合要求，本次抽样至少抽中其中一个的置信度为 {percent:0.##}%。"
            )
        );
    }

    private static string Word(DrawDimension dimension) =>
        dimension switch
        {
            DrawDimension.Project => "project",
            DrawDimension.Batch => "batch",
            DrawDimension.Room => "room",
            DrawDimension.Phase => "phase",
            _ => "station",
        };

    private static DrawDimension Dimension(string word) =>
        Enum.GetValues<DrawDimension>().Where(d => Word(d) == word).Cast<DrawDimension?>().FirstOrDefault()
        ?? throw new FormatException(word);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, UtcJsonConverter.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static int Whole(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static DrawStratum Stratum(string line) =>
        line.Split(' ', 5) is ["stratum", var sample, "of", var units, var name]
            ? new(name, Whole(units), Whole(sample))
            : throw new FormatException(line);
}
