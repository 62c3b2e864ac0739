namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>A stretch of time in which a lane said the same.</summary>
/// <param name="From">Media time, seconds.</param>
/// <param name="To">Media time, seconds, more than <paramref name="From"/>.</param>
/// <param name="Value">What it said.</param>
internal sealed record AuditSpell(double From, double To, string Value);

/// <summary>
/// What was said over time, second by second, kept as spells: settled verdicts change rarely, so a day takes little memory.
/// </summary>
internal sealed class AuditLane
{
    /// <summary>The value of a second of which nothing can be said.</summary>
    public const string Unknown = "unknown";

    /// <summary>A claim as a lane's value.</summary>
    public static string Word(bool? claim) =>
        claim switch
        {
            true => "yes",
            false => "no",
            _ => Unknown,
        };

    /// <summary>Spells that are kept; what changes more often is told in seconds alone.</summary>
    public const int MostSpells = 20_000;

    /// <summary>A value is in force for this long when none follows, seconds.</summary>
    private const double InForce = 1;

    private readonly List<AuditSpell> _spells = [];
    private readonly SortedDictionary<string, double> _seconds = new(StringComparer.Ordinal);

    /// <summary>In order of time.</summary>
    public IReadOnlyList<AuditSpell> Spells => _spells;

    /// <summary>Seconds by value.</summary>
    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>Whether every spell was kept.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Takes the value of one second.</summary>
    public void Take(double seconds, string value)
    {
        var added = InForce;
        if (_spells.Count > 0)
        {
            var last = _spells[^1];
            // A second that follows at once leaves no hole; a gap in the footage stays one.
            if (seconds - last.To is > -InForce and < 0.75)
            {
                added += seconds - last.To;
                if (last.Value == value || !IsWhole)
                    _spells[^1] = last with { To = seconds + InForce };
                else
                    _spells[^1] = last with { To = seconds };
            }

            if (_spells[^1].To >= seconds + InForce)
            {
                Count(value, added);
                return;
            }
        }

        Count(value, added);
        if (_spells.Count < MostSpells)
            _spells.Add(new(seconds, seconds + InForce, value));
        else
            IsWhole = false;
    }

    /// <summary>
    /// Share of the seconds with this value among those of which anything could be said, [0, 1]; null when nothing could.
    /// </summary>
    public double? Share(string value)
    {
        var said = _seconds.Values.Sum() - UnknownSeconds;
        return said > 0 ? _seconds.GetValueOrDefault(value) / said : null;
    }

    /// <summary>Seconds of which nothing could be said.</summary>
    public double UnknownSeconds => _seconds.GetValueOrDefault(Unknown);

    private void Count(string value, double seconds) => _seconds[value] = _seconds.GetValueOrDefault(value) + seconds;
}
