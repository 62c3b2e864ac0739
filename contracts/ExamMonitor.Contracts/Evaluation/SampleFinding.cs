namespace ExamMonitor.Contracts.Evaluation;

/// <summary>What an evaluator found (EVA-1).</summary>
public enum SampleVerdict
{
    /// <summary>In order.</summary>
    InOrder,

    /// <summary>Something is not in order.</summary>
    Issue,

    /// <summary>Cannot be judged from the footage.</summary>
    CannotJudge,
}

/// <summary>A moment that an evaluator marked.</summary>
/// <param name="At">UTC.</param>
/// <param name="Camera">Camera; null for all.</param>
/// <param name="Note">What is seen; at most 500 characters.</param>
public sealed record MarkedMoment(DateTimeOffset At, CameraId? Camera, string Note);

/// <summary>A finding before it is recorded.</summary>
/// <param name="Session">Session that was watched.</param>
/// <param name="Unit">Unit of a draw; null when nothing was drawn.</param>
/// <param name="Draw">Draw; null for none.</param>
/// <param name="From">From when it was watched, UTC.</param>
/// <param name="To">To when, UTC, exclusive.</param>
/// <param name="Verdict">What was found.</param>
/// <param name="Tags">Words for it, such as <c>crowding</c>; at most 20 of 40 characters.</param>
/// <param name="Note">For a person; at most 4000 characters.</param>
/// <param name="Moments">Marked moments; at most 200.</param>
public sealed record SampleFindingRequest(
    ExamSessionId Session,
    string? Unit,
    string? Draw,
    DateTimeOffset From,
    DateTimeOffset To,
    SampleVerdict Verdict,
    IReadOnlyList<string> Tags,
    string Note,
    IReadOnlyList<MarkedMoment> Moments
)
{
    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() =>
        this switch
        {
            _ when To <= From || To - From > TimeSpan.FromHours(48) => "'to' lies after 'from'.",
            _ when Note.Length > 4000 || Note.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) =>
                "'note' has at most 4000 characters, none of them control characters.",
            _ when Tags.Count > 20 || Tags.Any(t => t.Length is 0 or > 40 || t.Any(char.IsControl)) =>
                "'tags' are at most 20, of 1 to 40 characters.",
            _ when Moments.Count > 200 || Moments.Any(m => m.Note.Length > 500 || m.Note.Any(char.IsControl)) =>
                "'moments' are at most 200, with notes of at most 500 characters.",
            _ when Unit is { Length: > 200 } || Draw is { Length: > 64 } => "'unit' or 'draw' is too long.",
            { Verdict: SampleVerdict.Issue, Note.Length: 0 } => "'note' says what the issue is.",
            _ => null,
        };
}

/// <summary>A finding as it was recorded; the ledger pins it.</summary>
/// <param name="Id">Id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Person">Who.</param>
/// <param name="Entry">Number of its entry; null in what the entry pins.</param>
/// <param name="Finding">What.</param>
public sealed record SampleFinding(string Id, DateTimeOffset At, string Person, long? Entry, SampleFindingRequest Finding)
{
    /// <summary>Ledger kind: facts <c>id</c>, <c>session</c>, <c>verdict</c>, <c>person</c>, <c>sha256</c> of the JSON without the entry's
    /// number.</summary>
    public const string LedgerKind = "evaluation-finding";
}
