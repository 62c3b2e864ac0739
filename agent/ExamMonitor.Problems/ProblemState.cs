using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Problems;

/// <summary>
/// The open problems, and the steps that nobody has been told of yet. Immutable and pure: what goes in decides what comes out.
/// </summary>
/// <remarks>
/// Invariants: a key is open at most once; every opened step has exactly one closed step; steps are numbered without holes.
/// Hysteresis is the business of whoever observes: what is observed is opened, what is no longer observed is closed.
/// </remarks>
/// <param name="Open">Open problems by id.</param>
/// <param name="LastNumber">Number of the newest step ever made.</param>
/// <param name="Pending">Steps made and not yet delivered, in order.</param>
internal sealed record ProblemState(ImmutableSortedDictionary<string, Problem> Open, long LastNumber, ImmutableList<ProblemStep> Pending)
{
    /// <summary>Nothing is wrong.</summary>
    public static ProblemState Empty { get; } = new(ImmutableSortedDictionary.Create<string, Problem>(StringComparer.Ordinal), 0, []);

    /// <summary>Takes note of everything that is wrong at <paramref name="now"/> within <paramref name="scope"/>.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="observed">All that is wrong within the scope; of two with the same key the worse counts.</param>
    /// <param name="scope">Which problems this observation is about; problems outside stay as they are.</param>
    /// <param name="canTell">Of which open problems it can tell that they have ended; null for all.</param>
    public ProblemState Observe(
        DateTimeOffset now,
        IEnumerable<Observation> observed,
        Func<ProblemKey, bool> scope,
        Func<ProblemKey, bool>? canTell = null
    )
    {
        var wrong = observed.GroupBy(o => o.Key).ToDictionary(g => g.Key, g => g.MaxBy(o => o.Severity)!);
        var state = this;
        foreach (var problem in Open.Values.Where(p => scope(p.Observed.Key)))
        {
            if (!wrong.Remove(problem.Observed.Key, out var current))
            {
                if (canTell?.Invoke(problem.Observed.Key) != false)
                    state = state.Step(now, ProblemChange.Closed, problem);
            }
            else if (current != problem.Observed)
                state = state.Step(now, ProblemChange.Changed, problem with { Observed = current });
        }

        foreach (var fresh in wrong.Values.OrderByDescending(o => o.Severity).ThenBy(o => o.Code, StringComparer.Ordinal))
        {
            if (scope(fresh.Key))
                state = state.Step(now, ProblemChange.Opened, new(IdOf(fresh.Key, now, state.LastNumber + 1), fresh, now));
        }

        return state;
    }

    /// <summary>
    /// Notes which pictures were kept of problems that have just been opened: in the state and in the steps that nobody has been told of.
    /// </summary>
    /// <param name="keep">Keeps the pictures of a problem; null when there are none.</param>
    public ProblemState WithPictures(Func<Problem, string?> keep)
    {
        var state = this;
        foreach (var step in Pending.Where(s => s.Change == ProblemChange.Opened && s.Problem.Kept is null))
        {
            if (keep(step.Problem) is not { } kept)
                continue;
            state = state with
            {
                Open = state.Open.TryGetValue(step.Problem.Id, out var open)
                    ? state.Open.SetItem(open.Id, open with { Kept = kept })
                    : state.Open,
                Pending = state.Pending.ConvertAll(s =>
                    s.Problem.Id == step.Problem.Id ? s with { Problem = s.Problem with { Kept = kept } } : s
                ),
            };
        }

        return state;
    }

    /// <summary>Forgets the pending steps up to <paramref name="number"/>: they are in safe hands.</summary>
    public ProblemState Delivered(long number) => this with { Pending = Pending.RemoveAll(s => s.Number <= number) };

    private ProblemState Step(DateTimeOffset now, ProblemChange change, Problem problem) =>
        new(
            change == ProblemChange.Closed ? Open.Remove(problem.Id) : Open.SetItem(problem.Id, problem),
            LastNumber + 1,
            Pending.Add(new(LastNumber + 1, now, change, problem))
        );

    /// <summary>Code, onset and a digest: readable in a log, and never the same twice since step numbers only grow.</summary>
    private static string IdOf(ProblemKey key, DateTimeOffset now, long number)
    {
        var digest = SHA256.HashData(
            Encoding.UTF8.GetBytes(FormattableString.Invariant($"{key.Code}|{key.Subject}|{now.UtcTicks}|{number}"))
        );
        return FormattableString.Invariant($"{key.Code}-{now.UtcDateTime:yyyyMMddHHmmss}-{Convert.ToHexStringLower(digest.AsSpan(0, 4))}");
    }
}
