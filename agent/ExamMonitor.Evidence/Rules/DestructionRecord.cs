using System.Globalization;
using System.Text.Json.Serialization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>An entry of the register of destructions (RET-5): what went, which rule allowed it, when, and by whom.</summary>
/// <param name="Ledger">Number of its ledger entry.</param>
/// <param name="At">When it was entered, UTC; the file went right after.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Segment">Number in the index.</param>
/// <param name="Number">Place among the camera's segments and gaps.</param>
/// <param name="Leaf">Ledger number of the segment's own entry.</param>
/// <param name="Path">Where it lay, relative to the volume.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Bytes">File size.</param>
/// <param name="Sha256">Hash of the file, lower-case hex; it stays for ever.</param>
/// <param name="FootageClass">What it was to the law.</param>
/// <param name="Code">One word: <c>window-ended</c>, <c>idle-aged</c>, <c>idle-for-space</c>.</param>
/// <param name="Rule">Rule that allowed it, such as <c>zaozhuang-2023/electronic-5-years@1</c>; <c>idle</c> for idle footage.</param>
/// <param name="Reason">The same for a person.</param>
/// <param name="By">Job or persons.</param>
public sealed record DestructionRecord(
    long Ledger,
    DateTimeOffset At,
    RoomId Room,
    CameraId Camera,
    long Segment,
    long Number,
    long Leaf,
    string Path,
    DateTimeOffset Start,
    DateTimeOffset End,
    long Bytes,
    string Sha256,
    FootageClass FootageClass,
    string Code,
    string Rule,
    LocalText Reason,
    string By
)
{
    /// <summary>Kind of its ledger entry.</summary>
    public const string Kind = "destruction";

    /// <summary>Folder of the camera's day.</summary>
    [JsonIgnore]
    public string Folder => Path[..Path.LastIndexOf('/')];

    internal Dictionary<string, string> ToFacts() =>
        new(StringComparer.Ordinal)
        {
            ["segment"] = Text(Segment),
            ["number"] = Text(Number),
            ["leaf"] = Text(Leaf),
            ["path"] = Path,
            ["start"] = UtcJsonConverter.ToText(Start),
            ["end"] = UtcJsonConverter.ToText(End),
            ["bytes"] = Text(Bytes),
            ["sha256"] = Sha256,
            ["class"] = ClassText,
            ["code"] = Code,
            ["rule"] = Rule,
            ["en"] = Reason.En,
            ["zh"] = Reason.Zh,
            ["by"] = By,
            ["registered"] = UtcJsonConverter.ToText(At),
        };

    /// <summary>Reads a ledger entry; null when it is none of a destruction.</summary>
    public static DestructionRecord? Of(ParsedEntry entry, long ledger)
    {
        if (entry is not { Kind: Kind, Room: { } roomText, Camera: { } cameraText, Facts: { } f })
            return null;
        if (!RoomId.TryParse(roomText, null, out var room) || !CameraId.TryParse(cameraText, null, out var camera))
            return null;
        string Fact(string name) => f.TryGetValue(name, out var value) ? value : "";
        long Number(string name) =>
            long.TryParse(Fact(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : -1;
        DateTimeOffset Time(string name) =>
            DateTimeOffset.TryParseExact(
                Fact(name),
                UtcJsonConverter.Format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var value
            )
                ? value
                : default;
        return new(
            ledger,
            f.ContainsKey("registered") ? Time("registered") : entry.At,
            room,
            camera,
            Number("segment"),
            Number("number"),
            Number("leaf"),
            Fact("path"),
            Time("start"),
            Time("end"),
            Number("bytes"),
            Fact("sha256"),
            Fact("class") == "idle" ? FootageClass.Idle : FootageClass.Exam,
            Fact("code"),
            Fact("rule"),
            new(Fact("en"), Fact("zh")),
            Fact("by")
        );
    }

    internal static DestructionRecord Of(StoredSegment segment, RetentionDecision decision, DateTimeOffset at, string by) =>
        new(
            -1,
            at,
            segment.Room,
            segment.Camera,
            segment.Id,
            segment.Number,
            segment.Leaf ?? -1,
            segment.Path,
            segment.StartUtc,
            segment.EndUtc,
            segment.SizeBytes,
            Convert.ToHexStringLower(segment.Sha256.Span),
            decision.Reason is WindowEnded ? FootageClass.Exam : FootageClass.Idle,
            decision.Reason.Code,
            decision.Reason is WindowEnded ended ? ended.By.Name : "idle",
            decision.Reason.Text,
            by
        );

    private string ClassText => FootageClass == FootageClass.Idle ? "idle" : "exam";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
