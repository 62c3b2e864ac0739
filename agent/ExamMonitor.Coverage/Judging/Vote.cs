namespace ExamMonitor.Coverage.Judging;

/// <summary>
/// A condition that settles by evidence over time: it rises with each second of evidence and falls with each second against it.
/// </summary>
/// <remarks>Between the level that raises and the level that clears nothing changes. A gap in time is no evidence: a step counts for at
/// most <see cref="LongestStep"/>.</remarks>
internal sealed class Vote(double onsetSeconds, double clearSeconds)
{
    /// <summary>Seconds that one sample may stand for.</summary>
    public const double LongestStep = 2;

    /// <summary>Share of the seconds that is enough: pictures arrive some hundredths of a second early or late.</summary>
    private const double Nearly = 0.97;

    private double _level;
    private DateTimeOffset? _evidenceSince;

    /// <summary>Whether the condition is settled.</summary>
    public bool Raised { get; private set; }

    /// <summary>When the evidence that settled it began; null while it does not hold.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Whether more of the same evidence would change nothing.</summary>
    public bool IsAtRest => Raised ? _level >= 1 : _level <= 0;

    /// <summary>A vote that stands where this one does.</summary>
    public Vote Copy() => (Vote)MemberwiseClone();

    /// <summary>Whether a sample would change anything.</summary>
    /// <param name="evidence">As for <see cref="Count"/>.</param>
    public bool IsChangedBy(bool? evidence) => evidence is { } holds && (holds ? !Raised || _level < 1 : Raised || _level > 0);

    /// <summary>Counts one sample.</summary>
    /// <param name="at">Time of the sample.</param>
    /// <param name="seconds">Since the sample before.</param>
    /// <param name="evidence">True for, false against, null for neither.</param>
    public void Count(DateTimeOffset at, double seconds, bool? evidence)
    {
        if (evidence is null)
            return;
        var step = Math.Clamp(seconds, 0, LongestStep);
        if (evidence.Value)
        {
            _evidenceSince ??= at;
            _level = Math.Min(1, _level + (step / onsetSeconds));
            if (_level < Nearly || Raised)
                return;
            (Raised, Since) = (true, _evidenceSince);
        }
        else
        {
            _level = Math.Max(0, _level - (step / clearSeconds));
            if (_level <= 1 - Nearly)
                Forget();
        }
    }

    /// <summary>Raises it at once: its time was counted elsewhere.</summary>
    /// <param name="since">When its evidence began.</param>
    public void Settle(DateTimeOffset since)
    {
        if (Raised)
            return;
        (_level, _evidenceSince, Raised, Since) = (1, since, true, since);
    }

    /// <summary>As if nothing had been seen.</summary>
    public void Forget() => (_level, _evidenceSince, Raised, Since) = (0, null, false, null);
}
