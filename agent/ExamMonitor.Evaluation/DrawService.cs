using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Heads;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Evaluation;

/// <summary>Draws sessions (EVA-1, RET-8). Each step stands in the ledger, below a published head, before anybody sees what it gives.
/// Thread-safe.</summary>
/// <remarks>
/// Order: population, plan and the hash of a secret are entered, and the head over them published → the evaluator's number → number,
/// secret, seed and
/// sample are entered, and the head published → the sample is shown. A draw that was opened and never made stays in the ledger as such.
/// </remarks>
/// <param name="sessions">Schedule.</param>
/// <param name="rooms">Rooms.</param>
/// <param name="ledger">Ledger of the volume.</param>
/// <param name="publisher">Publishes heads.</param>
/// <param name="places">Where documents and secrets lie.</param>
/// <param name="time">Clock.</param>
internal sealed class DrawService(
    SessionStore sessions,
    RoomRegistry rooms,
    VolumeLedger ledger,
    CheckpointPublisher publisher,
    EvaluationPlaces places,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private readonly EvaluationFiles _files = new(Path.Combine(places.Volume, "evaluation", "draws"));

    private string SecretPath(string id) => Path.Combine(places.Secrets, id);

    /// <summary>All draws, newest first.</summary>
    public IReadOnlyList<DrawRecord> List() =>
        [.. _files.Names(".json").Select(Find).OfType<DrawRecord>().OrderByDescending(d => d.OpenedAt)];

    /// <summary>A draw; null when there is none of that id.</summary>
    public DrawRecord? Find(string id) => _files.Read<DrawRecord>(id + ".json");

    /// <summary>Lines of a draw's population; null when there is none.</summary>
    public byte[]? Population(string id) => _files.Bytes(id + ".jsonl");

    /// <summary>Opens a draw.</summary>
    /// <exception cref="EvaluationException">There is nothing to draw, or the ledger cannot sign.</exception>
    public DrawOpened Open(DrawRequest request, ActingPerson person)
    {
        if (sessions.Failure is { } failure)
            throw new EvaluationException(failure);
        var now = time.GetUtcNow();
        var asked = sessions
            .Sessions.Where(s =>
                s.Start >= request.From
                && s.Start < request.To
                && s.End <= now
                && (request.Room is null || s.Room == request.Room)
                && (request.Batch is null || s.Batch == request.Batch)
            )
            .ToList();
        var units = DrawPopulation.Of(
            asked.Where(s => !s.Cancelled),
            request.By,
            request.Phases,
            room => [.. rooms.Find(room)?.Setup.Map.Stations.Select(s => s.Id) ?? []]
        );
        if (units.Count == 0)
            throw new EvaluationException(
                "No session of this time is over, so nothing can be drawn.",
                "该时段内没有已结束的场次，无法抽查。"
            );
        if (units.Count > DrawPopulation.Most)
            throw new EvaluationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{units.Count} units are more than {DrawPopulation.Most}. Choose a shorter time, or fewer dimensions."
                ),
                string.Create(CultureInfo.InvariantCulture, $"共 {units.Count} 个单元，超过 {DrawPopulation.Most}。请缩短时段或减少分层。")
            );
        var (lines, plan, secret) = (DrawPopulation.Format(units), DrawPlan.Of(request, units), RandomNumberGenerator.GetBytes(32));
        var id = "D" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
        var record = new DrawRecord(
            DrawRecord.SchemaName,
            id,
            plan.Format(),
            DrawText.HashOf(lines),
            DrawText.HashOf(secret),
            now,
            person.Name,
            -1,
            string.Empty,
            null,
            null,
            null,
            null,
            null,
            null,
            [],
            [],
            asked.Count(s => s.Cancelled)
        );
        lock (_gate)
        {
            Secrets.WritePrivately(SecretPath(id), Convert.ToHexStringLower(secret));
            _files.Write(id + ".jsonl", lines);
            var entry = Enter(
                DrawRecord.OpenedKind,
                ("draw", id),
                ("population", record.Population),
                ("units", units.Count.ToString(CultureInfo.InvariantCulture)),
                ("plan", DrawText.HashOf(record.Plan)),
                ("secret", record.SecretHash),
                ("person", person.Name),
                ("reason", person.Reason ?? string.Empty)
            );
            record = record with { OpenedEntry = entry, Head = PublishedHead(entry) };
            Keep(record);
        }

        return new(record, plan.Units, plan.Sample, plan.Confidence, plan.Sentence());
    }

    /// <summary>Draws with the evaluator's number.</summary>
    /// <exception cref="EvaluationException">It was drawn before, or the secret is gone.</exception>
    public DrawRecord Draw(string id, string number, ActingPerson person)
    {
        lock (_gate)
        {
            var record = Required(id);
            if (record.Number is not null)
                throw new EvaluationException(
                    "This draw was made already: one number for one opening.",
                    "该抽查已完成：每次锁定只能输入一个数字。"
                );
            var secret = File.Exists(SecretPath(id))
                ? Secrets.Read(SecretPath(id))
                : throw new EvaluationException(
                    "The secret of this draw is gone, so it can never be made. Open another; the ledger keeps this one.",
                    "该抽查的密值已丢失，无法完成。请重新锁定；账本保留本次记录。"
                );
            var plan = PlanOf(record);
            if (!SignedNote.TryParse(record.Head, out var note))
                throw new EvaluationException(
                    "The head of this draw cannot be read, so its seed cannot be made. Open another; the ledger keeps this one.",
                    "该抽查的检查点无法读取，不能生成种子。请重新锁定；账本保留本次记录。"
                );
            var seed = DrawSeed.Of(note.Text, record.Population, DrawText.HashOf(record.Plan), secret, number);
            var drawn = record with
            {
                Number = number,
                Secret = secret,
                Seed = Convert.ToHexStringLower(seed),
                DrawnAt = time.GetUtcNow(),
                DrawnBy = person.Name,
                Sample = DrawRepeat.Draw(seed, plan, Units(id)),
            };
            var entry = Enter(
                DrawRecord.DrawnKind,
                ("draw", id),
                ("number", number),
                ("secret", secret),
                ("seed", drawn.Seed),
                ("head", SizeOf(record.Head)),
                ("sample", drawn.SampleHash()),
                ("person", person.Name)
            );
            PublishedHead(entry);
            return Keep(drawn with { DrawnEntry = entry });
        }
    }

    /// <summary>Replaces a unit that cannot be judged by the next of its stratum.</summary>
    /// <exception cref="EvaluationException">The unit is not in the sample, or nothing is left of its stratum.</exception>
    public DrawRecord Replace(string id, string unit, ActingPerson person)
    {
        lock (_gate)
        {
            var record = Required(id);
            var given =
                record.Current().FirstOrDefault(u => u.Unit == unit)
                ?? throw new EvaluationException("This unit is not in the sample.", "该单元不在样本中。");
            var next =
                DrawRepeat.Next(record, PlanOf(record), Units(id), given.Stratum)
                ?? throw new EvaluationException(
                    "Every unit of this stratum was drawn; there is none to replace it.",
                    "该层单元已全部抽取，没有可替补的单元。"
                );
            var entry = Enter(
                DrawRecord.ReplacedKind,
                ("draw", id),
                ("unit", unit),
                ("by", next.Unit),
                ("person", person.Name),
                ("reason", person.Reason!)
            );
            PublishedHead(entry);
            return Keep(
                record with
                {
                    Replacements = [.. record.Replacements, new(unit, next, person.Name, person.Reason!, time.GetUtcNow(), entry)],
                }
            );
        }
    }

    /// <summary>Units of a draw's population.</summary>
    public IReadOnlyList<DrawUnit> Units(string id) =>
        DrawPopulation.TryParse(Population(id) ?? [], out var units)
            ? units
            : throw new EvaluationException(
                "The population of this draw cannot be read any more. Restore the folder evaluation/draws from a copy of the volume.",
                "该抽查的总体已无法读取。请从存储卷的副本恢复文件夹 evaluation/draws。"
            );

    private static DrawPlan PlanOf(DrawRecord record) =>
        DrawPlan.TryParse(record.Plan, out var plan)
            ? plan
            : throw new EvaluationException("The plan of this draw cannot be read any more.", "该抽查的方案已无法读取。");

    private static string SizeOf(string head) =>
        SignedNote.TryParse(head, out var note) && Checkpoint.TryParse(note.Text, out var read)
            ? read.Size.ToString(CultureInfo.InvariantCulture)
            : string.Empty;

    private DrawRecord Required(string id) =>
        Find(id) ?? throw new EvaluationException("There is no draw of this id.", "没有该编号的抽查。");

    private long Enter(string kind, params (string Name, string Value)[] facts) =>
        ledger.Append(kind, facts.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal));

    /// <summary>Publishes a head over an entry, and returns the newest.</summary>
    private string PublishedHead(long entry)
    {
        publisher.Publish();
        if (
            ledger.Log.CheckpointNote is { } note
            && SignedNote.TryParse(note, out var signed)
            && Checkpoint.TryParse(signed.Text, out var head)
            && head.Size > entry
        )
            return note;
        throw new EvaluationException(
            "The ledger signs no head at present, so nothing can be drawn. The problems of the agent say why.",
            "账本目前无法签名，不能抽查；原因见监测主机的问题列表。"
        );
    }

    private DrawRecord Keep(DrawRecord record)
    {
        _files.Write(record.Id + ".json", JsonSerializer.SerializeToUtf8Bytes(record, ContractJson.Options));
        return record;
    }
}
