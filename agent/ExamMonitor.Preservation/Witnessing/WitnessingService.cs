using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Witnessing;
using ExamMonitor.Problems;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>
/// Has the newest head cosigned by every configured witness, each by its own pace, and says what is wrong. One call of
/// <see cref="RunAsync"/> at a time.
/// </summary>
/// <remarks>
/// Nothing waits for it: recording and signing go on whatever a witness does. An answer is believed only as far as the configured key
/// signed it.
/// </remarks>
/// <param name="submissions">One per witness.</param>
/// <param name="refusals">What was refused.</param>
/// <param name="registry">Whose cosignatures the ledger has had.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed partial class WitnessingService(
    IReadOnlyList<HeadSubmission> submissions,
    WitnessRefusalStore refusals,
    WitnessRegistry registry,
    TimeProvider time,
    ILogger<WitnessingService> log
) : IProblemSource
{
    /// <summary>From when on a witness that is away is a problem.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);
    private readonly WitnessLine[] _lines = [.. submissions.Select(s => new WitnessLine(s))];

    /// <summary>One round: asks the witnesses whose turn it is, in parallel.</summary>
    /// <param name="newest">Newest signed head; null before the first.</param>
    /// <param name="cancellationToken">Stops the round.</param>
    /// <returns>Cosignatures that hold, by the head below which they stand.</returns>
    public async Task<IReadOnlyList<(SignedNote Head, IReadOnlyList<NoteSignature> Cosignatures)>> RunAsync(
        string? newest,
        CancellationToken cancellationToken
    )
    {
        registry.Settle();
        if (newest is null || !SignedNote.TryParse(newest, out var note))
            return [];
        var due = _lines.Where(l => l.IsDue(note.Text, time)).ToList();
        var outcomes = await Task.WhenAll(due.Select(l => AskAsync(l, cancellationToken))).ConfigureAwait(false);
        return
        [
            .. outcomes
                .Where(o => o is { Result: SubmissionResult.Cosigned, Head: not null })
                .GroupBy(o => o.Head!.Text, StringComparer.Ordinal)
                .Select(g => (g.First().Head!, (IReadOnlyList<NoteSignature>)[.. g.SelectMany(o => o.Cosignatures)])),
        ];
    }

    /// <summary>
    /// What is wrong: a refusal until a person acknowledges it, an answer that is not believed at once, a witness that is away after a
    /// while.
    /// </summary>
    public IEnumerable<Observation> Observe(DateTimeOffset now)
    {
        var everywhere = new ProblemSubject(null, null, null);
        if (refusals.Open is [var refusal, ..])
            yield return new("witness-refused", everywhere, Severity.Critical, refusal.Text());
        if (registry.Removed is [var removed, ..] all)
            yield return new(
                "witness-removed",
                everywhere,
                Severity.Critical,
                WitnessSentences.Removed(string.Join(", ", all.Select(w => w.Name)), removed.RemovedAt ?? now)
            );
        foreach (var code in _lines.GroupBy(l => l.Code(now, Patience), StringComparer.Ordinal).Where(g => g.Key.Length > 0))
            yield return new(
                code.Key,
                everywhere,
                Severity.Warning,
                WitnessSentences.Of(code.Key, string.Join(", ", code.Select(l => l.Name)))
            );
    }

    /// <summary>Takes note that a person has dealt with what was refused, and answers for witnesses that are not asked any more.</summary>
    public void Acknowledge(ActingPerson person)
    {
        refusals.Acknowledge(person);
        registry.Acknowledge(person);
    }

    private async Task<SubmissionOutcome> AskAsync(WitnessLine line, CancellationToken cancellationToken)
    {
        var outcome = await line.Submission.RunAsync(cancellationToken).ConfigureAwait(false);
        if (outcome.Result is SubmissionResult.RolledBack or SubmissionResult.Forked)
        {
            var size = outcome.Head is { } note && Checkpoint.TryParse(note.Text, out var head) ? head.Size : 0;
            refusals.Latch(new(line.Name, outcome.Result, time.GetUtcNow(), outcome.WitnessSize ?? 0, size));
        }

        if (outcome.Result == SubmissionResult.Cosigned)
            registry.Note(line.Submission.Witness.Key);
        if (line.Take(outcome, time, FirstPause, LongestPause))
            LogNotCosigned(log, line.Name, outcome.Result, outcome.Status);
        return outcome;
    }

    [LoggerMessage(
        EventId = 245,
        Level = LogLevel.Warning,
        Message = "Witness {Witness} did not cosign the newest head: {Result} (HTTP status {Status}); tried again with growing pauses"
    )]
    private static partial void LogNotCosigned(ILogger log, string witness, SubmissionResult result, int? status);
}
