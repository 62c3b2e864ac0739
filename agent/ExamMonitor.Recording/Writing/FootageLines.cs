using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>A row as its day line and its ledger entry. Pure.</summary>
internal static class FootageLines
{
    public static DayLine Line(StoredSegment segment, RunRow? run, int initializationBytes, IReadOnlyList<FragmentEntry> fragments) =>
        new("", segment.Number, DayLine.Segment, segment.Id, segment.StartUtc, segment.EndUtc)
        {
            File = segment.Path[(segment.Path.LastIndexOf('/') + 1)..],
            Bytes = segment.SizeBytes,
            Sha256 = Convert.ToHexStringLower(segment.Sha256.Span),
            Recovered = segment.Recovered,
            Run = segment.Run,
            MediaStart90k = segment.MediaStart90k,
            Duration90k = segment.Duration90k,
            Video = run?.Video,
            Audio = run?.Audio,
            AudioSent = run?.AudioSent,
            AudioTranscoded = run?.AudioTranscoded,
            InitializationBytes = initializationBytes,
            Fragments = FragmentList.Encode(fragments),
        };

    public static DayLine Line(GapRow gap) =>
        new("", gap.Number!.Value, DayLine.Gap, gap.Id, UnixMs.ToUtc(gap.StartMs), UnixMs.ToUtc(gap.EndMs!.Value))
        {
            Cause = gap.Cause,
            Detail = gap.Detail,
        };

    /// <summary>
    /// What the ledger pins of a day line: SHA-256 over its bytes without the member <c>previous</c>, since a repair may write it behind
    /// another line. Lower-case hex.
    /// </summary>
    public static string HashOf(DayLine line) =>
        ChainedFile.HashOf(ChainedFile.WithoutLink(JsonSerializer.SerializeToUtf8Bytes(line, ContractJson.Options)));

    public static SegmentLeaf Leaf(StoredSegment segment, long previousLeaf) =>
        new(
            segment.Room,
            segment.Camera,
            segment.Number,
            previousLeaf,
            segment.StartUtc,
            segment.EndUtc,
            segment.Path,
            segment.SizeBytes,
            Convert.ToHexStringLower(segment.Sha256.Span),
            segment.Recovered
        );

    public static GapLeaf Leaf(CameraRow camera, GapRow gap, long previousLeaf) =>
        new(
            camera.Room,
            camera.Camera,
            gap.Number!.Value,
            previousLeaf,
            UnixMs.ToUtc(gap.StartMs),
            UnixMs.ToUtc(gap.EndMs!.Value),
            gap.Cause
        );
}
