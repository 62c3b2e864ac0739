namespace ExamMonitor.Hosting.Jobs;

/// <summary>A job of the scheduler.</summary>
/// <param name="Name">Name of its trigger.</param>
/// <param name="Interval">Between two runs; null for a job of the night.</param>
internal sealed record JobPlan(string Name, TimeSpan? Interval);
