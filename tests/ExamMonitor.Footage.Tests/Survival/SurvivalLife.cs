using System.Diagnostics;
using System.Globalization;
using ExamMonitor.TestKit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What one life said before its end.</summary>
/// <param name="Handed">Seconds of media of each camera that were handed over.</param>
/// <param name="Written">Of those the ones that were said to be written.</param>
/// <param name="From">True time at which recording began; null when it did not.</param>
/// <param name="To">True time of its last word.</param>
/// <param name="Opened">Whether it got as far as recording.</param>
/// <param name="Troubled">Whether it said that a camera is not written.</param>
/// <param name="Sentence">Why it ended by itself; null when it was killed.</param>
/// <param name="Findings">What it said of the ledger and the files.</param>
/// <param name="Failures">Work that failed and was tried again.</param>
/// <param name="Inside">Work in whose midst it died.</param>
internal sealed record SurvivalWords(
    double Handed,
    double Written,
    DateTimeOffset? From,
    DateTimeOffset? To,
    bool Opened,
    bool Troubled,
    string? Sentence,
    IReadOnlyList<string> Findings,
    IReadOnlyList<string> Failures,
    string Inside
);

/// <summary>Starts the writer, lets the fault befall it, and kills it at a random moment.</summary>
internal sealed class SurvivalLife(SmallDisk disk, PreloadedFaults faults, string[] writer, Random random, CancellationToken stop)
{
    /// <summary>Exit code of a process that ended by SIGTERM; with it somebody ends all of this.</summary>
    private const int Terminated = 143;

    /// <summary>Milliseconds within which a kill falls into a piece of work that has just begun: heads take some, a sweep tens.</summary>
    private const int IntoWork = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly List<string> _findings = [];
    private readonly List<string> _failures = [];
    private double _handed;
    private double _written;
    private DateTimeOffset? _from;
    private DateTimeOffset? _to;
    private bool _opened;
    private bool _troubled;
    private string? _sentence;
    private string? _work;
    private int _fragments;

    /// <exception cref="SurvivalLieException">It ended in another way than by the kill or with one sentence.</exception>
    /// <param name="orders">File of its orders.</param>
    /// <param name="fault">What befalls it; null for nothing.</param>
    /// <param name="target">Work in whose midst it is to die, when it comes that far; null for any moment.</param>
    public async Task<SurvivalWords> RunAsync(string orders, SurvivalFault? fault, string? target = null)
    {
        string[] arguments = [.. writer[1..], SurvivalWriter.Command, orders];
        var start = new ProcessStartInfo(writer[0], arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        faults.ApplyTo(start, disk.Path);
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        // Counted in fragments and then drawn within one, so that a slow machine does not move every kill into the start; some lives die
        // while they start.
        var (last, early) = (target is null ? LastFragment(fault) : 26, target == "start");
        try
        {
            if (early)
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 700)), TimeProvider.System, CancellationToken.None);
            else
                await WatchAsync(process, fault, last, target);
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
            Note(line);
        await JudgeAsync(process.ExitCode, await errors);
        var inside = !_opened ? "start" : _work ?? (_handed > _written ? "writing" : "nothing");
        return new(_handed, _written, _from, _to, _opened, _troubled, _sentence, _findings, _failures, inside);
    }

    private int LastFragment(SurvivalFault? fault) =>
        fault is null ? random.Next(1, 26)
        : random.Next(3) == 0 ? fault.At + random.Next(0, fault.Length)
        : fault.At + fault.Length + random.Next(1, 16);

    private async Task WatchAsync(Process process, SurvivalFault? fault, int last, string? target)
    {
        var (begun, ended) = (false, false);
        // Heads are signed several times a life, sessions entered twice, a sweep comes once.
        var passed = target switch
        {
            "head" => random.Next(4),
            "sessions" => random.Next(2),
            _ => 0,
        };
        while (_fragments < last && await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            Note(line);
            if (_work is { } work && work == target && line[0] == '(' && passed-- == 0)
            {
                // Less than a timer can tell: the moment is drawn by turns of the processor.
                var until = Stopwatch.GetTimestamp() + (long)(random.NextDouble() * IntoWork / 1000 * Stopwatch.Frequency);
                while (Stopwatch.GetTimestamp() < until)
                    Thread.SpinWait(50);
                return;
            }

            if (fault is null)
                continue;
            if (!begun && _fragments >= fault.At)
                begun = Begin(fault);
            if (begun && !ended && _fragments >= fault.At + fault.Length)
                ended = End(fault);
        }

        await Task.Delay(
            TimeSpan.FromMilliseconds(random.Next(0, 1000 / SurvivalWriter.Speed)),
            TimeProvider.System,
            CancellationToken.None
        );
    }

    private bool Begin(SurvivalFault fault)
    {
        if (fault.Kind == FaultKind.DiskFull)
            disk.Fill(random.Next(0, 64 << 10));
        if (fault.Kind == FaultKind.WritesFail)
            faults.FailWrites(PreloadedFaults.IoError, [.. fault.Parts]);
        if (fault.Kind == FaultKind.DiskFails)
            disk.MakeReadOnly();
        return true;
    }

    private bool End(SurvivalFault fault)
    {
        if (fault.Kind is FaultKind.DiskFull or FaultKind.DiskFullAtStart)
            disk.MakeRoom();
        if (fault.Kind is FaultKind.WritesFail or FaultKind.WritesFailAtStart)
            faults.Heal();
        return true;
    }

    private async Task JudgeAsync(int code, string errors)
    {
        if (errors.Contains("   at ", StringComparison.Ordinal) || errors.Contains("Unhandled", StringComparison.Ordinal))
            throw new SurvivalLieException($"The process ended with a trace:\n{errors}");
        if (code == 3 && _sentence is null)
            throw new SurvivalLieException($"The process ended without a sentence: {errors}");
        // 137: by the kill. SIGTERM is nobody's here but that of whoever ends all of it, who tells the loop, too.
        if (code == Terminated && await IsStoppedAsync())
            return;
        if (code is not (3 or 137))
            throw new SurvivalLieException($"The process ended with {code}: {errors}");
        if (
            _sentence is { } said
            && (
                said.Length is < 20 or > 900
                || said.Contains(" / ", StringComparison.Ordinal)
                || said.Contains("   at ", StringComparison.Ordinal)
            )
        )
            throw new SurvivalLieException($"This is no sentence: {said}");
    }

    private async Task<bool> IsStoppedAsync()
    {
        for (var i = 0; i < 100 && !stop.IsCancellationRequested; i++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        return stop.IsCancellationRequested;
    }

    private void Note(string line)
    {
        // The kill may cut a line off: a whole one ends with a full stop behind its text.
        var space = line.IndexOf(' ');
        if (
            space < 2
            || line[^1] != '.'
            || !long.TryParse(line.AsSpan(1, space - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        )
            return;
        var (text, at) = (line[(space + 1)..^1], new DateTimeOffset(ticks, TimeSpan.Zero));
        _to = at;
        switch (line[0])
        {
            case '>':
                _handed = double.Parse(text, CultureInfo.InvariantCulture);
                _from ??= at;
                _fragments++;
                break;
            case '=':
                _written = double.Parse(text, CultureInfo.InvariantCulture);
                break;
            case 'x':
                _troubled = true;
                break;
            case '#':
                _opened = true;
                break;
            case '?':
                _findings.Add(text);
                break;
            case '~':
                _failures.Add(text);
                break;
            case '!':
                _sentence = text;
                break;
            case '(':
                _work = text;
                break;
            case ')':
                _work = null;
                break;
        }
    }
}

/// <summary>Something that the product says or did is not true.</summary>
internal sealed class SurvivalLieException(string message) : Exception(message);
