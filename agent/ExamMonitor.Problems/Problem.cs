using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Problems;

/// <summary>Something that is wrong now, as the rules see it. Two observations with the same key are the same problem.</summary>
/// <param name="Code">Kind of problem, kebab case.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Text">For a person. Must not contain figures that change from second to second: each change of text is an event.</param>
/// <param name="Evidence">What shows it, relative to the API; null for nothing.</param>
internal sealed record Observation(string Code, ProblemSubject Subject, Severity Severity, LocalText Text, string? Evidence = null)
{
    /// <summary>Identity: kind and subject.</summary>
    public ProblemKey Key => new(Code, Subject);
}

/// <summary>Identity of a problem while it is open.</summary>
/// <param name="Code">Kind of problem.</param>
/// <param name="Subject">What it is about.</param>
internal sealed record ProblemKey(string Code, ProblemSubject Subject);

/// <summary>An open problem.</summary>
/// <param name="Id">The same from opened to closed; unique for ever: it contains the onset.</param>
/// <param name="Observed">As last observed.</param>
/// <param name="Since">Onset, UTC.</param>
/// <param name="Kept">Address of the picture that was kept of its onset, relative to the API; null when none was. Its neighbour
/// <c>reference.jpg</c> shows the commissioned view.</param>
internal sealed record Problem(string Id, Observation Observed, DateTimeOffset Since, string? Kept = null)
{
    /// <summary>What shows it: the kept picture before the live one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? Evidence => Kept ?? Observed.Evidence;
}

/// <summary>A step in a problem's life.</summary>
/// <param name="Number">Position in the order of all steps of this agent, from 1; a step is delivered once by this number.</param>
/// <param name="At">When it was noticed, UTC.</param>
/// <param name="Change">Opened, changed or closed.</param>
/// <param name="Problem">The problem after the step (for closed: as it last was).</param>
internal sealed record ProblemStep(long Number, DateTimeOffset At, ProblemChange Change, Problem Problem);
