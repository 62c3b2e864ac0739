using System.Text.Json;
using Spectre.Console;

namespace ExamMonitor.CommandLine.Auditing;

/// <summary>Counts verdict lines as they are written, for the table at the end.</summary>
internal sealed class AuditSummary
{
    private readonly SortedDictionary<string, (int Lines, SortedDictionary<string, int> Health)> _cameras = new(StringComparer.Ordinal);
    private readonly SortedDictionary<
        (string Station, string Camera),
        (int Covered, int Lit, int Lines, SortedSet<string> Reasons)
    > _stations = [];

    /// <summary>Takes one line.</summary>
    public void Add(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var camera = root.GetProperty("camera").GetString()!;
        var (lines, health) = _cameras.TryGetValue(camera, out var known) ? known : (0, new(StringComparer.Ordinal));
        foreach (var word in root.GetProperty("health").EnumerateArray().Select(h => h.GetString()!))
            health[word] = health.GetValueOrDefault(word) + 1;
        _cameras[camera] = (lines + 1, health);
        foreach (var station in root.GetProperty("stations").EnumerateObject())
            Add(camera, station);
    }

    /// <summary>Prints cameras and stations.</summary>
    public void Write(TextWriter output, TimeSpan took, string path)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var cameras = new Table().Border(TableBorder.Simple).AddColumn("camera").AddColumn("seconds").AddColumn("health (seconds)");
        foreach (var (camera, (lines, health)) in _cameras)
            cameras.AddRow(
                new Text(camera),
                new Text(FormattableString.Invariant($"{lines}")),
                new Text(string.Join(", ", health.Select(h => FormattableString.Invariant($"{h.Key} {h.Value}"))))
            );
        console.Write(cameras);
        var stations = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("station")
            .AddColumn("camera")
            .AddColumn("covered")
            .AddColumn("lit")
            .AddColumn("reasons");
        foreach (var ((station, camera), s) in _stations)
            stations.AddRow(
                new Text(station),
                new Text(camera),
                new Text(Share(s.Covered, s.Lines)),
                new Text(Share(s.Lit, s.Lines)),
                new Text(string.Join(", ", s.Reasons))
            );
        console.Write(stations);
        var total = _cameras.Values.Sum(c => c.Lines);
        output.WriteLine(FormattableString.Invariant($"{total} verdicts in {took.TotalSeconds:0.0} s, written to {path}"));
    }

    private void Add(string camera, JsonProperty station)
    {
        var (covered, lit, lines, reasons) = _stations.TryGetValue((station.Name, camera), out var known)
            ? known
            : (0, 0, 0, new(StringComparer.Ordinal));
        if (station.Value.GetProperty("covered").ValueKind == JsonValueKind.True)
            covered++;
        if (station.Value.GetProperty("lit").ValueKind == JsonValueKind.True)
            lit++;
        if (station.Value.TryGetProperty("reason", out var reason))
            reasons.Add(reason.GetString()!);
        _stations[(station.Name, camera)] = (covered, lit, lines + 1, reasons);
    }

    private static string Share(int part, int whole) =>
        whole == 0 ? "-"
        : part == whole ? "100 %"
        : FormattableString.Invariant($"{Math.Floor(1000.0 * part / whole) / 10:0.0} %");
}
