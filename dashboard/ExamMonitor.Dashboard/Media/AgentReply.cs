namespace ExamMonitor.Dashboard.Media;

/// <summary>What came of a question to an agent.</summary>
/// <param name="Value">The answer; also there with <see cref="AgentFailure.Refused"/> when the agent refused with a body of that kind (a
/// schedule with findings, say).</param>
/// <param name="Failure">Null when it was answered as asked.</param>
/// <param name="Status">HTTP status; null when nothing came back.</param>
/// <param name="Detail">The agent's own sentence on a refusal, at most <see cref="LongestDetail"/> characters; null for none.</param>
internal sealed record AgentReply<T>(T? Value, AgentFailure? Failure, int? Status, string? Detail)
    where T : class
{
    public const int LongestDetail = 1000;
}
