using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ExamMonitor.Contracts.Draws;

namespace ExamMonitor.Packs.Verification;

/// <summary>Writes a report so that it fits on one screen: what is proved, by whom it could have been forged, what is not proved, what was
/// found.</summary>
public static class PackText
{
    /// <summary>Name of the machine-readable form.</summary>
    public const string SchemaName = "exam-monitor/pack-verification/1";

    private const int MostShown = 20;
    private const int MostUncovered = 3;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(Seen()) };

    /// <summary>Every character as it is, but those that change how others are shown.</summary>
    private static TextEncoderSettings Seen()
    {
        var seen = new TextEncoderSettings(UnicodeRanges.All);
        foreach (
            var (first, last) in new[]
            {
                ('\u00ad', '\u00ad'),
                ('\u061c', '\u061c'),
                ('\u200b', '\u200f'),
                ('\u2028', '\u202e'),
                ('\u2060', '\u206f'),
                ('\ufeff', '\ufeff'),
            }
        )
            seen.ForbidRange(UnicodeRange.Create(first, last));
        return seen;
    }

    /// <summary>For a person, English.</summary>
    public static string ForPeople(PackReport report)
    {
        var text = new StringBuilder();
        // What stands in the pack comes from outside: it makes no line of its own, and nothing of it moves the terminal.
        void Line(FormattableString line) => text.Append(PackNames.Shown(line.ToString(CultureInfo.InvariantCulture))).Append('\n');
        if (report.Facts is { } facts)
        {
            Line($"pack      {facts.Id} of {facts.Origin}, made {facts.MadeAt:yyyy-MM-dd HH:mm:ss} UTC by {facts.MadeBy}: {facts.Reason}");
            foreach (var scope in facts.Scope.Take(3))
                Line(
                    $"          {scope.Session} {scope.Room} {scope.From:yyyy-MM-dd HH:mm:ss} to {scope.To:HH:mm:ss} UTC, cameras {string.Join(' ', scope.Cameras)}"
                );
            if (facts.Scope.Count > 3)
                Line($"          and {facts.Scope.Count - 3} more");
        }

        Section(text, report.Findings.Count == 0 ? "PROVED" : "NOT ALL HOLDS", report.Findings.Count == 0 ? Proved(report) : Found(report));
        Section(text, "WHO COULD HAVE FORGED IT", Forgers(report));
        Section(text, "NOT PROVED", NotProved(report));
        Line(
            $"{(report.Findings.Count == 0 ? "All that can be proved holds." : string.Create(CultureInfo.InvariantCulture, $"{report.Findings.Count} findings."))}"
        );
        return text.ToString();
    }

    /// <summary>What holds.</summary>
    public static IReadOnlyList<string> Proved(PackReport report)
    {
        if (report.Facts is not { } facts || report.Head is not { } head)
            return [];
        var lines = new List<string>
        {
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.ProvedClips} clips ({report.Bytes:N0} bytes read) are bit for bit what the agent recorded."
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"Between the clips of a camera lies nothing but the {facts.Gaps.Count} gaps that are listed with their causes."
            ),
            string.Create(
                CultureInfo.InvariantCulture,
                $"Every other file is what the agent gave out; its entry stands below the head of {head.Size} entries, {head.Time:yyyy-MM-dd HH:mm:ss} UTC."
            ),
        };
        if (report.Draw is { } draw && DrawPlan.TryParse(draw.Plan, out var plan))
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The draw was repeated: {plan.Sample} of {plan.Units}, with the number {draw.Number} and a head of before; {draw.Replacements.Count} replaced with a reason."
                )
            );
        if (facts.Calibrations.Any(c => c.Entry is not null))
            lines.Add("Map and reference pictures are those that a person signed.");
        return lines;
    }

    /// <summary>Who could have written all of it anew, and since when nobody can.</summary>
    public static IReadOnlyList<string> Forgers(PackReport report)
    {
        var lines = new List<string>();
        foreach (var outside in report.Confirmed)
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Up to entry {outside.Size - 1}: nobody, since the head of {outside.Source} left the machine."
                )
            );
        foreach (var witness in report.Witnesses)
            lines.Add($"Up to the head: nobody without this witness as well: {witness}.");
        lines.Add(
            report.IsKeyFromOutside
                ? $"{(lines.Count > 0 ? "After that" : "Without a head from outside (--head, --policy)")}: whoever holds the agent's key {report.KeyId}."
                : $"Anybody: the key {report.KeyId} came with the pack. Get it on another way, and give it with --key."
        );
        return lines;
    }

    /// <summary>What no pack can prove, and what this one does not.</summary>
    public static IReadOnlyList<string> NotProved(PackReport report)
    {
        var lines = new List<string> { "That the cameras saw the truth, and that the agent's clock was right." };
        if (report.Facts?.Missing is { Count: > 0 } missing)
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{missing.Count} clips are not in the pack ({string.Join(", ", missing.GroupBy(m => m.Why, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"))})."
                )
            );
        lines.AddRange(
            report
                .Uncovered.Take(MostUncovered)
                .Select(u =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"What {u.Camera} saw from {u.From:yyyy-MM-dd HH:mm:ss} to {u.To:HH:mm:ss} UTC: no entry of the ledger speaks of it."
                    )
                )
        );
        if (report.Uncovered.Count > MostUncovered)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{report.Uncovered.Count - MostUncovered} more such times."));
        if (report.Facts?.Calibrations.Any(c => c.Entry is null) == true)
            lines.Add("A map that nobody signed as it is now: it is the agent's word.");
        lines.AddRange(
            report.NotCompared.Select(h =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Whether the head of {h.Source} ({h.Size} entries) is of this history: the pack holds no proof between the two; give one with --consistency."
                )
            )
        );
        return lines;
    }

    /// <summary>JSON, <see cref="SchemaName"/>.</summary>
    public static string ForPrograms(PackReport report) =>
        JsonSerializer.Serialize(
            new
            {
                schema = SchemaName,
                pack = report.Facts?.Id,
                holds = report.Findings.Count == 0,
                findings = report.Findings.Select(f => new
                {
                    kind = f.Name,
                    subject = f.Subject,
                    text = f.Text,
                }),
                proved = report.Findings.Count == 0 ? Proved(report) : [],
                forgers = Forgers(report),
                notProved = NotProved(report),
                clips = report.ProvedClips,
                bytes = report.Bytes,
                head = report.Head?.Size,
                key = report.KeyId,
            },
            Indented
        ) + "\n";

    private static List<string> Found(PackReport report)
    {
        var lines = report.Findings.Take(MostShown).Select(f => $"{f.Name}  {f.Subject}: {f.Text}").ToList();
        if (report.Findings.Count > MostShown)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"and {report.Findings.Count - MostShown} more"));
        return lines;
    }

    private static void Section(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        text.Append(title).Append('\n');
        foreach (var line in lines)
            text.Append("  ").Append(PackNames.Shown(line)).Append('\n');
    }
}
