namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Collects what is wrong with one file.</summary>
internal sealed class Findings(string file)
{
    private const int Most = 200;
    private readonly List<MapFinding> _list = [];

    public bool HasErrors { get; private set; }

    public IReadOnlyList<MapFinding> InOrder => [.. _list.OrderBy(f => f.Line)];

    public void Error(JsonPlace place, LocalText problem, LocalText mend) => Add(FindingLevel.Error, place.Line, place.Path, problem, mend);

    public void Warn(JsonPlace place, LocalText problem, LocalText mend) =>
        Add(FindingLevel.Warning, place.Line, place.Path, problem, mend);

    public void Add(FindingLevel level, int line, string path, LocalText problem, LocalText mend)
    {
        HasErrors |= level == FindingLevel.Error;
        if (_list.Count < Most)
            _list.Add(new(level, file, line, path, problem, mend));
    }
}
