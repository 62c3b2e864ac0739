namespace ExamMonitor.Evidence.Rules;

/// <summary>Everything that decides about footage but the footage and the time.</summary>
public sealed record RetentionFacts
{
    /// <summary>Rules that are or were in force; null when they cannot be read. None keeps everything.</summary>
    public required IReadOnlyList<RulesVersion>? Rules { get; init; }

    /// <summary>Every version of every session; null when they cannot be read.</summary>
    public required IReadOnlyList<SessionVersion>? Sessions { get; init; }

    /// <summary>Every hold, also lifted ones; null when they cannot be read.</summary>
    public required IReadOnlyList<Hold>? Holds { get; init; }
}
