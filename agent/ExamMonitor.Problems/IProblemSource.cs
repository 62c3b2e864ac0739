namespace ExamMonitor.Problems;

/// <summary>Says what is wrong with the agent as a whole, in one of its parts. Asked once a second; must not wait.</summary>
internal interface IProblemSource
{
    /// <summary>Everything that is wrong now.</summary>
    /// <param name="now">UTC.</param>
    IEnumerable<Observation> Observe(DateTimeOffset now);
}
