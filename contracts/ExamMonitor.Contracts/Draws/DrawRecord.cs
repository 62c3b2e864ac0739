namespace ExamMonitor.Contracts.Draws;

/// <summary>A unit that was drawn.</summary>
/// <param name="Unit">Id of the unit.</param>
/// <param name="Stratum">Its stratum.</param>
/// <param name="Place">Its place in the order of its stratum, from 1.</param>
public sealed record DrawnUnit(string Unit, string Stratum, int Place);

/// <summary>A unit that could not be judged gave way to the next of its stratum.</summary>
/// <param name="Unit">Which one.</param>
/// <param name="By">What took its place.</param>
/// <param name="Person">Who said so.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Entry">Its entry in the ledger.</param>
public sealed record DrawReplacement(string Unit, DrawnUnit By, string Person, string Reason, DateTimeOffset At, long Entry);

/// <summary>A draw from its opening to its last replacement: everything that is needed to repeat it, but the population's lines.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Id">Id of the draw.</param>
/// <param name="Plan">Text of the plan.</param>
/// <param name="Population">SHA-256 of the population's lines, hex.</param>
/// <param name="SecretHash">SHA-256 of the secret's 32 bytes, hex: fixed at the opening.</param>
/// <param name="OpenedAt">UTC.</param>
/// <param name="OpenedBy">Who opened it.</param>
/// <param name="OpenedEntry">Entry in the ledger that fixed the three.</param>
/// <param name="Head">Signed head over that entry, published before the number was typed.</param>
/// <param name="Number">The evaluator's number; null before it is typed.</param>
/// <param name="Secret">Secret, hex; null before the number is typed.</param>
/// <param name="Seed">Seed, hex; null before.</param>
/// <param name="DrawnAt">UTC; null before.</param>
/// <param name="DrawnBy">Who typed the number; null before.</param>
/// <param name="DrawnEntry">Entry of the result; null before.</param>
/// <param name="Sample">What was drawn, in the order of strata, then places; empty before.</param>
/// <param name="Replacements">In the order in which they were made.</param>
/// <param name="CancelledSessions">Sessions of the period that were called off: they are not in the population.</param>
public sealed record DrawRecord(
    string Schema,
    string Id,
    string Plan,
    string Population,
    string SecretHash,
    DateTimeOffset OpenedAt,
    string OpenedBy,
    long OpenedEntry,
    string Head,
    string? Number,
    string? Secret,
    string? Seed,
    DateTimeOffset? DrawnAt,
    string? DrawnBy,
    long? DrawnEntry,
    IReadOnlyList<DrawnUnit> Sample,
    IReadOnlyList<DrawReplacement> Replacements,
    int CancelledSessions
)
{
    /// <summary>Name of the form.</summary>
    public const string SchemaName = "exam-monitor/draw/1";

    /// <summary>Ledger kind of the opening: facts <c>draw</c>, <c>population</c>, <c>units</c>, <c>plan</c>, <c>secret</c>,
    /// <c>person</c>.</summary>
    public const string OpenedKind = "draw-opened";

    /// <summary>Ledger kind of the result: facts <c>draw</c>, <c>number</c>, <c>secret</c>, <c>seed</c>, <c>head</c>, <c>sample</c>,
    /// <c>person</c>.</summary>
    public const string DrawnKind = "draw";

    /// <summary>Ledger kind of a replacement: facts <c>draw</c>, <c>unit</c>, <c>by</c>, <c>person</c>, <c>reason</c>.</summary>
    public const string ReplacedKind = "draw-replacement";

    /// <summary>SHA-256 over the drawn units' ids, one a line: what the entry of the result pins.</summary>
    public string SampleHash() => DrawText.HashOf(string.Concat(Sample.Select(s => s.Unit + "\n")));

    /// <summary>What is in the sample now: a unit that was replaced stands for no more.</summary>
    public IReadOnlyList<DrawnUnit> Current()
    {
        var units = Sample.ToList();
        foreach (var replacement in Replacements)
            if (units.FindIndex(u => u.Unit == replacement.Unit) is >= 0 and var at)
                units[at] = replacement.By;
        return units;
    }
}

/// <summary>A number that an evaluator typed.</summary>
/// <param name="Number">See <see cref="DrawSeed.IsNumber"/>.</param>
public sealed record DrawNumber(string Number);

/// <summary>A unit that cannot be judged.</summary>
/// <param name="Unit">Id of the unit.</param>
public sealed record DrawReplacementRequest(string Unit);
