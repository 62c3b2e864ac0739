namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>A session as it stands in a file: texts, not checked yet. Null is a key that the file does not have.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal sealed record RawSession(int Line)
{
    /// <summary>Id.</summary>
    public string? Id { get; init; }

    /// <summary>Batch.</summary>
    public string? Batch { get; init; }

    /// <summary>Id or name of the room.</summary>
    public string? Room { get; init; }

    /// <summary>Date for a start and an end that are only times of day.</summary>
    public string? Date { get; init; }

    /// <summary>Start.</summary>
    public string? Start { get; init; }

    /// <summary>End.</summary>
    public string? End { get; init; }

    /// <summary>What is examined.</summary>
    public string? Title { get; init; }

    /// <summary>Number of candidates.</summary>
    public string? Candidates { get; init; }

    /// <summary>Whether it was called off.</summary>
    public string? Cancelled { get; init; }

    /// <summary>Start, where the format itself says it exactly.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>End, where the format itself says it exactly.</summary>
    public DateTimeOffset? EndAt { get; init; }
}
