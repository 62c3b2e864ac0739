using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Writes and reads the bytes of an entry as docs/protocol/ledger.md defines them.</summary>
/// <remarks>Pure. The order of members is part of the format: the same facts always give the same bytes.</remarks>
public static class LedgerEntry
{
    /// <summary>Kind of a committed segment.</summary>
    public const string Segment = "segment";

    /// <summary>Kind of a closed gap.</summary>
    public const string Gap = "gap";

    /// <summary>Kind of a lawful destruction; its fact <c>path</c> names the segment's file.</summary>
    public const string Destruction = "destruction";

    /// <summary>
    /// Kind of a time stamp over a head: facts <c>address</c>, <c>authority</c>, <c>file</c>, <c>serial</c>, <c>sha256</c> of that file,
    /// <c>size</c>, <c>time</c>.
    /// </summary>
    public const string Anchor = "anchor";

    /// <summary>Kind of a finished scrub: facts <c>began</c>, <c>bytes</c>, <c>findings</c>, <c>segments</c>.</summary>
    public const string Scrub = "scrub";

    /// <summary>Kind of a scrub's finding: facts <c>entry</c>, <c>expected</c>, <c>finding</c>, <c>found</c>, <c>path</c>.</summary>
    public const string ScrubFinding = "scrub-finding";

    /// <summary>Kind of something wrong with the ledger itself: facts <c>count</c>, <c>entry</c>, <c>finding</c>, <c>subject</c>.</summary>
    public const string LedgerFinding = "ledger-finding";

    /// <summary>
    /// Kind of a person's word that a scrub's findings were dealt with: facts <c>findings</c>, <c>reason</c>, <c>who</c>.
    /// </summary>
    public const string ScrubAcknowledged = "scrub-acknowledged";

    /// <summary>Kind of something that happened to the wall clock; carries a line of <c>retention/clock.jsonl</c>.</summary>
    internal const string ClockMark = "clock-mark";

    /// <summary>
    /// Kind of files that were written again from the ledger, or given up: facts <c>by</c>, <c>lost</c>, <c>reason</c>, <c>restored</c>.
    /// </summary>
    internal const string FilesRestored = "files-restored";

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Bytes of a segment's or a gap's entry.</summary>
    /// <param name="leaf">Facts.</param>
    /// <param name="at">When it is written, UTC.</param>
    public static byte[] Format(FootageLeaf leaf, DateTimeOffset at) =>
        Write(
            leaf is SegmentLeaf ? Segment : Gap,
            at,
            json =>
            {
                json.WriteString("room", leaf.Room.Text);
                json.WriteString("camera", leaf.Camera.Text);
                json.WriteNumber("number", leaf.Number);
                json.WriteNumber("previous", leaf.PreviousLeaf);
                if (leaf is SegmentLeaf named)
                    json.WriteString("path", named.Path);
                json.WriteString("start", UtcJsonConverter.ToText(leaf.StartUtc));
                json.WriteString("end", UtcJsonConverter.ToText(leaf.EndUtc));
                if (leaf is SegmentLeaf segment)
                {
                    json.WriteNumber("bytes", segment.SizeBytes);
                    json.WriteString("sha256", segment.Sha256);
                    json.WriteBoolean("recovered", segment.Recovered);
                }
                else if (leaf is GapLeaf gap)
                {
                    json.WriteString("cause", JsonNamingPolicy.KebabCaseLower.ConvertName(gap.Cause.ToString()));
                }

                if (leaf.Line is { } line)
                    json.WriteString("line", line);
                if (leaf.Source != LeafSource.Written)
                    json.WriteString("entered", JsonNamingPolicy.KebabCaseLower.ConvertName(leaf.Source.ToString()));
            }
        );

    /// <summary>Bytes of any other entry.</summary>
    /// <param name="kind">Lower-case word, such as <c>clock-step</c>; neither <see cref="Segment"/> nor <see cref="Gap"/>.</param>
    /// <param name="at">When it is written, UTC.</param>
    /// <param name="room">Room; null when none is meant.</param>
    /// <param name="camera">Camera; null when none is meant.</param>
    /// <param name="facts">What happened; written in the order of their names.</param>
    public static byte[] Format(string kind, DateTimeOffset at, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts)
    {
        if (kind is Segment or Gap || !IdText.IsValid(kind))
            throw new ArgumentException($"\"{kind}\" is no kind of a general entry.", nameof(kind));
        return Write(
            kind,
            at,
            json =>
            {
                json.WriteString("room", room?.Text);
                json.WriteString("camera", camera?.Text);
                json.WriteStartObject("facts");
                foreach (var (name, value) in facts.OrderBy(f => f.Key, StringComparer.Ordinal))
                    json.WriteString(name, value);
                json.WriteEndObject();
            }
        );
    }

    /// <summary>Reads an entry; null when it is not in the format. Unknown members are passed over.</summary>
    public static ParsedEntry? Parse(ReadOnlySpan<byte> entry) => LedgerEntryReader.Read(entry);

    private static byte[] Write(string kind, DateTimeOffset at, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, Compact);
        json.WriteStartObject();
        json.WriteString("kind", kind);
        json.WriteString("at", UtcJsonConverter.ToText(at));
        members(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}

/// <summary>What an entry says. Members that its kind does not have are null.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Number">Place among the camera's segments and gaps.</param>
/// <param name="Previous">Ledger number of the camera's entry before; −1 for the first.</param>
/// <param name="Path">Relative to the volume.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Bytes">File size.</param>
/// <param name="Sha256">Hash of the file, lower-case hex.</param>
/// <param name="Cause">Cause of a gap.</param>
/// <param name="Facts">Facts of a general entry.</param>
/// <param name="Recovered">Whether a segment was cut after a crash.</param>
/// <param name="Line">Hash of the day line; null in entries of older versions.</param>
/// <param name="Entered">By whose word footage was entered; null when the process that wrote it did.</param>
public sealed record ParsedEntry(
    string Kind,
    DateTimeOffset At,
    string? Room = null,
    string? Camera = null,
    long? Number = null,
    long? Previous = null,
    string? Path = null,
    DateTimeOffset? Start = null,
    DateTimeOffset? End = null,
    long? Bytes = null,
    string? Sha256 = null,
    string? Cause = null,
    IReadOnlyDictionary<string, string>? Facts = null,
    bool? Recovered = null,
    string? Line = null,
    string? Entered = null
);
