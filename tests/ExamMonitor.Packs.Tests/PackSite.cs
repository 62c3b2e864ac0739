using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Packs.Making;
using ExamMonitor.Packs.Zip;
using ExamMonitor.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(ExamMonitor.Packs.Tests.PackSite))]

namespace ExamMonitor.Packs.Tests;

/// <summary>A ledger with all that a pack can hold, and a pack of it: made once, by the code that makes real ones. Two cameras, clips of
/// two seconds.</summary>
public sealed class PackSite : IAsyncLifetime, IPackLedger
{
    public const string Origin = "exam-monitor/S1/A1";
    public const string Finding = PackFormat.Findings + "F1.json";
    public const string Score = PackFormat.Scores + "M1.json";
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly RoomId Room = RoomId.Of("R1");
    private readonly TempFolder _folder = new();
    private readonly List<PackClip> _clips = [];
    private readonly List<PackGap> _gaps = [];
    private readonly List<long> _entries = [];
    private readonly Dictionary<string, (long Number, long Leaf)> _cameras = new(StringComparer.Ordinal);
    private readonly PackDraft _draft = new();
    private LedgerLog _log = null!;

    /// <summary>The pack.</summary>
    public string Zip => _folder["pack.zip"];

    public string PublicKey => _log.ExportPublicKey();

    /// <summary>A head of after the pack, kept by somebody else.</summary>
    public string LaterHead { get; private set; } = string.Empty;

    public ZipLayout Layout { get; private set; } = null!;

    public byte[] Read(long number) => _log.Read(number);

    public IReadOnlyList<TreeHash> ProveInclusion(long number, long size) => _log.ProveInclusion(number, size);

    public IReadOnlyList<TreeHash> ProveConsistency(long from, long to) => _log.ProveConsistency(from, to);

    public async ValueTask InitializeAsync()
    {
        _log = LedgerLog.Open(_folder["ledger"], _folder["key.pem"], Origin);
        byte[][] clips =
        [
            await new FragmentedClip(Seconds: 2, Audio: false).BytesAsync(),
            await new FragmentedClip(Seconds: 2, Audio: false, Size: "160x90").BytesAsync(),
        ];
        var map = "{\"room\":\"R1\"}"u8.ToArray();
        _draft.Add("calibration/R1/map.json", map);
        _draft.Add("calibration/R1/C1.png", [1, 2, 3]);
        var calibration = Enter(
            "calibration",
            ("room", "R1"),
            ("person", "Wu"),
            ("sha256", Hex([.. SHA256.HashData(map), .. SHA256.HashData([1, 2, 3]), .. new byte[32]]))
        );
        foreach (var (camera, clip) in new[] { ("C1", clips[0]), ("C2", clips[1]) })
            Film(camera, clip);
        Document("schedule/1.json", "[{\"kind\":\"added\"}]", "schedule", "sha256");
        Document(Finding, "[{\"unit\":\"S1\",\"verdict\":\"in-order\"}]", "evaluation-findings", "sha256");
        Document(Score, "[{\"item\":\"COV-2\",\"points\":2}]", "evaluation-scores", "sha256");
        Destroy();
        var draw = Draw();
        _draft.AddJson(
            "lanes/R1.json",
            new RoomLanes(
                Room,
                Start,
                Start.AddSeconds(30),
                [
                    new(
                        StationId.Of("1"),
                        [],
                        [],
                        [
                            new(Start, Start.AddSeconds(4), true, null),
                            new(Start.AddSeconds(4), Start.AddSeconds(24), false, "camera:off"),
                            new(Start.AddSeconds(24), Start.AddSeconds(28), true, null),
                        ]
                    ),
                ]
            )
        );
        _draft.Add("sessions/S1.json", "{\"session\":\"S1\"}");
        var facts = new PackFacts(
            PackFormat.SchemaName,
            "P1",
            Origin,
            Start.AddDays(1),
            "Li",
            "Renewal 2026",
            TwoPersons: true,
            [new("S1", Room, Start, Start.AddSeconds(28), null, [CameraId.Of("C1"), CameraId.Of("C2")])],
            _clips,
            _gaps,
            [new(_destroyedEntry, DestroyedPath, "destroyed")],
            [.. _entries.Order()],
            _documents,
            [new(Room, calibration, ["calibration/R1/map.json", "calibration/R1/C1.png", ""])],
            [draw]
        );
        _draft.AddFrame(facts, _log.ExportPublicKey());
        var export = _log.Append(
            LedgerEntry.Format(
                PackFormat.ExportKind,
                Start.AddDays(1),
                null,
                null,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["pack"] = "P1",
                    ["person"] = "Li",
                    ["sha256"] = _draft.ListHash,
                }
            )
        );
        Layout = _draft.Seal(facts, export, _log.Sign(Start.AddDays(1)), this);
        using (var stream = new ZipStream(Layout))
        using (var file = File.Create(Zip))
            await stream.CopyToAsync(file);
        Enter("view", ("person", "Wu"));
        LaterHead = _log.Sign(Start.AddDays(2));
    }

    private const string DestroyedPath = "2026/03-02/R1/C2/010010Z.mp4";
    private readonly List<PackDocument> _documents = [];
    private long _destroyedEntry;

    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private long Enter(string kind, params (string Name, string Value)[] facts)
    {
        var number = _log.Append(
            LedgerEntry.Format(kind, Start.AddHours(1), null, null, facts.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal))
        );
        _entries.Add(number);
        return number;
    }

    private void Document(string path, string content, string kind, string fact)
    {
        _draft.Add(path, content);
        _documents.Add(new(path, Enter(kind, ("person", "Li"), (fact, Hex(Encoding.UTF8.GetBytes(content)))), fact));
    }

    /// <summary>Two clips, a gap of twenty seconds (on C2 a clip in it that was let go later), two clips, and a neighbour on each
    /// side.</summary>
    private void Film(string camera, byte[] clip)
    {
        var lines = new StringBuilder();
        foreach (var at in new[] { -2, 0, 2 })
            Segment(camera, clip, at, lines);
        if (camera == "C1")
            Gap(camera, 4, 24, lines);
        else
        {
            Gap(camera, 4, 10, lines);
            _destroyedEntry = Segment(camera, clip, 10, lines);
            Gap(camera, 12, 24, lines);
        }

        foreach (var at in new[] { 24, 26, 28 })
            Segment(camera, clip, at, lines);
        _draft.Add($"days/2026/03-02/R1/{camera}.jsonl", lines.ToString());
    }

    private long Segment(string camera, byte[] clip, int at, StringBuilder lines)
    {
        var (start, path) = (Start.AddSeconds(at), $"2026/03-02/R1/{camera}/{Start.AddSeconds(at):HHmmss}Z.mp4");
        // A clip of its own: a box that no player reads stands behind.
        byte[] content = [.. clip, 0, 0, 0, 12, .. "free"u8, (byte)(at + 50), (byte)camera[1], 0, 0];
        var (number, previous) = _cameras.GetValueOrDefault(camera, (0, -1));
        var leaf = _log.Append(
            LedgerEntry.Format(
                new SegmentLeaf(
                    Room,
                    CameraId.Of(camera),
                    number + 1,
                    previous,
                    start,
                    start.AddSeconds(2),
                    path,
                    content.Length,
                    Hex(content),
                    false
                )
                {
                    Line = Line(lines, camera, number + 1, "segment", start),
                },
                start.AddSeconds(3)
            )
        );
        (_cameras[camera], _) = ((number + 1, leaf), 0);
        _entries.Add(leaf);
        if (at is < 0 or >= 28 || path == DestroyedPath)
            return leaf;
        _clips.Add(new(PackFormat.Clips + path, Room, CameraId.Of(camera), start, start.AddSeconds(2), content.Length, Hex(content), leaf));
        _draft.Add(PackFormat.Clips + path, content.Length, Hex(content), () => new MemoryStream(content, writable: false));
        return leaf;
    }

    private void Gap(string camera, int from, int to, StringBuilder lines)
    {
        var (number, previous) = _cameras[camera];
        var (start, end) = (Start.AddSeconds(from), Start.AddSeconds(to));
        var leaf = _log.Append(
            LedgerEntry.Format(
                new GapLeaf(Room, CameraId.Of(camera), number + 1, previous, start, end, GapCause.Network)
                {
                    Line = Line(lines, camera, number + 1, "gap", start),
                },
                end
            )
        );
        _cameras[camera] = (number + 1, leaf);
        _entries.Add(leaf);
        _gaps.Add(new(Room, CameraId.Of(camera), start, end, "network", leaf));
    }

    /// <summary>A day line, and the hash by which its entry pins it.</summary>
    private static string Line(StringBuilder lines, string camera, long number, string kind, DateTimeOffset start)
    {
        var rest = $"\"number\":{number},\"camera\":\"{camera}\",\"kind\":\"{kind}\",\"start\":\"{UtcJsonConverter.ToText(start)}\"}}";
        lines.Append($"{{\"previous\":\"{new string('0', 64)}\",{rest}\n");
        return Hex(Encoding.UTF8.GetBytes("{" + rest));
    }

    private void Destroy()
    {
        var segment = LedgerEntry.Parse(_log.Read(_destroyedEntry))!;
        var list = $"{DestroyedPath} {segment.Sha256}\n";
        var digest = Hex(Encoding.UTF8.GetBytes(list));
        _draft.Add($"register/approved-{digest}.txt", list);
        foreach (var person in new[] { "Ann", "Ben" })
            Enter(
                "destruction-approved",
                ("file", "retention/proposals.jsonl"),
                ("number", "1"),
                (
                    "line",
                    JsonSerializer.Serialize(
                        new ApprovalLine(digest, 1, segment.Bytes!.Value, person, "Over.", Start),
                        ContractJson.Options
                    )
                )
            );
        var record = new DestructionRecord(
            -1,
            Start.AddHours(2),
            Room,
            CameraId.Of("C2"),
            7,
            segment.Number!.Value,
            _destroyedEntry,
            DestroyedPath,
            segment.Start!.Value,
            segment.End!.Value,
            segment.Bytes!.Value,
            segment.Sha256!,
            FootageClass.Exam,
            "window-ended",
            "shandong-rules/video-6-months@1",
            new("Over.", "到期。"),
            "job:sweep"
        );
        var number = _log.Append(LedgerEntry.Format(DestructionRecord.Kind, record.At, record.Room, record.Camera, record.ToFacts()));
        _entries.Add(number);
        _draft.Add("register/register.jsonl", JsonSerializer.Serialize(record with { Ledger = number }, ContractJson.Options) + "\n");
    }

    private long Draw()
    {
        var sessions = Enumerable
            .Range(1, 9)
            .Select(i => new ExamSession(
                ExamSessionId.Of($"S{i}"),
                BatchId.Of($"B{i % 2}"),
                Room,
                Start.AddDays(i - 1),
                Start.AddDays(i - 1).AddHours(1),
                "焊工",
                10,
                false
            ));
        var units = DrawPopulation.Of(sessions, [DrawDimension.Batch], 1, _ => []);
        var (lines, secret) = (DrawPopulation.Format(units), SHA256.HashData("secret"u8));
        var plan = DrawPlan.Of(new(Start, Start.AddDays(30), [DrawDimension.Batch], 20, 60, Phases: 1), units);
        var (population, text) = (DrawText.HashOf(lines), plan.Format());
        var opened = Enter(
            DrawRecord.OpenedKind,
            ("draw", "D1"),
            ("population", population),
            ("plan", DrawText.HashOf(text)),
            ("secret", DrawText.HashOf(secret)),
            ("person", "Li")
        );
        var note = _log.Sign(Start.AddHours(3));
        Assert.True(SignedNote.TryParse(note, out var signed));
        Assert.True(Checkpoint.TryParse(signed.Text, out var head));
        var seed = DrawSeed.Of(signed.Text, population, DrawText.HashOf(text), Convert.ToHexStringLower(secret), "20260302");
        var record = new DrawRecord(
            DrawRecord.SchemaName,
            "D1",
            text,
            population,
            DrawText.HashOf(secret),
            Start.AddHours(3),
            "Li",
            opened,
            note,
            "20260302",
            Convert.ToHexStringLower(secret),
            Convert.ToHexStringLower(seed),
            Start.AddHours(3),
            "Li",
            null,
            DrawRepeat.Draw(seed, plan, units),
            [],
            0
        );
        record = record with
        {
            DrawnEntry = Enter(
                DrawRecord.DrawnKind,
                ("draw", "D1"),
                ("number", "20260302"),
                ("secret", record.Secret!),
                ("seed", record.Seed!),
                ("sample", record.SampleHash()),
                ("person", "Li")
            ),
        };
        var by = DrawRepeat.Next(record, plan, units, record.Sample[0].Stratum)!;
        var replaced = Enter(
            DrawRecord.ReplacedKind,
            ("draw", "D1"),
            ("unit", record.Sample[0].Unit),
            ("by", by.Unit),
            ("person", "Li"),
            ("reason", "No power that day.")
        );
        record = record with { Replacements = [new(record.Sample[0].Unit, by, "Li", "No power that day.", Start.AddHours(4), replaced)] };
        _draft.AddJson("draw/draw.json", record);
        _draft.Add("draw/population.jsonl", lines);
        return head!.Size;
    }
}
