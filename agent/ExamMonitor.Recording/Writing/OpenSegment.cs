using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>The segment that a camera writes now, or that waits for the camera to come back.</summary>
/// <param name="File">Its <c>.part</c>.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Run">Run that began it.</param>
/// <param name="MediaStart90k">Media time of its first sample in that run.</param>
internal sealed record OpenSegment(SegmentFile File, ArchivePath Path, RunState Run, long MediaStart90k)
{
    /// <summary>Wall time of its first picture, ticks UTC.</summary>
    public required long Start { get; set; }

    /// <summary>Wall time at which it is due to end, ticks UTC.</summary>
    public required long Due { get; init; }

    /// <summary>Wall time of its end so far, ticks UTC.</summary>
    public long End { get; set; }

    /// <summary>Media written since the last flush, ticks.</summary>
    public long Unflushed { get; set; }

    /// <summary>Whether a run writes into it; false while it waits for the camera's next run.</summary>
    public bool Live { get; set; } = true;

    /// <summary>When it began to wait, monotonic clock.</summary>
    public long ParkedAt { get; set; }

    /// <summary>Whether its beginning ends the gap whose row is still open.</summary>
    public bool EndsGap { get; set; }

    /// <summary>Wall time without media inside it.</summary>
    public List<NewGap> Holes { get; } = [];

    public long StartMs => UnixMs.Of(new DateTimeOffset(Start, TimeSpan.Zero));

    public long EndMs => UnixMs.Of(new DateTimeOffset(End, TimeSpan.Zero));

    /// <summary>The row to commit.</summary>
    public NewSegment ToRow() =>
        new(
            StartMs,
            Math.Max(EndMs, StartMs + 1),
            Run.Id,
            Path,
            File.GoodBytes,
            File.Sha256(),
            MediaStart90k,
            File.MediaEnd90k,
            Recovered: false,
            Run.Initialization.Bytes.Length,
            [.. File.Fragments]
        );
}

/// <summary>A gap whose row is open.</summary>
/// <param name="StartMs">UTC ms.</param>
/// <param name="Cause">Why.</param>
internal sealed record OpenGap(long StartMs, GapCause Cause);
