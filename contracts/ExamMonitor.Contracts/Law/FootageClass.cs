namespace ExamMonitor.Contracts.Law;

/// <summary>What footage is to the law.</summary>
public enum FootageClass
{
    /// <summary>Under no legal window: kept while space allows, the first to go.</summary>
    Idle,

    /// <summary>Overlaps an exam session with its margins (RET-1 … RET-4): kept for the longest window of the profiles in force.</summary>
    Exam,
}
