using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>Collects what is wrong with one schedule file; at most <see cref="Most"/> findings are kept, all errors count.</summary>
/// <param name="file">Name of the file for the findings.</param>
internal sealed class ScheduleFindings(string file)
{
    /// <summary>Findings that are kept: more than a person mends in one go.</summary>
    public const int Most = 200;

    private readonly List<ScheduleFinding> _list = [];

    /// <summary>Whether the file must not be imported.</summary>
    public bool HasErrors => Errors > 0;

    /// <summary>Errors so far, those that are not kept included.</summary>
    public int Errors { get; private set; }

    /// <summary>In order of lines.</summary>
    public IReadOnlyList<ScheduleFinding> InOrder => [.. _list.OrderBy(f => f.Line)];

    /// <summary>Something that keeps the file from being imported.</summary>
    public void Error(int line, string key, LocalText problem, LocalText mend) => Add(FindingLevel.Error, line, key, problem, mend);

    /// <summary>Something that somebody should look at.</summary>
    public void Warn(int line, string key, LocalText problem, LocalText mend) => Add(FindingLevel.Warning, line, key, problem, mend);

    private void Add(FindingLevel level, int line, string key, LocalText problem, LocalText mend)
    {
        if (level == FindingLevel.Error)
            Errors++;
        if (_list.Count < Most)
            _list.Add(new(level, file, line, key, problem, mend));
    }
}
