using ExamMonitor.Evidence.Witnessing;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>How it stands with one witness.</summary>
/// <param name="submission">The way to it.</param>
internal sealed class WitnessLine(HeadSubmission submission)
{
    private string? _cosigned;
    private int _failures;
    private (long At, TimeSpan Pause)? _wait;
    private (SubmissionResult Result, DateTimeOffset Since)? _failing;

    /// <summary>The way to it.</summary>
    public HeadSubmission Submission => submission;

    /// <summary>Name of its key.</summary>
    public string Name => submission.Witness.Key.Name;

    /// <summary>
    /// Whether it is to be asked about this head now. Pauses are measured by running time: a clock that is set does not lengthen them.
    /// </summary>
    public bool IsDue(string text, TimeProvider time) =>
        !string.Equals(_cosigned, text, StringComparison.Ordinal) && (_wait is not { } wait || time.GetElapsedTime(wait.At) >= wait.Pause);

    /// <summary>Takes an outcome.</summary>
    /// <returns>Whether it is to be logged: the first of its kind in a row.</returns>
    public bool Take(SubmissionOutcome outcome, TimeProvider time, TimeSpan first, TimeSpan longest)
    {
        if (outcome.Result == SubmissionResult.Cosigned)
        {
            (_cosigned, _failures, _wait, _failing) = (outcome.Head!.Text, 0, null, null);
            return false;
        }

        if (outcome.Result == SubmissionResult.NotNow)
            return false;
        var pause = TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(_failures, 8)));
        // Up to a quarter more, so that agents that lost a witness together do not come back together.
        _wait = (time.GetTimestamp(), pause + (pause * (Random.Shared.NextDouble() / 4)));
        _failures++;
        var isNew = _failing?.Result != outcome.Result;
        if (isNew)
            _failing = (outcome.Result, time.GetUtcNow());
        return isNew;
    }

    /// <summary>Code of its problem; empty for none.</summary>
    public string Code(DateTimeOffset now, TimeSpan patience) =>
        _failing switch
        {
            { Result: SubmissionResult.NotAccepted } => "witness-not-accepting",
            { Result: SubmissionResult.NotBelieved } => "witness-not-believed",
            { Result: SubmissionResult.Unreachable, Since: var since } when now - since > patience => "witness-unreachable",
            _ => string.Empty,
        };
}
