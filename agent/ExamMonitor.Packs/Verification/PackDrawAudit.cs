using System.Security.Cryptography;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>Repeats the draw, and compares it with what the ledger holds of it.</summary>
internal sealed class PackDrawAudit(PackReading reading, PackReport report)
{
    public const string RecordPath = "draw/draw.json";
    public const string PopulationPath = "draw/population.jsonl";

    /// <summary>Reads the record; there need not be one.</summary>
    public void Read()
    {
        if (!reading.Source.Files.ContainsKey(RecordPath))
            return;
        report.Draw = reading.Json<DrawRecord>(RecordPath);
        if (report.Draw is null)
            report.Add(PackFindingKind.DrawChanged, RecordPath, "The record of the draw cannot be read.");
    }

    public void Run(ECDsa? key)
    {
        if (report.Draw is not { } record)
            return;
        if (DrawRepeat.Check(record, reading.Bytes(PopulationPath) ?? []) is { } finding)
            Tell(finding);
        if (
            !Fits(
                record.OpenedEntry,
                DrawRecord.OpenedKind,
                ("draw", record.Id),
                ("population", record.Population),
                ("plan", DrawText.HashOf(record.Plan)),
                ("secret", record.SecretHash)
            )
        )
            report.Add(
                PackFindingKind.DrawNotRepeated,
                RecordPath,
                "The ledger holds another opening of the draw than the record: population, plan or secret were not those that were fixed before."
            );
        if (
            record.DrawnEntry is not { } drawn
            || drawn <= record.OpenedEntry
            || !Fits(
                drawn,
                DrawRecord.DrawnKind,
                ("draw", record.Id),
                ("number", record.Number),
                ("secret", record.Secret),
                ("seed", record.Seed),
                ("sample", record.SampleHash())
            )
        )
            report.Add(PackFindingKind.DrawNotRepeated, RecordPath, "The ledger holds another result of the draw than the record.");
        foreach (var made in record.Replacements)
            if (
                !Fits(
                    made.Entry,
                    DrawRecord.ReplacedKind,
                    ("draw", record.Id),
                    ("unit", made.Unit),
                    ("by", made.By.Unit),
                    ("person", made.Person),
                    ("reason", made.Reason)
                )
            )
                report.Add(PackFindingKind.ReplacementUnfounded, made.Unit, "The ledger does not hold this replacement with this reason.");
        if (
            key is not null
            && SignedNote.TryParse(record.Head, out var note)
            && Checkpoint.TryParse(note.Text, out var head)
            && !note.IsSignedBy(head.Origin, key)
        )
            report.Add(PackFindingKind.DrawNotRepeated, RecordPath, "The head before the draw is not signed by the key.");
    }

    private bool Fits(long number, string kind, params (string Fact, string? Value)[] wanted) =>
        reading.TryEntry(number, out _, out var entry)
        && entry is { Facts: { } facts }
        && entry.Kind == kind
        && wanted.All(w => w.Value is not null && facts.GetValueOrDefault(w.Fact) == w.Value);

    private void Tell(DrawFinding finding)
    {
        var (kind, text) = finding switch
        {
            DrawFinding.PopulationChanged => (
                PackFindingKind.PopulationChanged,
                "The population is not the one that was fixed before the number was typed."
            ),
            DrawFinding.PlanChanged => (PackFindingKind.DrawNotRepeated, "The plan does not follow from the population."),
            DrawFinding.SecretChanged => (
                PackFindingKind.DrawNotRepeated,
                "The secret is not the one that was fixed before the number was typed."
            ),
            DrawFinding.HeadChanged => (PackFindingKind.DrawNotRepeated, "The head does not cover the opening of the draw."),
            DrawFinding.SeedChanged => (
                PackFindingKind.DrawNotRepeated,
                "The seed does not follow from head, population, plan, secret and number."
            ),
            DrawFinding.SampleChanged => (PackFindingKind.DrawNotRepeated, "The seed gives another sample."),
            _ => (PackFindingKind.ReplacementUnfounded, "A unit was replaced without a reason, or not by the next of its stratum."),
        };
        report.Add(kind, kind == PackFindingKind.PopulationChanged ? PopulationPath : RecordPath, text);
    }
}
