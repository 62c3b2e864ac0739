using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Evaluation;

/// <summary>Findings and score sheets: each pinned by an entry of the ledger before it is kept. Nothing is changed or taken away; a later
/// one counts. Thread-safe.</summary>
internal sealed class EvaluationStore(VolumeLedger ledger, EvaluationPlaces places, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly EvaluationFiles _findings = new(Path.Combine(places.Volume, "evaluation", "findings"));
    private readonly EvaluationFiles _scores = new(Path.Combine(places.Volume, "evaluation", "scores"));

    /// <summary>Findings in order of time; of one session, or all.</summary>
    public IReadOnlyList<SampleFinding> Findings(ExamSessionId? session) =>
        [.. Read<SampleFinding>(_findings).Where(f => session is null || f.Finding.Session == session).OrderBy(f => f.At)];

    /// <summary>Marks in order of time; of one evaluation, or all.</summary>
    public IReadOnlyList<ScoreMarks> Scores(string? evaluation) =>
        [.. Read<ScoreMarks>(_scores).Where(s => evaluation is null || s.Marks.Evaluation == evaluation).OrderBy(s => s.At)];

    /// <summary>Records a finding.</summary>
    public SampleFinding Record(SampleFindingRequest finding, ActingPerson person)
    {
        var record = new SampleFinding(NewId("F"), time.GetUtcNow(), person.Name, null, finding);
        lock (_gate)
        {
            var entry = ledger.Append(
                SampleFinding.LedgerKind,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["id"] = record.Id,
                    ["session"] = finding.Session.Text,
                    ["verdict"] = JsonNamingPolicy.KebabCaseLower.ConvertName(finding.Verdict.ToString()),
                    ["person"] = person.Name,
                    ["sha256"] = HashOf(record),
                }
            );
            record = record with { Entry = entry };
            _findings.Write(record.Id + ".json", JsonSerializer.SerializeToUtf8Bytes(record, ContractJson.Options));
        }

        return record;
    }

    /// <summary>Records marks.</summary>
    public ScoreMarks Record(ScoreMarksRequest marks, ActingPerson person)
    {
        var record = new ScoreMarks(NewId("M"), time.GetUtcNow(), person.Name, null, marks);
        lock (_gate)
        {
            var entry = ledger.Append(
                ScoreMarks.LedgerKind,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["id"] = record.Id,
                    ["sheet"] = marks.Sheet,
                    ["evaluation"] = marks.Evaluation,
                    ["role"] = JsonNamingPolicy.KebabCaseLower.ConvertName(marks.Role.ToString()),
                    ["person"] = person.Name,
                    ["sha256"] = HashOf(record),
                }
            );
            record = record with { Entry = entry };
            _scores.Write(record.Id + ".json", JsonSerializer.SerializeToUtf8Bytes(record, ContractJson.Options));
        }

        return record;
    }

    /// <summary>What an entry pins: the record without the entry's number.</summary>
    public static byte[] Pinned(SampleFinding finding) =>
        JsonSerializer.SerializeToUtf8Bytes(finding with { Entry = null }, ContractJson.Options);

    /// <inheritdoc cref="Pinned(SampleFinding)"/>
    public static byte[] Pinned(ScoreMarks marks) => JsonSerializer.SerializeToUtf8Bytes(marks with { Entry = null }, ContractJson.Options);

    private static string HashOf(SampleFinding finding) => Convert.ToHexStringLower(SHA256.HashData(Pinned(finding)));

    private static string HashOf(ScoreMarks marks) => Convert.ToHexStringLower(SHA256.HashData(Pinned(marks)));

    private static string NewId(string first) => first + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    private static IEnumerable<T> Read<T>(EvaluationFiles files)
        where T : class => files.Names(".json").Select(n => files.Read<T>(n + ".json")).OfType<T>();
}
