using System.Text.Json.Serialization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>
/// One line of <c>day.jsonl</c>: all that <c>reindex</c> needs, and a link to the line before. Its members stand in
/// docs/protocol/archive.md.
/// </summary>
/// <param name="Previous">SHA-256 of the bytes of the line before without its line feed, lower-case hex; 64 zeros on the first
/// line.</param>
/// <param name="Number">Place among the camera's segments and gaps.</param>
/// <param name="Kind"><c>segment</c> or <c>gap</c>.</param>
/// <param name="Id">Number in the index.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
internal sealed record DayLine(string Previous, long Number, string Kind, long Id, DateTimeOffset Start, DateTimeOffset End)
{
    public const string Segment = "segment";

    public const string Gap = "gap";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? File { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sha256 { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Recovered { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Run { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MediaStart90k { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Duration90k { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Video { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Audio { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AudioSent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AudioTranscoded { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? InitializationBytes { get; init; }

    /// <summary>The fragment list as the index keeps it, base64.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Fragments { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GapCause? Cause { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LocalText? Detail { get; init; }
}
